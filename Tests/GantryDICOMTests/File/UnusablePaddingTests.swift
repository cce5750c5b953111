import Foundation
import GantryCore
import GantryDICOM
import Testing

/// Padding that is declared and cannot be used: its pixels would be taken for what they are not.
@Suite struct `Padding that is there and unusable` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    private func outcome(_ others: [EncodedCT.Element], sopClass: String? = nil) throws -> FileOutcome? {
        let cells = Data(repeating: 0x30, count: 2 * 23 * 29)
        var bytes = EncodedCT(
            transferSyntax: .explicitVRLittleEndian, others: others, pixelData: .native(cells)
        ).file
        if let sopClass {
            let ct = Data("1.2.840.10008.5.1.4.1.1.2\0".utf8)
            while let range = bytes.range(of: ct) { bytes.replaceSubrange(range, with: Data(sopClass.utf8)) }
        }
        return try withTemporaryFolder { folder in
            let path = folder.appending(path: "file")
            try bytes.write(to: path)
            do {
                _ = try reader.header(openPath: path.path, file: "file")
                return nil
            } catch let outcome as FileOutcome { return outcome }
        }
    }

    /// Values of (0028,0120) or (0028,0121) that are no number of 16 bits.
    private static let unusable: [EncodedCT.Element] = [0x0028_0120, 0x0028_0121].flatMap { (tag: UInt32) in
        [
            EncodedCT.Element(tag, "US", [63536, 0]), EncodedCT.Element(tag, "US", [63536, 63536]),
            EncodedCT.Element(tag, "DS", "-1024.5"), EncodedCT.Element(tag, "IS", "70000"),
            EncodedCT.Element(tag, "LO", "air"), EncodedCT.Element(tag, "IS", "  "),
            EncodedCT.Element(tag, "UL", [0, 1]), EncodedCT.Element(tag, "UN", Data([1, 2, 3, 4])),
            EncodedCT.Element(tag, "OW", [63536]), EncodedCT.Element(tag, item: []),
        ]
    }

    @Test(arguments: unusable) func `a CT image with it is refused by the name of the attribute`(
        element: EncodedCT.Element
    ) throws {
        let isLimit = element.tag == 0x0028_0121
        let value = EncodedCT.Element(0x0028_0120, "US", [63536])
        let outcome = try #require(try outcome(isLimit ? [value, element] : [element]), "\(element.vr)")
        #expect(outcome.reason == .attributeInvalid)
        #expect(outcome.detail.contains(isLimit ? "PixelPaddingRangeLimit" : "PixelPaddingValue"))
    }

    @Test func `empty is absent, and one number in any form is used`() throws {
        for element in [
            EncodedCT.Element(0x0028_0120, "US", []), EncodedCT.Element(0x0028_0120, "DS", "-1024.0"),
            EncodedCT.Element(0x0028_0120, "UN", [63536]), EncodedCT.Element(0x0028_0120, "UL", [63536, 0]),
        ] { #expect(try outcome([element]) == nil, "\(element.vr)") }
    }

    @Test func `an image that is never scored may say what it likes`() throws {
        let element = EncodedCT.Element(0x0028_0120, "US", [63536, 0])
        #expect(try outcome([element], sopClass: "1.2.840.10008.5.1.4.1.1.7\0") == nil)
    }
}
