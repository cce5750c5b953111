import Foundation
import GantryCore
import GantryDICOM
import Testing

/// What is said of files and attributes that cannot be used: what they are, not only what they are not.
@Suite struct `The words of the reader` {
    private func header(_ bytes: [UInt8]) throws -> SOPInstance {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            try Data(bytes).write(to: URL(filePath: path))
            return try DICOMFileReader().header(openPath: path, file: "file")
        }
    }

    private func outcome(_ bytes: [UInt8]) throws -> FileOutcome {
        try #require(throws: FileOutcome.self) { try header(bytes) }
    }

    /// A CT without pixels, with these attributes besides its identifiers.
    private func ct(_ rest: (inout ObjectBytes) -> Void) -> [UInt8] {
        var object = ObjectBytes()
        object.text(0x0008, 0x0016, "UI", "1.2.840.10008.5.1.4.1.1.2")
        object.text(0x0008, 0x0018, "UI", "1.2.3.4.1")
        object.text(0x0010, 0x0020, "LO", "PATIENT-1")
        rest(&object)
        return ObjectBytes.fileHeader(ObjectBytes.Encoding.explicitLittleEndian.rawValue) + object.bytes
    }

    @Test(
        arguments: [
            ([0x50, 0x4B, 0x03, 0x04], 0, "is a ZIP archive, no DICOM file: unpack it, and give the folder"),
            ([0x1F, 0x8B, 0x08], 0, "is a gzip file, no DICOM file: unpack it"),
            ([0x6E, 0x2B, 0x31, 0x00], 344, "is a NIfTI image, no DICOM file"),
            ([0x25, 0x50, 0x44, 0x46, 0x2D], 0, "is a PDF document, no DICOM file"),
            ([0x89, 0x50, 0x4E, 0x47], 0, "is a PNG picture, no DICOM file"),
        ] as [([UInt8], Int, String)])
    func `a file of another format is called what it is`(mark: [UInt8], at: Int, sentence: String) throws {
        var bytes = [UInt8](repeating: 0xEE, count: 600)
        bytes.replaceSubrange(at..<(at + mark.count), with: mark)
        let found = try outcome(bytes)
        #expect(found.reason == .notDICOM && found.detail.hasPrefix(sentence), "\(found.detail)")
    }

    @Test func `what nobody knows stays what it is not, and an empty file is empty`() throws {
        let unknown = try outcome([UInt8](repeating: 0xEE, count: 600))
        #expect(unknown.reason == .notDICOM && unknown.detail.contains("no DICM mark"))
        let empty = try outcome([])
        #expect(empty.detail == "is an empty file, no DICOM file: copy it again", "\(empty)")
    }

    @Test(arguments: [(0x08, "FloatPixelData (7FE0,0008)"), (0x09, "DoubleFloatPixelData (7FE0,0009)")])
    func `a CT of floating point is said to be one`(element: Int, name: String) throws {
        let found = try outcome(
            ct { object in
                object.text(0x0020, 0x000D, "UI", "1.2.3.4.2")
                object.text(0x0020, 0x000E, "UI", "1.2.3.4.3")
                for (element, value) in [(0x10, 5), (0x11, 3), (0x100, 32)] { object.short(0x0028, element, value) }
                object.element(
                    0x7FE0, element, element == 0x08 ? "OF" : "OD", [UInt8](repeating: 0, count: 120))
            })
        #expect(found.reason == .contentUnsupported, "\(found)")
        #expect(found.detail == "its values are floating point, in \(name); read are integers in PixelData (7FE0,0010)")
    }

    @Test func `an attribute that is there and of no use is shown, and one that could be a name is not`() throws {
        let instance = try header(
            ct { object in
                object.text(0x0018, 0x0050, "DS", "-5")
                object.text(0x0020, 0x000D, "UI", "1.2.3.4.2")
                object.text(0x0020, 0x000E, "UI", "1.2.3.4.3")
                object.text(0x0020, 0x0032, "DS", "Doe\\Jane\\1")
                object.text(0x0028, 0x0004, "CS", "MONOCHROME2")
                for (element, value) in [(0x10, 5), (0x11, 3), (0x100, 16), (0x101, 12), (0x102, 11), (0x103, 0)] {
                    object.short(0x0028, element, value)
                }
                object.text(0x0028, 0x0030, "DS", "1,0\\1,0")
                object.text(0x0028, 0x1052, "DS", "-1024")
            })
        #expect(
            instance.frames.first?.defects?.map(\.words) == [
                "Image Position is a text, not three numbers of millimetres", "Image Orientation is absent",
                #"Pixel Spacing is `1,0\1,0`, not two numbers above 0"#, "Rescale Slope is absent",
                "Slice Thickness is `-5`, not a number above 0",
            ])
    }
}
