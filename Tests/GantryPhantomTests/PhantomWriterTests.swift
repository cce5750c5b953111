import Foundation
import GantryCore
import GantryDICOM
import GantryPhantom
import Testing

/// A folder that is removed with the test.
private final class TemporaryFolder {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("gantry-phantom-" + UUID().uuidString)

    func files() -> [String] {
        let paths = FileManager.default.enumerator(atPath: url.path)?.compactMap { $0 as? String } ?? []
        return paths.filter { path in
            var isFolder: ObjCBool = false
            return FileManager.default.fileExists(atPath: url.path + "/" + path, isDirectory: &isFolder)
                && !isFolder.boolValue
        }
    }

    func data(_ path: String) throws -> Data { try Data(contentsOf: url.appendingPathComponent(path)) }

    deinit { try? FileManager.default.removeItem(at: url) }
}

/// (0002,0010) of a file, or nil where it is no PS3.10 file: a walk over the file meta group, written apart from the
/// reader.
private func transferSyntax(_ file: Data) -> String? {
    let bytes = [UInt8](file)
    guard bytes.count > 140, Array(bytes[128..<132]) == Array("DICM".utf8) else { return nil }
    var at = 132
    while at + 8 <= bytes.count, bytes[at] == 2, bytes[at + 1] == 0 {
        let isLong = bytes[at + 4] == UInt8(ascii: "O")
        let length =
            isLong ? Int(bytes[at + 8]) | Int(bytes[at + 9]) << 8 : Int(bytes[at + 6]) | Int(bytes[at + 7]) << 8
        let start = at + (isLong ? 12 : 8)
        guard start + length <= bytes.count else { return nil }
        if bytes[at + 2] == 0x10 && bytes[at + 3] == 0 {
            return String(decoding: bytes[start..<(start + length)].filter { $0 != 0 }, as: UTF8.self)
        }
        at = start + length
    }
    return nil
}

@Suite struct PhantomWriterTests {
    /// A study small enough to be written in a test.
    private func smallStudy(_ syntax: TransferSyntax) -> PhantomStudy {
        var study = PhantomStudy(patient: PhantomPatient(number: 7, anatomySeed: 3), seed: 21, severity: .easy)
        study.sliceCount = 5
        study.matrix = 48
        study.transferSyntax = syntax
        return study
    }

    @Test(
        arguments: [
            TransferSyntax.explicitVRLittleEndian, .implicitVRLittleEndian, .deflatedExplicitVRLittleEndian,
            .rleLossless, .jpegLSLossless, .jpegLosslessSV1,
        ], [PhantomStudy.Storage.signed16, .unsigned12])
    func `the reader finds what was rendered, in each transfer syntax and storage`(
        syntax: TransferSyntax, storage: PhantomStudy.Storage
    ) throws {
        let folder = TemporaryFolder()
        var study = smallStudy(syntax)
        study.storage = storage
        study.tiltDegrees = 10
        let truth = try PhantomWriter(folder: folder.url.path).write([study])
        let chest = study.chest()
        let reader = try DICOMFileReader()
        let images = folder.files().filter { $0 != "truth.csv" }
        #expect(images.count == 5)
        for image in images {
            #expect(transferSyntax(try folder.data(image)) == syntax.uid)
            let path = folder.url.path + "/" + image
            let instance = try reader.header(openPath: path, file: image)
            let index = try #require(truth.firstIndex { $0.sopInstanceUID == instance.sopInstanceUID.value })
            #expect(instance.transferSyntax == syntax)
            #expect(instance.frames[0].imageType == ["ORIGINAL", "PRIMARY", "AXIAL"])
            #expect(instance.patient.patientID == "PHANTOM-0007")
            #expect(instance.patient.patientSex == study.patient.patientSex)
            #expect(instance.studyInstanceUID.value == truth[index].studyInstanceUID)
            #expect(instance.pixels?.pixelPaddingValue == (storage == .signed16 ? -2000 : nil))
            let plane = try #require(instance.frames[0].plane)
            let geometry = study.geometry(chest, slice: index)
            // five decimals of a millimetre are written
            #expect(abs(plane.imagePositionPatient.z - Double(geometry.imagePosition.z)) < 1e-4)
            #expect(abs(plane.columnDirection.z - Double(geometry.columnDirection.z)) < 1e-6)

            let source = SliceSource(
                file: image, sopInstanceUID: instance.sopInstanceUID, frameNumber: 1,
                instanceNumber: instance.instanceNumber, positionMillimetres: 0, rows: 48, columns: 48, plane: plane)
            var pixels = [Int16](repeating: 0, count: 48 * 48)
            try pixels.withUnsafeMutableBufferPointer { buffer in
                _ = try reader.decode(openPath: path, source: source, padding: .keep, into: buffer)
            }
            #expect(pixels == study.slice(chest, index: index, kernel: .soft).hounsfield)
        }
    }

    @Test func `the same study is written with the same bytes twice`() throws {
        let first = TemporaryFolder()
        let second = TemporaryFolder()
        try PhantomWriter(folder: first.url.path).write([smallStudy(.jpegLSLossless)])
        try PhantomWriter(folder: second.url.path).write([smallStudy(.jpegLSLossless)])
        #expect(first.files().sorted() == second.files().sorted())
        for file in first.files() { #expect(try first.data(file) == second.data(file)) }
    }

    @Test func `truth has one line for each slice that was written`() throws {
        let folder = TemporaryFolder()
        var study = smallStudy(.explicitVRLittleEndian)
        study.missingSlices = [2]
        study.kernels = [.soft, .lung]
        study.hasLocalizer = true
        study.hasDoseReport = true
        let truth = try PhantomWriter(folder: folder.url.path).write([study])
        #expect(truth.count == 8)
        #expect(Set(truth.map(\.sopInstanceUID)).count == 8)
        #expect(Set(truth.map(\.seriesInstanceUID)).count == 2)
        #expect(Set(truth.map(\.studyInstanceUID)).count == 1)
        #expect(truth.allSatisfy { $0.isPositiveStudy && UID($0.sopInstanceUID) != nil })
        #expect(folder.files().count == 8 + 2 + 1)
        let table = String(decoding: try folder.data("truth.csv"), as: UTF8.self).split(separator: "\n")
        #expect(table.first.map(String.init) == PhantomTruth.header)
        #expect(table.dropFirst().map(String.init) == truth.map(\.line))
        #expect(zip(truth, truth.dropFirst()).prefix(3).allSatisfy { $0.positionMillimetres > $1.positionMillimetres })
    }

    @Test func `positions in the truth lie along the normal of a tilted plane`() throws {
        let folder = TemporaryFolder()
        var study = smallStudy(.explicitVRLittleEndian)
        study.tiltDegrees = 20
        let truth = try PhantomWriter(folder: folder.url.path).write([study])
        let interval = study.sliceIntervalMillimetres(study.chest())
        for (upper, lower) in zip(truth, truth.dropFirst()) {
            // planes are nearer to each other than the couch moves: cosine of 20 degrees
            let distance = upper.positionMillimetres - lower.positionMillimetres
            #expect(abs(distance - 0.939_693 * interval) < 2e-3)
        }
    }

    @Test func `a file cut short is shorter than its pixels, and only that one`() throws {
        let folder = TemporaryFolder()
        var study = smallStudy(.jpegLSLossless)
        study.truncatedSlice = 3
        let truth = try PhantomWriter(folder: folder.url.path).write([study])
        for (index, line) in truth.enumerated() {
            let path = try #require(folder.files().first { $0.contains(line.sopInstanceUID) })
            let file = try folder.data(path)
            let isCut = index == 3
            #expect(
                transferSyntax(file)
                    == (isCut ? TransferSyntax.explicitVRLittleEndian.uid : TransferSyntax.jpegLSLossless.uid))
            if isCut { #expect(file.count < 48 * 48 * 2) }
        }
    }

    @Test func `a folder that cannot be made is named in the error`() throws {
        let folder = TemporaryFolder()
        try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
        let blocked = folder.url.appendingPathComponent("file")
        try Data("x".utf8).write(to: blocked)
        let writer = try PhantomWriter(folder: blocked.path)
        #expect {
            try writer.write([smallStudy(.explicitVRLittleEndian)])
        } throws: { error in
            (error as? PhantomError)?.code == .cannotCreateFolder && "\(error)".contains(blocked.path)
        }
    }

    @Test func `the samples are written as the catalogue says, in less than 25 MiB`() throws {
        let folder = TemporaryFolder()
        let truth = try PhantomCatalogue.writeSampleStudies(to: folder.url.path)
        let planned = PhantomCatalogue.sampleStudies.flatMap { study in StudyFiles(study).files.map { ($0, study) } }
        #expect(Set(folder.files()) == Set(planned.map(\.0.path) + ["truth.csv", "README.md"]))
        var bytes = 0
        for (file, study) in planned {
            let data = try folder.data(file.path)
            bytes += data.count
            var expected: String? = study.transferSyntax.uid
            if file.content == .stray { expected = nil }
            if case .slice(let index, _) = file.content, index == study.truncatedSlice {
                expected = TransferSyntax.explicitVRLittleEndian.uid
            }
            #expect(transferSyntax(data) == expected, "\(file.path)")
        }
        #expect(bytes < 25 << 20)
        let positive = Dictionary(grouping: truth, by: \.studyInstanceUID).mapValues {
            $0.contains(where: \.isPositiveSlice)
        }
        #expect(positive.count == PhantomCatalogue.sampleStudies.count)
        #expect(positive.values.count { $0 } == PhantomCatalogue.sampleStudies.count { $0.severity != nil })
        let guide = String(decoding: try folder.data("README.md"), as: UTF8.self)
        for study in PhantomCatalogue.sampleStudies {
            #expect(guide.contains("`\(study.patient.patientID)/\(study.studyDate)`"))
        }
    }
}
