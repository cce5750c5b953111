import GantryTestSupport
import Foundation
import GantryCore
import GantryDICOM
import GantryDICOMWriting
import Testing

@Suite struct `Stored values become Hounsfield units` {
    let reader: DICOMFileReader
    let writer: DICOMObjectWriter

    init() throws {
        reader = try DICOMFileReader()
        writer = try DICOMObjectWriter()
    }

    @Test(arguments: [1, 7, 8, 11, 12, 15, 16], [false, true])
    func `the bits stored are taken and the sign is extended`(bitsStored: Int, isSigned: Bool) throws {
        // Unused bits are noise here (an overlay): they must not matter.
        let patterns = TestCT.patterns(bitsStored: bitsStored, isSigned: isSigned)
        let mask = UInt16(truncatingIfNeeded: UInt32(1) << UInt32(bitsStored) - 1)
        let noisy = patterns.enumerated().map { $1 & mask | (UInt16(truncatingIfNeeded: $0 &* 40503) & ~mask) }
        let decoded = try decode(
            noisy, bitsStored: bitsStored, isSigned: isSigned, [DICOMElement("RescaleIntercept", "-7")])
        let expected = patterns.map { clamped(TestCT.value($0, isSigned: isSigned) - 7) }
        #expect(decoded.values == expected)
        #expect(
            decoded.slice.clampedPixels
                == patterns.count {
                    TestCT.value($0, isSigned: isSigned) - 7 > 32767
                        || TestCT.value($0, isSigned: isSigned) - 7 < -32768
                })
        #expect(decoded.slice.smallestHU == expected.min().map(Int.init))
        #expect(decoded.slice.largestHU == expected.max().map(Int.init))
        #expect(decoded.slice.paddingPixels == 0)
    }

    @Test(arguments: [
        ("2.0002442", "-4047"), ("0.5", "-0.25"), ("-1", "0"), ("1", "0.5"), ("1e6", "-3"), ("1", "-32000.5"),
    ])
    func `slope and intercept are applied in double and rounded to the nearest, ties to even`(
        slope: String, intercept: String
    ) throws {
        let patterns = TestCT.patterns(bitsStored: 16, isSigned: true)
        let decoded = try decode(
            patterns, bitsStored: 16, isSigned: true,
            [DICOMElement("RescaleSlope", slope), DICOMElement("RescaleIntercept", intercept)])
        let factor = try #require(Double(slope))
        let offset = try #require(Double(intercept))
        let exact = patterns.map {
            (Double(TestCT.value($0, isSigned: true)) * factor + offset).rounded(.toNearestOrEven)
        }
        #expect(decoded.values == exact.map { Int16(max(-32768, min(32767, $0))) })
        #expect(decoded.slice.clampedPixels == exact.count { $0 < -32768 || $0 > 32767 })
    }

    @Test func `padding keeps its value for extraction and becomes air for scoring`() throws {
        let patterns: [UInt16] = (0..<63).map { index in
            index % 5 == 0 ? UInt16(bitPattern: -2000) : UInt16(bitPattern: Int16(index * 10))
        }
        let padding = [DICOMElement("PixelPaddingValue", "-2000")]
        let kept = try decode(patterns, bitsStored: 16, isSigned: true, padding, .keep)
        #expect(kept.values == patterns.map { Int16(bitPattern: $0) - 1024 })
        let air = try decode(patterns, bitsStored: 16, isSigned: true, padding, .air)
        #expect(air.values == patterns.map { $0 == UInt16(bitPattern: -2000) ? -1024 : Int16(bitPattern: $0) - 1024 })
        for slice in [kept.slice, air.slice] {
            #expect(slice.paddingPixels == 13)
            #expect(slice.smallestHU == 10 - 1024)
            #expect(slice.largestHU == 620 - 1024)
        }
    }

    @Test func `a padding range takes in both ends, in either order`() throws {
        let patterns: [UInt16] = (0..<63).map { UInt16($0) }
        for (value, limit) in [("10", "20"), ("20", "10")] {
            let range = [DICOMElement("PixelPaddingValue", value), DICOMElement("PixelPaddingRangeLimit", limit)]
            let decoded = try decode(patterns, bitsStored: 12, isSigned: false, range, .air)
            #expect(decoded.slice.paddingPixels == 11)
            #expect(decoded.values[9] == 9 - 1024)
            #expect(decoded.values[10] == -1024)
            #expect(decoded.values[20] == -1024)
            #expect(decoded.values[21] == 21 - 1024)
        }
    }

    @Test func `padding written without sign in signed data has the sign of the data`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "padding.dcm").path
            let patterns = [UInt16](repeating: UInt16(bitPattern: -2000), count: 63)
            try write(patterns, 16, true, [DICOMElement("PixelPaddingValue", "-2000")], to: path)
            // (0028,0120) SS becomes US: the same bits now say 63536.
            var data = try Data(contentsOf: URL(filePath: path))
            let range = try #require(data.range(of: Data([0x28, 0, 0x20, 1, 0x53, 0x53])))
            data.replaceSubrange(range, with: [0x28, 0, 0x20, 1, 0x55, 0x53])
            try data.write(to: URL(filePath: path))
            let instance = try reader.header(openPath: path, file: "padding.dcm")
            #expect(instance.pixels?.pixelPaddingValue == -2000)
            let decoded = try TestCT.hounsfield(path, padding: .air, reader: reader)
            #expect(decoded.slice.paddingPixels == 63)
            #expect(decoded.slice.smallestHU == nil)
            #expect(decoded.slice.largestHU == nil)
        }
    }

    @Test(arguments: [
        ([DICOMElement("RescaleType", "US")], []),
        ([DICOMElement("RescaleSlope", "0")], []),
        ([], ["RescaleSlope"]),
        ([], ["RescaleIntercept"]),
    ])
    func `a rescale that does not lead to Hounsfield units is refused`(
        changes: [DICOMElement], without: [String]
    ) throws {
        let patterns = TestCT.patterns(bitsStored: 12, isSigned: false)
        let outcome = try #require(throws: FileOutcome.self) {
            try decode(patterns, bitsStored: 12, isSigned: false, changes, .keep, without: Set(without))
        }
        #expect(outcome.reason == .notHounsfield)
    }

    @Test func `a file that is not the one scanned is refused`() throws {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "other.dcm").path
            try write(TestCT.patterns(bitsStored: 12, isSigned: false), 12, false, [], to: path)
            let instance = try reader.header(openPath: path, file: "other.dcm")
            var space = [Int16](repeating: 0, count: 100)
            for source in [
                TestCT.source(instance, rows: TestCT.columns, columns: TestCT.rows),
                TestCT.source(instance, sopInstanceUID: instance.studyInstanceUID),
            ] {
                let source = try #require(source)
                let outcome = try #require(throws: FileOutcome.self) {
                    try space.withUnsafeMutableBufferPointer {
                        try reader.decode(openPath: path, source: source, padding: .keep, into: $0)
                    }
                }
                #expect(outcome.reason == .attributeInvalid)
            }
        }
    }

    private func decode(
        _ patterns: [UInt16], bitsStored: Int, isSigned: Bool, _ changes: [DICOMElement],
        _ padding: PaddingTreatment = .keep, without: Set<String> = []
    ) throws -> (slice: DecodedSlice, values: [Int16]) {
        try withTemporaryFolder { folder in
            let path = folder.appending(path: "slice.dcm").path
            try write(patterns, bitsStored, isSigned, changes, without: without, to: path)
            return try TestCT.hounsfield(path, padding: padding, reader: reader)
        }
    }

    private func write(
        _ patterns: [UInt16], _ bitsStored: Int, _ isSigned: Bool, _ changes: [DICOMElement],
        without: Set<String> = [], to path: String
    ) throws {
        let pixels = DICOMPixelData(
            rows: TestCT.rows, columns: TestCT.columns, bitsAllocated: 16, bitsStored: bitsStored, isSigned: isSigned,
            values: patterns)
        let elements = TestCT.elements(changes, without: without)
        try writer.write(
            DICOMObject(transferSyntax: .explicitVRLittleEndian, elements: elements, pixelData: pixels), to: path)
    }

    private func clamped(_ value: Int) -> Int16 { Int16(clamping: value) }
}
