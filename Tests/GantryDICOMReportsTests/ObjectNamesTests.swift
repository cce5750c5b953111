import GantryCore
import GantryDICOMReports
import Testing

/// Unique identifiers of objects, by `sopInstanceUID` and its like in what stands beside an object.
struct ObjectNamesTests {
    private struct Names: Hashable {
        var instance: String
        var series: String
        var device: String
    }

    private func names(_ record: StudyRecord) throws -> Names {
        let object = try #require(
            try ObjectFolder(StructuredReportWriter().files(of: record, patientRecords: [record])).read().first)
        return Names(instance: object.sopInstanceUID, series: object.seriesInstanceUID, device: object.deviceUID)
    }

    @Test func `they are UUIDs of what they follow from`() throws {
        // python3: n = int.from_bytes(hashlib.sha256("\0".join(parts).encode()).digest()[:16], "big")
        // n = n & ~(0xf << 76 | 3 << 62) | 8 << 76 | 2 << 62, with parts = ["instance", "sr", "1", study, "1", content,
        // scoring + "/" + judging], ["series", "sr", study, scoring + "/" + judging], ["device", ...]
        #expect(
            try names(SampleRecord.study())
                == Names(
                    instance: "2.25.243983379117217439229344437129467389947",
                    series: "2.25.228119133150744508528257588610830728333",
                    device: "2.25.335370904760024917136899316410750319998"))
    }

    @Test func `what is made again has the same, and everything that counts makes others`() throws {
        let first = try names(SampleRecord.study())
        var record = try SampleRecord.study()
        record.judgedAt = Timestamp(millisecondsSince1970: 0)
        record.patient.patientID = "another"
        #expect(try names(record) == first)

        // Another revision: another object in the same series of the same device.
        record.revision = 2
        let second = try names(record)
        #expect(second.instance != first.instance)
        #expect(second.series == first.series && second.device == first.device)

        // Other images under the same number, in a store that was begun anew.
        record = try SampleRecord.study()
        record.result.provenance.contentDigest = String(repeating: "0", count: 64)
        let other = try names(record)
        #expect(other.instance != first.instance && other.series == first.series && other.device == first.device)

        // Another bundle is another device.
        record = try SampleRecord.study()
        record.result.provenance.scoringDigest = String(repeating: "0", count: 64)
        let retrained = try names(record)
        #expect(retrained.instance != first.instance && retrained.series != first.series)
        #expect(retrained.device != first.device)
        record = try SampleRecord.study()
        record.result.provenance.judgingDigest = String(repeating: "0", count: 64)
        #expect(try names(record).device != first.device)
    }

    @Test func `no two objects of a revision have the same`() throws {
        let record = try SampleRecord.study(pictures: 6)
        let writers: [any ReportFormatWriter] = [
            try StructuredReportWriter(), try KeyObjectWriter(), try SecondaryCaptureWriter(),
        ]
        let objects = try writers.flatMap {
            try ObjectFolder($0.files(of: record, patientRecords: [record])).read()
        }
        #expect(objects.count == 8)
        #expect(Set(objects.map(\.sopInstanceUID)).count == 8)
        #expect(Set(objects.map(\.seriesInstanceUID)).count == 3)
        #expect(Set(objects.map(\.deviceUID)).count == 1)
        #expect(objects.allSatisfy { $0.studyInstanceUID == record.studyInstanceUID.value })
    }
}
