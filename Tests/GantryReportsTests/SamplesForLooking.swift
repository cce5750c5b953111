import Foundation
import GantryCore
import GantryReports
import Testing

/// Every kind of record is written; with `GANTRY_REPORT_SAMPLES` set to a folder, the pages stay there to be looked at,
/// in the language that `GANTRY_REPORT_LANGUAGE` names.
@Suite struct SamplesForLooking {
    @Test func `every kind of record can be written`() throws {
        let temporary = try TemporaryFolder()
        let environment = ProcessInfo.processInfo.environment
        let folder = environment["GANTRY_REPORT_SAMPLES"] ?? temporary.path
        let language = try #require(ReportLanguage(rawValue: environment["GANTRY_REPORT_LANGUAGE"] ?? "en"))
        let writer = try FolderReportWriter(
            outputFolder: folder, formats: [.html, .json, .pdf], language: language, others: [PDFWriter(language)])
        let records = try Self.patients()
        for patient in records {
            for record in patient {
                let paths = try writer.write(record, patientRecords: patient).paths
                #expect(paths.count == 4)
                for path in paths { #expect(FileManager.default.fileExists(atPath: folder + "/" + path), "\(path)") }
            }
        }
    }

    static func patients() throws -> [[StudyRecord]] {
        var earlier = try SampleRecord.study(key: 4, date: "20260830", peak: 0.21, finding: .negative)
        earlier.study.studyDescription = "CT Thorax Verlaufskontrolle"
        var japanese = try SampleRecord.study(
            key: 5, patient: 2, peak: 0.58, finding: .indeterminate, count: 1000, spacing: 0.4,
            findings: [
                QualityFinding(
                    code: .betweenThresholds, isFailure: false, detail: "0.55 lies between 0.40 and 0.60.")
            ], pictures: 9)
        japanese.patient.patientName = "Yamada^Tarou=山田^太郎=やまだ^たろう"
        japanese.study.studyDescription = "胸部CT 単純"
        var hostile = try SampleRecord.study(key: 6, patient: 3, count: 1, pictures: 1)
        hostile.patient.patientName = "<script>alert(1)</script>^\"Bob\"^& Sons"
        hostile.study.studyDescription = String(repeating: "Verlaufskontrolle", count: 12)
        var certain = try SampleRecord.shipped(key: 9, date: "20261212", peak: 0.99, spacing: 8.3)
        certain.result.verdict.probability = 0.99996
        certain.result.verdict.interval = ProbabilityInterval(lower: 0.9991, upper: 1)
        certain.result.provenance.calibration = ModelCalibration(
            temperature: 1.8437, dataSHA256: String(repeating: "5d0c91be", count: 8))
        for index in certain.result.seriesDecisions.indices {
            certain.result.seriesDecisions[index].geometry?.smallestSpacingMillimetres = 8.299
            certain.result.seriesDecisions[index].geometry?.largestSpacingMillimetres = 8.301
        }
        return [
            [
                try SampleRecord.shipped(key: 7, date: "20260203", peak: 0.5, spacing: 10),
                try SampleRecord.shipped(
                    key: 8, date: "20261114", peak: 0.8937, count: 160, spacing: 2.5,
                    quality: [
                        QualityFinding(
                            code: .rejectedFiles, isFailure: true,
                            detail:
                                "20 files of the study were rejected: they are damaged or cut short. They may be "
                                + "slices of this study.")
                    ]), certain,
            ], [earlier, try SampleRecord.study(), try SampleRecord.study(revision: 2), try SampleRecord.doubtful()],
            [japanese], [hostile],
            [
                try SampleRecord.study(key: 10, patient: 5, date: "20260830", peak: 0.21, finding: .negative),
                try SampleRecord.failedSince(key: 11, patient: 5),
            ],
            try SampleRecord.course(),
            [try SampleRecord.empty()].map { record in
                var record = record
                record.patientKey = PatientKey("00000000000000ff") ?? record.patientKey
                return record
            },
        ]
    }
}
