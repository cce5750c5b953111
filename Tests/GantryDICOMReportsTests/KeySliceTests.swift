import Foundation
import GantryCore
import GantryDICOMReports
import Testing

/// Key slices as DICOM objects: a selection of the source images, and pictures of them.
struct KeySliceTests {
    /// Samples that have key slices.
    static let shown = Sample.allCases.filter { $0 != .unscored }

    private func selection(_ record: StudyRecord) throws -> ObjectFolder {
        try ObjectFolder(KeyObjectWriter().files(of: record, patientRecords: [record]))
    }

    private func pictures(_ record: StudyRecord) throws -> ObjectFolder {
        try ObjectFolder(SecondaryCaptureWriter().files(of: record, patientRecords: [record]))
    }

    @Test(arguments: shown) func `dciodvfy finds no error in either`(sample: Sample) throws {
        let (selection, pictures) = (try selection(sample.record()), try pictures(sample.record()))
        #expect(selection.objects.count == 1 && pictures.objects.count == 3)
        for object in selection.objects + pictures.objects {
            let errors = try ObjectFolder.errors(in: object)
            #expect(errors == [], "\(errors)")
        }
        let dump = try FinishedProgram("/usr/bin/dsrdump", selection.objects)
        #expect(dump.status == 0 && dump.output.contains("Key Object Selection Document"), "\(dump.error)")
    }

    @Test func `a selection names the source images, highest first`() throws {
        let object = try #require(try selection(SampleRecord.study()).read().first)
        #expect(object.sopClassUID == "1.2.840.10008.5.1.4.1.1.88.59" && object.modality == "KO")
        let images = [12, 11, 10].map { "1.2.826.0.1.3680043.10.1.3.\($0)" }
        #expect(object.images == images)
        #expect(object.evidence == images.map { "1.2.826.0.1.3680043.10.1.2/" + $0 })
        let description = try #require(object.texts["113012"]?.first)
        #expect(description.hasPrefix("3 slices with the highest probability of covid19"))
        #expect(description.hasSuffix("Research use only. Not for clinical use."))
        let frames = try #require(try selection(SampleRecord.multiFrame()).read().first)
        #expect(frames.images == [29, 30, 31].map { "1.2.826.0.1.3680043.10.1.9#\($0)" })
        #expect(frames.evidence.count == 1)
    }

    @Test func `a picture has its words burnt in above and below it, and covers nothing`() throws {
        let objects = try pictures(SampleRecord.study()).read()
        #expect(objects.map(\.instanceNumber) == [101, 102, 103])
        #expect(objects.flatMap(\.sourceImages) == [12, 11, 10].map { "1.2.826.0.1.3680043.10.1.3.\($0)" })
        for object in objects {
            #expect(object.sopClassUID == "1.2.840.10008.5.1.4.1.1.7" && object.modality == "OT")
            #expect(object.photometricInterpretation == "RGB" && object.burnedInAnnotation == "YES")
            #expect(object.lossy == "00")
            // 96 x 128 pixels, three times as large, and a band above and one below.
            #expect(object.columns == 384)
            #expect((object.rows ?? 0) > 288 && (object.rows ?? 0) < 288 + 200)
        }
    }

    @Test func `where the network looked is laid over it`() throws {
        var record = try SampleRecord.study(pictures: 1)
        let with = try #require(try pictures(record).read().first)
        record.result.keyPictures[0].explanation = nil
        let without = try #require(try pictures(record).read().first)
        #expect(with.sampleSum != without.sampleSum && with.sopInstanceUID == without.sopInstanceUID)
    }

    @Test func `a source that lost information is said to have`() throws {
        let objects = try pictures(Sample.awkward.record()).read()
        #expect(objects.map(\.lossy) == ["01", "00", "00"])
    }

    @Test(arguments: shown) func `the same record gives the same bytes`(sample: Sample) throws {
        for writer in [try KeyObjectWriter() as any ReportFormatWriter, try SecondaryCaptureWriter()] {
            let record = try sample.record()
            #expect(
                try writer.files(of: record, patientRecords: [record])
                    == writer.files(of: sample.record(), patientRecords: []))
        }
    }

    @Test func `a study without key slices has nothing to show`() throws {
        for record in [try Sample.unscored.record(), try SampleRecord.study(pictures: 0)] {
            for writer in [try KeyObjectWriter() as any ReportFormatWriter, try SecondaryCaptureWriter()] {
                let fault = #expect(throws: ReportFault.self) {
                    try writer.files(of: record, patientRecords: [record])
                }
                #expect(fault?.code == .notApplicable && fault?.explanation.hasPrefix("does not apply") == true)
            }
        }
    }

    @Test func `a stored picture that is none is a fault, and no object`() throws {
        var record = try SampleRecord.study()
        for png in [[], [0x89, 0x50], Array(record.result.keyPictures[0].png.dropLast(200))] {
            record.result.keyPictures[0].png = png
            let fault = #expect(throws: ReportFault.self) { try pictures(record) }
            #expect(fault?.code == .cannotEncode)
        }
    }
}
