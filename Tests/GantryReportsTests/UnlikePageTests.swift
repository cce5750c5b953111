import Foundation
import GantryCore
import GantryReports
import Testing

/// What a report says of distances to the training data.
@Suite struct UnlikePageTests {
    private func record(limit: Double?) throws -> StudyRecord {
        var record = try SampleRecord.study(key: 1, pictures: 0)
        guard let limit else { return record }
        record.result.slices = record.result.slices.map { slice in
            var slice = slice
            if slice.reason == .scored { slice.distance = 1.25 }
            return slice
        }
        record.result.provenance.distanceQuantiles = DistanceQuantiles(
            shares: [0.9, 0.995], distances: [limit / 2, limit], samples: 40)
        return record
    }

    /// Page and JSON of a record.
    private func written(_ record: StudyRecord) throws -> (page: String, json: String) {
        let folder = try TemporaryFolder()
        let writer = try FolderReportWriter(outputFolder: folder.path)
        let file = try writer.write(record, patientRecords: [record]).paths[0]
        let below = URL(filePath: folder.path + "/" + file).deletingLastPathComponent()
        func text(_ name: String) throws -> String {
            try String(contentsOf: below.appending(path: name), encoding: .utf8)
        }
        return (try text("report.html"), try text("report.json"))
    }

    @Test func `slices beyond the limit are counted, and each row has its distance`() throws {
        let record = try record(limit: 0.75)
        let unlike = try #require(record.result.unlikeTraining)
        #expect(unlike.unlike == unlike.measured && unlike.measured > 0)
        let (page, json) = try written(record)
        #expect(page.contains("Slices unlike the training data"))
        #expect(page.contains("<th>Distance to training data</th>") && page.contains("<td>1.25, unlike</td>"))
        #expect(
            page.contains("A slice beyond a distance of 0.75 is unlike them (quantile 0.995 of 40 validation samples)"))
        #expect(json.contains("\"unlikeTraining\" : \"unlike\"") && json.contains("\"validationSamples\" : 40"))
    }

    @Test func `what is like them has the column, and no slice is called unlike`() throws {
        let (page, json) = try written(try record(limit: 99))
        #expect(page.contains("<td>1.25</td>") && !page.contains(", unlike</td>"))
        #expect(json.contains("\"unlikeTraining\" : \"like\"") && json.contains("\"unlikeSlices\" : 0"))
    }

    @Test func `where nothing was measured one line says so, and nothing else changes`() throws {
        let (page, json) = try written(try record(limit: nil))
        #expect(page.contains("Distance not measured: the bundle does not say what its network was trained on."))
        #expect(!page.contains("Distance to training data</th>") && !page.contains("Slices unlike"))
        #expect(json.contains("\"unlikeTraining\" : \"notMeasured\""))
        #expect(!json.contains("distance"))
    }
}
