import Foundation
import GantryCore
import GantryDICOM

/// A CT file put together byte by byte, with whatever pixel data a test wants. Explicit VR, little endian but where it
/// declares big endian.
struct EncodedCT {
    /// What Pixel Data holds.
    enum PixelData {
        case native(Data)
        /// Fragments of even length behind a basic offset table, empty where none is given.
        case fragments([Data], offsets: [UInt32] = [])
    }

    var transferSyntax: TransferSyntax
    var rows = 23
    var columns = 29
    var bitsAllocated = 16
    var bitsStored = 12
    /// The one below bits stored where nil.
    var highBit: Int?
    var isSigned = false
    var photometricInterpretation = "MONOCHROME2"
    var numberOfFrames: Int?
    /// nil for none.
    var rescaleIntercept: String? = "0"
    /// Elements beside the usual ones.
    var others: [Element] = []
    var pixelData: PixelData

    /// A data element: group and element number in one, two letters, value.
    struct Element {
        var tag: UInt32
        var vr: String
        var value: Data

        /// Value representations whose length has four bytes. **Source** PS3.5 7.1.2.
        private static let longRepresentations = Set(
            ["OB", "OD", "OF", "OL", "OV", "OW", "SQ", "SV", "UC", "UN", "UR", "UT", "UV"])

        init(_ tag: UInt32, _ vr: String, _ value: Data) {
            self.tag = tag
            self.vr = vr
            self.value = value
        }

        init(_ tag: UInt32, _ vr: String, _ text: String) {
            self.init(tag, vr, Data(text.utf8) + (text.utf8.count % 2 == 0 ? [] : [vr == "UI" ? 0 : 0x20]))
        }

        init(_ tag: UInt32, _ vr: String, _ words: [UInt16]) {
            self.init(tag, vr, words.reduce(into: Data()) { $0.append(littleEndian: $1) })
        }

        /// A sequence of one item.
        init(_ tag: UInt32, item: [Element]) {
            let content = item.reduce(into: Data()) { $0.append($1.encoded) }
            var value = Data()
            value.append(itemTag: 0xE000, length: UInt32(content.count))
            self.init(tag, "SQ", value + content)
        }

        var encoded: Data {
            var data = Data(tag: tag)
            data.append(contentsOf: Array(vr.utf8))
            if Self.longRepresentations.contains(vr) {
                data.append(littleEndian: UInt16(0))
                data.append(littleEndian: UInt32(value.count))
            } else {
                data.append(littleEndian: UInt16(value.count))
            }
            return data + value
        }
    }

    /// The whole file.
    var file: Data {
        var meta = Data()
        for element in [
            Element(0x0002_0002, "UI", "1.2.840.10008.5.1.4.1.1.2"), Element(0x0002_0003, "UI", "1.2.3.4"),
            Element(0x0002_0010, "UI", transferSyntax.uid),
        ] { meta.append(element.encoded) }
        let length = withUnsafeBytes(of: UInt32(meta.count).littleEndian) { Data($0) }
        var file = Data(count: 128) + Data("DICM".utf8) + Element(0x0002_0000, "UL", length).encoded + meta
        for element in (usual + others).sorted(by: { $0.tag < $1.tag }) { file.append(element.encoded) }
        switch pixelData {
        case .native(let value): file.append(Element(0x7FE0_0010, "OW", value).encoded)
        case .fragments(let fragments, let offsets):
            file.append(Data(tag: 0x7FE0_0010) + Data("OB".utf8) + Data(count: 2) + Data(repeating: 0xFF, count: 4))
            file.append(itemTag: 0xE000, length: UInt32(4 * offsets.count))
            for offset in offsets { file.append(littleEndian: offset) }
            for fragment in fragments {
                file.append(itemTag: 0xE000, length: UInt32(fragment.count))
                file.append(fragment)
            }
            file.append(itemTag: 0xE0DD, length: 0)
        }
        return file
    }

    private var usual: [Element] {
        var elements = [
            Element(0x0008_0016, "UI", "1.2.840.10008.5.1.4.1.1.2"), Element(0x0008_0018, "UI", "1.2.3.4"),
            Element(0x0008_0060, "CS", "CT"), Element(0x0020_000D, "UI", "1.2.3"),
            Element(0x0020_000E, "UI", "1.2.3.1"),
            Element(0x0028_0002, "US", [1]), Element(0x0028_0004, "CS", photometricInterpretation),
            Element(0x0028_0010, "US", [UInt16(rows)]), Element(0x0028_0011, "US", [UInt16(columns)]),
            Element(0x0028_0100, "US", [UInt16(bitsAllocated)]), Element(0x0028_0101, "US", [UInt16(bitsStored)]),
            Element(0x0028_0102, "US", [UInt16(highBit ?? bitsStored - 1)]),
            Element(0x0028_0103, "US", [isSigned ? 1 : 0]),
        ]
        if let numberOfFrames { elements.append(Element(0x0028_0008, "IS", "\(numberOfFrames)")) }
        if let rescaleIntercept {
            elements += [Element(0x0028_1052, "DS", rescaleIntercept), Element(0x0028_1053, "DS", "1")]
        }
        return elements
    }

    /// Writes the file to `path` and decodes `frame`, from 1. **Throws** `FileOutcome`.
    func decode(
        _ frame: Int = 1, at path: String, reader: DICOMFileReader, padding: PaddingTreatment = .keep
    ) throws -> (slice: DecodedSlice, values: [Int16]) {
        try file.write(to: URL(filePath: path))
        let instance = try reader.header(openPath: path, file: "test")
        guard var source = TestCT.source(instance) else { throw CocoaError(.featureUnsupported) }
        source.frameNumber = frame
        var values = [Int16](repeating: 0x5A5A, count: rows * columns)
        let slice = try values.withUnsafeMutableBufferPointer { buffer in
            try reader.decode(openPath: path, source: source, padding: padding, into: buffer)
        }
        return (slice, values)
    }
}

extension Data {
    /// Adds an integer, lowest byte first.
    mutating func append(littleEndian number: some FixedWidthInteger) {
        Swift.withUnsafeBytes(of: number.littleEndian) { append(contentsOf: $0) }
    }

    fileprivate init(tag: UInt32) {
        self.init()
        append(littleEndian: UInt16(tag >> 16))
        append(littleEndian: UInt16(tag & 0xFFFF))
    }

    fileprivate mutating func append(itemTag element: UInt16, length: UInt32) {
        append(littleEndian: UInt16(0xFFFE))
        append(littleEndian: element)
        append(littleEndian: length)
    }
}
