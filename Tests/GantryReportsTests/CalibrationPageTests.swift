import Foundation
import GantryCore
import GantryReports
import Testing

/// What a report says of the temperature of a network's logits.
@Suite struct CalibrationPageTests {
    /// Page and JSON of a record.
    private func written(_ calibration: ModelCalibration?) throws -> (page: String, json: String) {
        var record = try SampleRecord.study(key: 1, pictures: 0)
        record.result.provenance.calibration = calibration
        let folder = try TemporaryFolder()
        let writer = try FolderReportWriter(outputFolder: folder.path)
        let paths = try writer.write(record, patientRecords: [record]).paths
        func text(_ name: String) throws -> String {
            let path = try #require(paths.first { $0.hasSuffix(name) })
            return try String(contentsOf: URL(filePath: folder.path).appending(path: path), encoding: .utf8)
        }
        return (try text("report.html"), try text("report.json"))
    }

    @Test func `a temperature stands where the numbers come from, with the data that it was fitted on`() throws {
        let digest = String(repeating: "1f", count: 32)
        let (page, json) = try written(ModelCalibration(temperature: 1.843_71, dataSHA256: digest))
        #expect(page.contains("Temperature") && page.contains("1.8437: the network&#39;s logits were divided by it"))
        #expect(page.contains("Calibration data (SHA-256)") && page.contains(digest))
        #expect(json.contains("\"temperature\" : 1.84371") && json.contains("\"calibrationSHA256\" : \"\(digest)\""))
    }

    @Test func `without one nothing is said`() throws {
        let (page, json) = try written(nil)
        #expect(!page.contains("Temperature") && !json.contains("temperature") && !json.contains("calibration"))
    }
}
