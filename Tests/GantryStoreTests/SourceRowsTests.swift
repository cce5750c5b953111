import GRDB
import GantryCore
import GantryStore
import Testing

/// Images of origin in the store.
struct SourceRowsTests {
    /// Four images: the first two alike but for their positions, one of another series, one of several frames.
    static func source() throws -> StudySource {
        var attributes = SourceAttributes()
        attributes.timezoneOffsetFromUTC = "-0330"
        attributes.studyID = "S 1"
        attributes.referringPhysicianName = "Ärztin^Eva=山田^花子"
        attributes.procedureCodes = [CodedEntry(value: "24627-2", scheme: "LN", meaning: "CT Chest")]
        attributes.performedProcedureStep = ObjectReference(
            sopClassUID: try Samples.uid("1.2.840.10008.3.1.2.3.3"), sopInstanceUID: try Samples.uid("1.2.3.9"))
        attributes.issuerOfAccessionNumber = IdentifierIssuer(localNamespaceEntityID: "RIS \\ 1")
        var request = ImagingRequest()
        request.studyInstanceUID = try Samples.uid("1.2.3")
        request.requestedProcedureID = "RP-1"
        request.requestedProcedureCodes = [CodedEntry(value: "CTTHO", scheme: "99X", meaning: "<script>")]
        attributes.requests = [request]
        let plane = try #require(
            SlicePlane(
                imagePositionPatient: Vector3(-160.3, -158.7, 0.1 + 0.2),
                rowDirection: Vector3(1, 0.0001, 0), columnDirection: Vector3(0, 0.97, -0.2431),
                rowSpacingMillimetres: 0.7421875, columnSpacingMillimetres: 1.0 / 3))
        let image = SourceImage(
            sopClassUID: try Samples.uid("1.2.840.10008.5.1.4.1.1.2"), seriesInstanceUID: try Samples.uid("1.2.3.1"),
            frameOfReferenceUID: try Samples.uid("1.2.3.7"), numberOfFrames: 1, rows: 512, columns: 500, plane: plane,
            rescale: Rescale(rescaleSlope: 1.1, rescaleIntercept: -1024, rescaleType: "HU"),
            sliceThicknessMillimetres: 1.25, isLossy: true, lossyCompressionRatio: 9.7)
        var images = [image, image, image, image]
        for index in images.indices {
            images[index].plane = plane.moved(to: Vector3(-160.3, 0.1 * Double(index), 1.0 / Double(index + 3)))
        }
        images[2].seriesInstanceUID = try Samples.uid("1.2.3.2")
        (images[2].frameOfReferenceUID, images[2].rescale, images[2].sliceThicknessMillimetres) = (nil, nil, nil)
        (images[3].numberOfFrames, images[3].hasBurnedInAnnotation) = (2000, true)
        return StudySource(attributes: attributes, images: images, minutesAheadOfUTC: -210)
    }

    private static func result() throws -> StudyResult {
        var result = try Samples.result()
        result.source = try source()
        return result
    }

    private static func commit(_ result: StudyResult, to store: SQLiteStudyStore) throws -> StudyKey {
        let key = try store.enqueue(try Samples.study(1), now: Samples.moment(0)).studyKey
        let lease = try #require(try store.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(1)))
        let record = try store.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(2))
        #expect(record.result == result)
        try store.finish(lease, note: "", now: Samples.moment(3))
        return key
    }

    @Test func `images of origin come back to the last bit`() throws {
        let folder = try TemporaryFolder()
        let result = try Self.result()
        let key = try Self.commit(result, to: folder.runner())
        let read = try #require(try folder.reader().latestRecord(of: key))
        #expect(read.result.source == result.source)
        #expect(read.result == result && read.preceding == nil)
    }

    @Test func `thousands of images that differ in their positions take little room`() throws {
        let folder = try TemporaryFolder()
        var result = try Samples.result(slices: 2000)
        let image = try Self.source().images[0]
        result.source = StudySource(
            attributes: SourceAttributes(),
            images: (0..<2000).map { index in
                var moved = image
                moved.plane = image.plane.moved(to: Vector3(-160.5, -160.5, 0.5 * Double(index)))
                return moved
            }, minutesAheadOfUTC: 0)
        let key = try Self.commit(result, to: folder.runner())
        #expect(try folder.reader().latestRecord(of: key)?.result.source == result.source)
        let length = try DatabaseQueue(path: folder.store).read { db in
            try Int.fetchOne(db, sql: "SELECT length(images) FROM revision_source")
        }
        #expect((2000..<60_000).contains(length ?? 0), "\(length ?? 0)")
    }

    @Test func `a store that kept none is read without, and keeps those of the next revision`() throws {
        let folder = try TemporaryFolder()
        let result = try Self.result()
        let key = try Self.commit(result, to: folder.runner())
        try DatabaseQueue(path: folder.store).write { db in
            try db.execute(
                sql: "DROP TABLE revision_source; DELETE FROM grdb_migrations WHERE identifier = 'images of origin'")
        }
        var without = result
        without.source = nil
        #expect(try folder.reader().latestRecord(of: key)?.result == without)
        let runner = try folder.runner()
        #expect(try runner.latestRecord(of: key)?.result == without)
        _ = try runner.enqueue(try Samples.study(1), now: Samples.moment(4))
        let lease = try #require(try runner.claim(worker: "w", among: nil, leaseSeconds: 9, now: Samples.moment(5)))
        let record = try runner.commit(result, of: Samples.identity(), under: lease, now: Samples.moment(6))
        // Of the first revision no object could be made: the second names none.
        #expect(record.revision == 2 && record.result.source == result.source && record.preceding == nil)
    }

    @Test(arguments: [
        "UPDATE revision_source SET minutes_ahead_of_utc = 1", "DELETE FROM revision_source",
        "INSERT OR REPLACE INTO revision_source SELECT * FROM revision_source",
        "INSERT INTO revision_source VALUES (9, '{}', '[]', 0)",
    ]) func `what was kept never changes, and is of a revision`(sql: String) throws {
        let folder = try TemporaryFolder()
        _ = try Self.commit(try Self.result(), to: folder.runner())
        let queue = try DatabaseQueue(path: folder.store)
        #expect(throws: DatabaseError.self) { try queue.write { try $0.execute(sql: sql) } }
    }

    @Test(arguments: ["[]", "[1]"]) func `images that are not those of the slices make the store damaged`(
        images: String
    ) throws {
        let folder = try TemporaryFolder()
        let key = try Self.commit(try Self.result(), to: folder.runner())
        try DatabaseQueue(path: folder.store).write { db in
            try db.execute(
                sql: "DROP TRIGGER revision_source_is_not_updated; UPDATE revision_source SET images = ?",
                arguments: [images])
        }
        let reader = try folder.reader()
        let fault = try storeFault { _ = try reader.latestRecord(of: key) }
        #expect(fault?.code == .damaged)
    }
}
