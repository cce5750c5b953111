import Foundation
import GantryCore
import GantryDICOM
import GantryTestSupport
import Testing

@Suite struct `Other ways from stored values to Hounsfield units` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    /// A file of stored values -100...566 in 12 bits.
    private func file(_ table: [EncodedCT.Element]) -> EncodedCT {
        var bytes = Data()
        for value in 0..<23 * 29 { bytes.append(littleEndian: Int16(value - 100)) }
        return EncodedCT(
            transferSyntax: .explicitVRLittleEndian, isSigned: true, rescaleIntercept: nil,
            others: [EncodedCT.Element(0x0028_3000, item: table)], pixelData: .native(bytes))
    }

    private func table(_ entries: [UInt16], bits: UInt16, type: String, vr: String = "US") -> [EncodedCT.Element] {
        [
            EncodedCT.Element(0x0028_3002, "SS", [UInt16(entries.count), UInt16(bitPattern: -50), bits]),
            EncodedCT.Element(0x0028_3004, "LO", type), EncodedCT.Element(0x0028_3006, vr, entries),
        ]
    }

    @Test(arguments: ["US", "OW"])
    func `a modality LUT of Hounsfield units takes the place of slope and intercept`(vr: String) throws {
        let entries = (0..<200).map { UInt16($0 * $0) }
        try withTemporaryFolder { folder in
            var file = file(table(entries, bits: 16, type: "HU", vr: vr))
            file.others.append(EncodedCT.Element(0x0028_0120, "SS", [UInt16(bitPattern: -60)]))
            let decoded = try file.decode(at: folder.appending(path: "file").path, reader: reader, padding: .air)
            let expected = (0..<23 * 29).map { index in
                index == 40 ? -1024 : Int16(clamping: Int(entries[min(max(index - 50, 0), 199)]))
            }
            #expect(decoded.values == expected)
            #expect(decoded.slice.paddingPixels == 1)
            #expect(decoded.slice.clampedPixels == expected.count { $0 == 32767 })
            #expect(decoded.slice.smallestHU == 0)
            #expect(decoded.slice.largestHU == 32767)
        }
    }

    @Test func `entries of 8 bits may lie two in a word`() throws {
        var elements = table([0x0201, 0x0403, 0x0005], bits: 8, type: "HU", vr: "OW")
        elements[0] = EncodedCT.Element(0x0028_3002, "SS", [5, 0, 8])
        try withTemporaryFolder { folder in
            let decoded = try file(elements).decode(at: folder.appending(path: "file").path, reader: reader)
            let expected: [Int16] = (0..<23 * 29).map { index in
                let entry = min(max(index - 100, 0), 4)
                return Int16(entry + 1)
            }
            #expect(decoded.values == expected)
        }
    }

    @Test(arguments: [("OD", 200), ("US", 200), ("HU", 199), ("HU", 0)])
    func `one of another unit, or of another length than it says, is refused`(type: String, count: Int) throws {
        var elements = table([UInt16](repeating: 1, count: 200), bits: 16, type: type)
        elements[2] = EncodedCT.Element(0x0028_3006, "US", [UInt16](repeating: 1, count: count))
        try withTemporaryFolder { folder in
            let outcome = try #require(throws: FileOutcome.self) {
                try file(elements).decode(at: folder.appending(path: "file").path, reader: reader)
            }
            #expect(outcome.reason == .notHounsfield)
            #expect(outcome.detail.contains(type == "HU" ? "LUT Data" : type))
        }
    }

    @Test func `MONOCHROME1 says how values are shown, not what they are`() throws {
        var file = EncodedCT(
            transferSyntax: .explicitVRLittleEndian, photometricInterpretation: "MONOCHROME1",
            rescaleIntercept: "-1024", pixelData: .native(Data(repeating: 3, count: 2 * 23 * 29)))
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "file").path
            let expected = [Int16](repeating: 0x0303 - 1024, count: 23 * 29)
            let first = try file.decode(at: path, reader: reader).values
            file.photometricInterpretation = "MONOCHROME2"
            let second = try file.decode(at: path, reader: reader).values
            #expect(first == expected)
            #expect(second == expected)
        }
    }

    @Test func `stored values may end at any high bit, with overlays on both sides`() throws {
        let stored = Codestream.stored(bitsStored: 10, isSigned: true, frame: 0)
        var bytes = Data()
        for (index, value) in stored.enumerated() {
            let overlay = UInt16(truncatingIfNeeded: index &* 40503) & 0b1110_0000_0000_0111
            bytes.append(littleEndian: UInt16(truncatingIfNeeded: (value & 0x3FF) << 3) | overlay)
        }
        try withTemporaryFolder { folder in
            let file = EncodedCT(
                transferSyntax: .explicitVRLittleEndian, bitsStored: 10, highBit: 12, isSigned: true,
                pixelData: .native(bytes))
            let decoded = try file.decode(at: folder.appending(path: "file").path, reader: reader)
            #expect(decoded.values == stored.map { Int16($0) })
        }
    }

    @Test func `bits above those stored are no value in lossless data either`() throws {
        let codestream = try #require(
            Codestream.all.first { $0.name == "JPEG lossless by DCMTK, 16 bits, predictor 7" })
        var file = codestream.file([codestream.bytes])
        file.bitsStored = 9
        file.rescaleIntercept = "0"
        try withTemporaryFolder { folder in
            let decoded = try file.decode(at: folder.appending(path: "file").path, reader: reader)
            #expect(decoded.values == codestream.stored.map { Int16($0 & 0x1FF) })
        }
    }

    @Test(arguments: [12, 32])
    func `other sizes than 8 and 16 bits allocated are refused by name`(bitsAllocated: Int) throws {
        try withTemporaryFolder { folder in
            let file = EncodedCT(
                transferSyntax: .explicitVRLittleEndian, bitsAllocated: bitsAllocated,
                pixelData: .native(Data(count: 23 * 29 * 4)))
            let outcome = try #require(throws: FileOutcome.self) {
                try file.decode(at: folder.appending(path: "file").path, reader: reader)
            }
            #expect(outcome.reason == .contentUnsupported)
            #expect(outcome.detail.contains("BitsAllocated (0028,0100) is \(bitsAllocated)"))
        }
    }
}
