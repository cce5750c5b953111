import GantryCore
import GantryDICOM
import GantryDICOMWriting
import GantryTestSupport
import Testing

/// Cells whose bits are not all the stored value's: padding beyond Bits Stored, overlays, copies of the sign, strays.
@Suite struct `Cells with bits beyond Bits Stored` {
    let reader: DICOMFileReader
    let writer: DICOMObjectWriter

    init() throws {
        reader = try DICOMFileReader()
        writer = try DICOMObjectWriter()
    }

    /// 63 cells of 12 bits; every fifth is `cell`, the others are 10 times their index.
    private func patterns(_ cell: UInt16) -> [UInt16] {
        (0..<63).map { (index: Int) -> UInt16 in index % 5 == 0 ? cell : UInt16(index * 10) }
    }

    /// What they become where every fifth is `padding` HU.
    private func hounsfield(padding: Int16) -> [Int16] {
        (0..<63).map { (index: Int) -> Int16 in
            if index % 5 == 0 { return padding }
            return Int16(index * 10 - 1024)
        }
    }

    @Test(arguments: [
        TransferSyntax.explicitVRLittleEndian, .explicitVRBigEndian, .implicitVRLittleEndian, .rleLossless,
        .jpegLosslessSV1, .jpegLSLossless,
    ])
    func `padding that no stored value can be is found by the cell and becomes air`(syntax: TransferSyntax) throws {
        let padding = [DICOMElement("PixelPaddingValue", "63536")]
        let air = try decode(patterns(63536), padding, .air, syntax: syntax)
        #expect(air.values == hounsfield(padding: -1024))
        #expect(air.slice.paddingPixels == 13)
        #expect(air.slice.smallestHU == -1014)
        #expect(air.slice.largestHU == -404)
        #expect(air.slice.remarks.isEmpty)
    }

    @Test func `it keeps the value of its stored bits for extraction`() throws {
        let kept = try decode(patterns(63536), [DICOMElement("PixelPaddingValue", "63536")], .keep)
        #expect(kept.values == hounsfield(padding: 1072))
        #expect(kept.slice.paddingPixels == 13)
        #expect(kept.slice.paddingHU == 1072...1072)
    }

    @Test(arguments: [("63000", "65535", 63536 as UInt16), ("0", "9", 0), ("15", "5", 10)])
    func `its values are told and a mask shows it, whatever other pixels have its value`(
        value: String, limit: String, cell: UInt16
    ) throws {
        let range = [DICOMElement("PixelPaddingValue", value), DICOMElement("PixelPaddingRangeLimit", limit)]
        // A hundredth of what is stored: many stored values have one Hounsfield value.
        let rescale = [DICOMElement("RescaleSlope", "0.01"), DICOMElement("RescaleIntercept", "0")]
        let mask = try decode(patterns(cell), range + rescale, .mask)
        // The only other cell in a range is the second one, which is 10.
        let expected = (0..<63).map { (index: Int) -> Int16 in index % 5 == 0 || value == "15" && index == 1 ? 1 : 0 }
        #expect(mask.values == expected)
        let kept = try decode(patterns(cell), range + rescale, .keep)
        let padding = expected.indices.filter { expected[$0] == 1 }.map { Int(kept.values[$0]) }
        #expect(padding.min() == kept.slice.paddingHU?.lowerBound)
        #expect(padding.max() == kept.slice.paddingHU?.upperBound)
        #expect(mask.slice == kept.slice && mask.slice.paddingPixels == padding.count)
        #expect(try decode(patterns(cell), [], .mask).values.allSatisfy { $0 == 0 })
        #expect(try decode(patterns(cell), [], .keep).slice.paddingHU == nil)
    }

    @Test(arguments: [("63000", "65535"), ("65535", "63000"), ("63536", "63536"), ("0", "65535")])
    func `a range reaches beyond Bits Stored`(value: String, limit: String) throws {
        let range = [DICOMElement("PixelPaddingValue", value), DICOMElement("PixelPaddingRangeLimit", limit)]
        let air = try decode(patterns(63536), range, .air)
        #expect(air.slice.paddingPixels == (value == "0" ? 63 : 13))
        #expect(air.values.indices.allSatisfy { $0 % 5 != 0 || air.values[$0] == -1024 })
        #expect(air.slice.remarks.isEmpty)
    }

    @Test func `signed cells are compared with their sign`() throws {
        // The smallest cell there is: its stored bits are 0.
        let lowest = try decode(
            patterns(0x8000), [DICOMElement("PixelPaddingValue", "-32768")], .air, isSigned: true)
        #expect(lowest.slice.paddingPixels == 13 && lowest.values[0] == -1024)
        // -2000 fits into 12 bits, with copies of its sign before it or without.
        for cell in [UInt16(0xF830), 0x0830] {
            let air = try decode(patterns(cell), [DICOMElement("PixelPaddingValue", "-2000")], .air, isSigned: true)
            #expect(air.slice.paddingPixels == 13 && air.slice.remarks.isEmpty)
        }
    }

    @Test func `copies of the sign are no strays, in signed data only`() throws {
        let cells = TestCT.patterns(bitsStored: 12, isSigned: true)
        #expect(try decode(cells, [], .air, isSigned: true).slice.remarks.isEmpty)
        let negative = cells.count { $0 & 0x800 != 0 }
        let unsigned = try decode(cells, [], .air, isSigned: false).slice
        #expect(unsigned.remarks == [SliceRemark(.strayBits, count: negative, ofPixels: 63)])
        // A sign that the stored value has not.
        let positive = try decode(patterns(0xF07B), [], .air, isSigned: true)
        #expect(positive.slice.remarks == [SliceRemark(.strayBits, count: 13, ofPixels: 63)])
        #expect(positive.values[0] == -901)
    }

    @Test func `bits that nobody declares are counted, and are no padding`() throws {
        let stray = try decode(patterns(0x5000 | 123), [DICOMElement("PixelPaddingValue", "123")], .air)
        #expect(stray.slice.remarks == [SliceRemark(.strayBits, count: 13, ofPixels: 63)])
        #expect(stray.slice.remarks[0].isDoubtful)
        #expect(stray.slice.paddingPixels == 0)
        #expect(stray.values[0] == -901)
    }

    @Test func `a declared overlay is no stray, over padding too`() throws {
        let overlay = [DICOMElement("6000,0100", "16"), DICOMElement("6000,0102", "14")]
        let cells = patterns(0x4000 | 123)
        #expect(try decode(cells, overlay, .air).slice.remarks.isEmpty)
        let padded = try decode(cells, overlay + [DICOMElement("PixelPaddingValue", "123")], .air)
        #expect(padded.slice.paddingPixels == 13 && padded.values[0] == -1024)
        // Padding beyond Bits Stored, with the overlay's bit and without.
        for cell in [UInt16(0xF830), 0xB830] {
            let beyond = try decode(patterns(cell), overlay + [DICOMElement("PixelPaddingValue", "63536")], .air)
            #expect(beyond.slice.paddingPixels == (cell == 0xF830 ? 13 : 0))
        }
        let without = try decode(patterns(0xF830), overlay + [DICOMElement("PixelPaddingValue", "47152")], .air)
        #expect(without.slice.paddingPixels == 13)
        // Another bit is declared than the one that is set.
        let other = [DICOMElement("6002,0102", "15")]
        #expect(try decode(cells, other, .air).slice.remarks.map(\.count) == [13])
    }

    @Test func `such padding makes the content another than version 0.4.0 saw, and no other does`() throws {
        func digest(_ changes: [DICOMElement], isSigned: Bool = false) throws -> [UInt8] {
            try withTemporaryFolder { folder in
                let path = folder.appending(path: "slice.dcm").path
                try write(patterns(63536), changes, isSigned: isSigned, to: path)
                return try reader.encodedPixelDigest(openPath: path, file: "slice.dcm")
            }
        }
        let plain = try digest([])
        #expect(try digest([DICOMElement("PixelPaddingValue", "4095")]) == plain)
        #expect(try digest([DICOMElement("PixelPaddingValue", "-2000")], isSigned: true) == plain)
        let beyond = try digest([DICOMElement("PixelPaddingValue", "63536")])
        #expect(beyond != plain)
        let range = [DICOMElement("PixelPaddingValue", "0"), DICOMElement("PixelPaddingRangeLimit", "4096")]
        #expect(try digest(range) == beyond)
    }

    private func decode(
        _ cells: [UInt16], _ changes: [DICOMElement], _ padding: PaddingTreatment, isSigned: Bool = false,
        syntax: TransferSyntax = .explicitVRLittleEndian
    ) throws -> (slice: DecodedSlice, values: [Int16]) {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "slice.dcm").path
            try write(cells, changes, isSigned: isSigned, syntax: syntax, to: path)
            return try TestCT.hounsfield(path, padding: padding, reader: reader)
        }
    }

    private func write(
        _ cells: [UInt16], _ changes: [DICOMElement], isSigned: Bool,
        syntax: TransferSyntax = .explicitVRLittleEndian, to path: String
    ) throws {
        let pixels = DICOMPixelData(
            rows: TestCT.rows, columns: TestCT.columns, bitsAllocated: 16, bitsStored: 12, isSigned: isSigned,
            values: cells)
        try writer.write(
            DICOMObject(transferSyntax: syntax, elements: TestCT.elements(changes), pixelData: pixels), to: path)
    }
}
