import Foundation
import GantryCore
import GantryDICOMReports
import Testing

/// The verdict as a DICOM document.
struct StructuredReportTests {
    private func files(_ record: StudyRecord) throws -> [ReportFile] {
        try StructuredReportWriter().files(of: record, patientRecords: [record])
    }

    private func read(_ record: StudyRecord) throws -> ReadObject {
        try #require(try ObjectFolder(files(record)).read().first)
    }

    @Test(arguments: Sample.allCases) func `dciodvfy finds no error, and dsrdump reads it`(sample: Sample) throws {
        let folder = try ObjectFolder(files(sample.record()))
        #expect(folder.objects.count == 1 && folder.descriptions.count == 1)
        for object in folder.objects {
            let errors = try ObjectFolder.errors(in: object)
            #expect(errors == [], "\(errors)")
            let dump = try FinishedProgram("/usr/bin/dsrdump", [object])
            #expect(dump.status == 0, "\(dump.error)")
            #expect(dump.output.contains("Comprehensive 3D SR Document"))
            #expect(dump.output.contains("Verification Flag   : UNVERIFIED"))
            #expect(dump.output.contains("Completion Flag     : COMPLETE"))
        }
    }

    @Test func `it says what the verdict says`() throws {
        let record = try SampleRecord.study(
            findings: [
                QualityFinding(code: .missingSlices, isFailure: true, detail: "2 slices are missing"),
                QualityFinding(code: .tiltedGantry, isFailure: false, detail: "tilt 12.5 degrees"),
            ])
        let object = try read(record)
        #expect(object.sopClassUID == "1.2.840.10008.5.1.4.1.1.88.34" && object.modality == "SR")
        #expect(object.patientName == "Lindqvist^Astrid^Maria^Dr" && object.patientID == "GY-0042-7")
        #expect(object.patientBirthDate == "19610309" && object.patientSex == "F")
        #expect(object.accessionNumber == "A20261114-1" && object.instanceNumber == 1)
        // The analysis began at 1794000000: 2026-11-06T21:20:00Z, by clocks an hour ahead.
        #expect(object.contentTime == "222000.000")
        #expect(object.contentDate == "20261106" && object.timezone == nil)
        // To the last bit, though 16 characters do not hold it.
        #expect(object.numbers["122157"] == 0.8999999761581421)
        // Of index / 13, those from 7 on are at or above a half; the first is not scored.
        #expect(object.numbers["positive-slices"] == 5 && object.numbers["scored-slices"] == 11)
        #expect(object.codes.contains("121071=covid19") && object.codes.contains("covid19=52101004"))
        #expect(object.codes.contains("363698007=39607008") && object.codes.contains("121058=25045-6"))
        #expect(object.codes.contains("121049=en-US") && object.codes.contains("121005=121007"))
        #expect(
            object.texts["quality"] == ["Makes the verdict indeterminate: 2 slices are missing", "tilt 12.5 degrees"])
        #expect(object.texts["notice"] == ["Research use only. Not for clinical use."])
        #expect(object.texts["111001"] == ["covid19-chest-ct"] && object.texts["111003"] == ["1"])
        #expect(
            object.texts["111002"]?.contains("model-sha256=" + record.result.provenance.modelSHA256) == true)
        #expect(object.images == [12, 11, 10].map { "1.2.826.0.1.3680043.10.1.3.\($0)" })
        // Every scored instance, and not the first, which was left out.
        #expect(object.evidence == (2...12).map { "1.2.826.0.1.3680043.10.1.2/1.2.826.0.1.3680043.10.1.3.\($0)" })
        #expect(object.predecessors == [])
    }

    @Test(arguments: zip(Finding.allVerdicts, ["52101004", "272519000", "373068000"]))
    func `a verdict is present, absent or undetermined`(finding: Finding, code: String) throws {
        let object = try read(SampleRecord.study(finding: finding))
        #expect(object.codes.filter { $0.hasPrefix("covid19=") } == ["covid19=" + code])
    }

    @Test func `frames of one file are referred to by their numbers, and the file once`() throws {
        let object = try read(SampleRecord.multiFrame())
        #expect(object.images == [29, 30, 31].map { "1.2.826.0.1.3680043.10.1.9#\($0)" })
        #expect(object.evidence == ["1.2.826.0.1.3680043.10.1.2/1.2.826.0.1.3680043.10.1.9"])
    }

    @Test func `a revision names the document before it`() throws {
        let first = try read(SampleRecord.study())
        let second = try read(SampleRecord.second())
        #expect(second.predecessors == ["\(first.seriesInstanceUID)/\(first.sopInstanceUID)"])
        #expect(second.sopInstanceUID != first.sopInstanceUID && second.instanceNumber == 2)
    }

    @Test func `without a scored slice there is no number, and the verdict is undetermined`() throws {
        let object = try read(Sample.unscored.record())
        #expect(object.numbers["122157"] == nil && object.numbers["scored-slices"] == 0)
        #expect(object.codes.contains("covid19=373068000"))
        #expect(object.evidence == [] && object.images == [])
        #expect(object.texts["quality"]?.count == 1)
    }

    @Test func `a small number is exact too`() throws {
        #expect(try read(Sample.indeterminate.record()).numbers["122157"] == 1e-7)
        // The last two are wrong by a bit where DCMTK reads them as text.
        let numbers: [Double] = [
            1, 0, 0.1 + 0.2, 1 / 3, .leastNonzeroMagnitude, 0.9999950198906319, 0.10678055601916847,
        ]
        for number in numbers {
            #expect(try read(SampleRecord.study(probability: number)).numbers["122157"] == number)
        }
    }

    @Test func `what other systems wrote is made to fit, and nothing of it is taken for structure`() throws {
        let record = try Sample.awkward.record()
        let object = try read(record)
        #expect(object.patientID == "A/B ^ =cmd| <script>" + String(repeating: "9", count: 44))
        #expect(object.patientName.hasPrefix("Müller/^Åsa^^^=山田^花子=やまだ^はなこ"))
        #expect(object.patientBirthDate == "" && object.patientSex == "")
        #expect(object.accessionNumber == "ACC/1 länger als")
        // The images' own clocks: 21:20 UTC is 02:50 there.
        #expect(object.timezone == "+0530" && object.contentDate == "20261107" && object.contentTime == "025000.000")
        let quality = try #require(object.texts["quality"]?.first)
        #expect(quality.contains("<script>alert(1)</script> \\ ^ =cmd| \u{FFFD} lang lang"))
        #expect(quality.hasSuffix("lang") && quality.count > 10_000)
        // A name that can be no code is the meaning of one.
        #expect(object.codes.contains { $0.hasPrefix("121071=c-") })
        // Of the images' codes, the one that is too long is left out.
        #expect(object.procedures == ["CTTHO"])
        #expect(object.studyInstanceUID == record.studyInstanceUID.value && object.studyInstanceUID.count == 64)
    }

    @Test func `nothing of the patient is needed`() throws {
        let object = try read(Sample.bare.record())
        #expect(object.patientName == "" && object.patientID == "" && object.accessionNumber == "")
        #expect(object.procedures == [])
    }

    @Test func `2,000 slices are all evidence`() throws {
        #expect(Set(try read(Sample.thousands.record()).evidence).count == 1999)
    }

    @Test(arguments: Sample.allCases) func `the same record gives the same bytes`(sample: Sample) throws {
        #expect(try files(sample.record()) == files(sample.record()))
    }

    @Test func `a failure that came after it changes nothing of it`() throws {
        var record = try SampleRecord.study()
        let before = try files(record)
        record.failedSince = StudyFailureSince(
            at: Timestamp(millisecondsSince1970: 1_795_000_000_000), code: .timedOut, detail: "too long")
        #expect(try files(record) == before)
    }

    @Test func `what stands beside it says where it comes from, and not whose it is`() throws {
        let record = try SampleRecord.study()
        let files = try files(record)
        #expect(files.map(\.path) == ["json", "dcm"].map { "outbox/00a1000000000001/revision-1-sr.\($0)" })
        let text = String(decoding: files[0].bytes, as: UTF8.self)
        let beside = try #require(try JSONSerialization.jsonObject(with: Data(files[0].bytes)) as? [String: Any])
        let object = try #require(try ObjectFolder(files).read().first)
        #expect(beside["schema"] as? String == "gantry.object/1" && beside["format"] as? String == "sr")
        #expect(beside["file"] as? String == "revision-1-sr.dcm")
        #expect(beside["sopInstanceUID"] as? String == object.sopInstanceUID)
        #expect(beside["seriesInstanceUID"] as? String == object.seriesInstanceUID)
        #expect(beside["deviceUID"] as? String == object.deviceUID && beside["revision"] as? Int == 1)
        #expect((beside["source"] as? [Any])?.count == 11)
        for word in ["Lindqvist", "GY-0042", "19610309", "A20261114", "Okoro", "Elsewhere"] {
            #expect(!text.contains(word), "\(word)")
        }
    }

    @Test func `a revision from before the images were kept is not available`() throws {
        var record = try SampleRecord.study()
        record.result.source = nil
        record.result.provenance.gantryVersion = "0.4.0"
        for writer in [try StructuredReportWriter() as any ReportFormatWriter, try KeyObjectWriter()] {
            let fault = #expect(throws: ReportFault.self) {
                try writer.files(of: record, patientRecords: [record])
            }
            #expect(fault?.code == .notAvailable)
            #expect(fault?.explanation.hasPrefix("not available: judged by version 0.4.0") == true)
        }
    }
}

extension Finding {
    static let allVerdicts: [Finding] = [.positive, .negative, .indeterminate]
}
