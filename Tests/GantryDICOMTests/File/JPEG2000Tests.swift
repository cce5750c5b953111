import COpenJPEG
import Foundation
import GantryCore
import GantryDICOM
import Testing

/// Our own JPEG 2000 decoder beside OpenJPEG, which encodes the same images.
@Suite struct `JPEG 2000, decoded without OpenJPEG` {
    let reader: DICOMFileReader

    init() throws { reader = try DICOMFileReader() }

    /// What a codestream is made of.
    enum Division: CaseIterable {
        case whole, tiles, precincts, layers, markers, offset, all
    }

    /// Noise in part, so that all bit-planes are coded, and flat elsewhere, so that there are runs.
    private func image(_ encoding: JPEG2000Encoding) -> [Int32] {
        var state = UInt64(encoding.bits * 1000 + encoding.rows)
        let values = Int32(1) << Int32(encoding.bits)
        return (0..<Int32(encoding.rows * encoding.columns)).map { index in
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            let row = index / Int32(encoding.columns)
            let column = index % Int32(encoding.columns)
            let sample =
                (row / 16 + column / 16) % 3 == 0
                ? Int32(state >> 40) & (values - 1) : (row * 3 + column * 5) % values / 2
            return encoding.is_signed ? sample - values / 2 : sample
        }
    }

    private func usual(rows: UInt32 = 71, columns: UInt32 = 93, bits: UInt32 = 12) -> JPEG2000Encoding {
        var encoding = JPEG2000Encoding()
        encoding.rows = rows
        encoding.columns = columns
        encoding.bits = bits
        encoding.levels = 3
        encoding.layers = 1
        encoding.block_columns = 16
        encoding.block_rows = 16
        return encoding
    }

    private func encoded(_ encoding: JPEG2000Encoding, _ samples: [Int32]) throws -> Data {
        var encoding = encoding
        var bytes = Data(count: 8 * samples.count + 4096)
        let count = bytes.withUnsafeMutableBytes { bytes in
            openjpeg_encode(&encoding, samples, bytes.bindMemory(to: UInt8.self).baseAddress, bytes.count)
        }
        try #require(count > 0)
        return bytes.prefix(count)
    }

    private func decode(
        _ stream: Data, _ encoding: JPEG2000Encoding, as transferSyntax: TransferSyntax = .jpeg2000Lossless
    ) throws -> [Int32] {
        let shift: Int32 = encoding.is_signed ? 0 : 32768
        let file = EncodedCT(
            transferSyntax: transferSyntax, rows: Int(encoding.rows),
            columns: Int(encoding.columns), bitsStored: Int(encoding.bits), isSigned: encoding.is_signed,
            rescaleIntercept: "\(-shift)", pixelData: .fragments([stream.evenLength]))
        return try withTemporaryFolder { folder in
            let decoded = try file.decode(at: folder.appending(path: "file").path, reader: reader)
            #expect(decoded.slice.remarks.isEmpty)
            return decoded.values.map { Int32($0) + shift }
        }
    }

    private func expectTheSame(_ encoding: JPEG2000Encoding) throws {
        let samples = image(encoding)
        let decoded = try decode(try encoded(encoding, samples), encoding)
        let largest = zip(decoded, samples).map { abs($0 - $1) }.max()
        #expect(largest == 0)
    }

    @Test(arguments: 0..<UInt32(5), Division.allCases)
    func `every order and division of packets is decoded to what was encoded`(
        progression: UInt32, division: Division
    ) throws {
        var encoding = usual()
        encoding.progression = progression
        if division == .tiles || division == .all {
            encoding.tile_columns = 40
            encoding.tile_rows = 33
        }
        if division == .precincts || division == .all { encoding.precinct = 32 }
        if division == .layers || division == .all { encoding.layers = 3 }
        if division == .markers || division == .all {
            encoding.has_packet_starts = true
            encoding.has_header_ends = true
        }
        if division == .offset || division == .all {
            encoding.left = 13
            encoding.top = 6
        }
        try expectTheSame(encoding)
    }

    /// Reset contexts, vertically causal, predictable end, segmentation symbols, all of them; bypass and the end of the
    /// code after each pass, which OpenJPEG decodes.
    @Test(arguments: [2, 8, 16, 32, 58, 1, 4] as [UInt32])
    func `every way of coding code-blocks is decoded to what was encoded`(style: UInt32) throws {
        var encoding = usual()
        encoding.block_style = style
        try expectTheSame(encoding)
    }

    @Test(arguments: [2, 7, 8, 9, 12, 15, 16] as [UInt32], [false, true])
    func `every number of bits is decoded to what was encoded`(bits: UInt32, isSigned: Bool) throws {
        for (rows, columns) in [(1, 1), (1, 70), (70, 1), (23, 29), (130, 67)] as [(UInt32, UInt32)] {
            // OpenJPEG halves no further.
            for levels in [0, 1, 4] as [UInt32] where 1 << levels <= min(rows, columns) {
                var encoding = usual(rows: rows, columns: columns, bits: bits)
                encoding.is_signed = isSigned
                encoding.levels = levels
                try expectTheSame(encoding)
            }
        }
    }

    @Test(arguments: [(4, 1024), (1024, 4), (64, 64), (4, 4), (256, 16)] as [(UInt32, UInt32)])
    func `every shape of code-blocks is decoded to what was encoded`(columns: UInt32, rows: UInt32) throws {
        var encoding = usual(rows: 301, columns: 283)
        encoding.block_columns = columns
        encoding.block_rows = rows
        try expectTheSame(encoding)
    }

    @Test func `the irreversible wavelet is decoded by OpenJPEG, to about what was encoded`() throws {
        var encoding = usual()
        encoding.is_irreversible = true
        let samples = image(encoding)
        let stream = try encoded(encoding, samples)
        let decoded = try decode(stream, encoding, as: .jpeg2000)
        #expect(zip(decoded, samples).allSatisfy { abs($0 - $1) <= 2 })
        #expect(decoded != samples)
        let outcome = #expect(throws: FileOutcome.self) { try decode(stream, encoding) }
        #expect(outcome?.reason == .contentUnsupported)
    }

    @Test func `more packets than a byte counts are decoded to what was encoded`() throws {
        var encoding = usual(rows: 301, columns: 283)
        encoding.precinct = 32
        encoding.layers = 3
        encoding.has_packet_starts = true
        let stream = try encoded(encoding, image(encoding))
        // Behind the number 255, a packet header that would be a marker with the second half of it.
        let start = try #require(stream.range(of: Data([0xFF, 0x91, 0, 4, 0, 0xFF]))).upperBound
        #expect(stream[start] >= 0x90)
        try expectTheSame(encoding)
    }

    // MARK: - What is missing

    private func detail(of stream: Data, _ encoding: JPEG2000Encoding) throws -> String {
        let outcome = #expect(throws: FileOutcome.self) { _ = try decode(stream, encoding) }
        #expect(outcome?.reason == .pixelDataIncomplete)
        return try #require(outcome).detail
    }

    /// The stream with a byte behind a marker changed; returns what it was.
    private func change(
        _ stream: inout Data, marker: UInt8, at: Int, _ change: (UInt8) -> UInt8
    ) throws -> UInt8 {
        let segment = try #require(stream.range(of: Data([0xFF, marker]))).upperBound
        let before = stream[segment + at]
        stream[segment + at] = change(before)
        return before
    }

    /// OpenJPEG makes an image of less detail of it.
    @Test(arguments: 0..<UInt32(5), [(1, 2), (3, 2), (3, 1)] as [(UInt8, UInt8)])
    func `a codestream without the packets of a layer, or with some of none, is refused`(
        progression: UInt32, layers: (UInt8, UInt8)
    ) throws {
        var encoding = usual()
        encoding.progression = progression
        encoding.layers = UInt32(layers.0)
        var stream = try encoded(encoding, image(encoding))
        #expect(try change(&stream, marker: 0x52, at: 5) { _ in layers.1 } == layers.0)
        #expect(try detail(of: stream, encoding).contains("JPEG 2000"))
    }

    /// Guard bits, a plane more; the precision of samples; the way code-blocks are coded.
    @Test(arguments: [(0x5C, 2, 0x20), (0x51, 38, 1), (0x52, 10, 2), (0x52, 10, 8)] as [(UInt8, Int, UInt8)])
    func `a codestream whose header says something else is refused`(marker: UInt8, at: Int, more: UInt8) throws {
        let encoding = usual()
        var stream = try encoded(encoding, image(encoding))
        let before = try change(&stream, marker: marker, at: at) { marker == 0x51 ? $0 - more : $0 + more }
        #expect(before == [0x5C: 0x40, 0x51: 11, 0x52: 0][marker])
        #expect(try detail(of: stream, encoding).contains("JPEG 2000"))
    }

    /// OpenJPEG does not double its samples, as others do that decode it.
    @Test func `a tile of one column in an odd place, encoded with loss, is refused`() throws {
        var encoding = usual(columns: 74)
        encoding.tile_columns = 73
        encoding.tile_rows = 71
        #expect(try detail(of: try encoded(encoding, image(encoding)), encoding).contains("doubling"))
    }

    /// The stream's one tile-part cut into three, at the starts of packets 3 and 6, in an order of their numbers.
    private func inTileParts(_ stream: Data, order: [Int]) throws -> Data {
        let start = try #require(stream.range(of: Data([0xFF, 0x90, 0, 10, 0, 0]))).lowerBound
        let data = try #require(stream.range(of: Data([0xFF, 0x93]))).upperBound
        let cuts = try [3, 6].map { number in
            try #require(stream.range(of: Data([0xFF, 0x91, 0, 4, 0, number]))).lowerBound
        }
        let bounds = [data] + cuts + [stream.count - 2]
        var whole = stream[..<start]
        for number in order {
            let packets = stream[bounds[number]..<bounds[number + 1]]
            whole += [0xFF, 0x90, 0, 10, 0, 0]
            let length = UInt32(14 + packets.count)
            whole += [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) }
            whole += [UInt8(number), 3, 0xFF, 0x93]
            whole += packets
        }
        return whole + [0xFF, 0xD9]
    }

    @Test func `tile-parts are put together in their order alone`() throws {
        var encoding = usual()
        encoding.layers = 3
        encoding.has_packet_starts = true
        let samples = image(encoding)
        let stream = try encoded(encoding, samples)
        #expect(try decode(try inTileParts(stream, order: [0, 1, 2]), encoding) == samples)
        for order in [[0, 2, 1], [0, 1, 1], [0, 2], [1, 2, 0]] {
            #expect(try detail(of: try inTileParts(stream, order: order), encoding).contains("tile-part"))
        }
    }

    @Test func `a packet in another's place is refused`() throws {
        var encoding = usual()
        encoding.has_packet_starts = true
        var stream = try encoded(encoding, image(encoding))
        let third = try #require(stream.range(of: Data([0xFF, 0x91, 0, 4, 0, 2]))).upperBound
        stream[third - 1] = 3
        #expect(try detail(of: stream, encoding).contains("not the one that should come next"))
    }

    @Test func `a code-block without its segmentation symbol is refused`() throws {
        var encoding = usual()
        let samples = image(encoding)
        var stream = try encoded(encoding, samples)
        // Coded without, declared with.
        let coding = try #require(stream.range(of: Data([0xFF, 0x52, 0, 12]))).upperBound
        #expect(stream[coding + 8] == 0)
        stream[coding + 8] = 32
        encoding.block_style = 32
        #expect(try detail(of: stream, encoding).contains("segmentation symbol"))
    }

    // MARK: - Tiles with a coding of their own

    /// Which segments say how a tile is coded.
    enum Describing: CaseIterable {
        case ofAll, ofTheComponent
        /// The component's, and behind them some of all that say something else.
        case both
    }

    /// Where a segment stands, with its marker.
    private func segment(_ marker: UInt8, in stream: Data) throws -> Range<Data.Index> {
        let begin = try #require(stream.range(of: Data([0xFF, marker, 0]))).lowerBound
        return begin..<begin + 2 + Int(stream[begin + 3])
    }

    /// Coding style and quantization of all components, as of the first.
    private func ofTheComponent(_ coding: Data, _ quantization: Data) -> Data {
        let (coding, quantization) = (Data(coding), Data(quantization))
        return Data([0xFF, 0x53, 0, UInt8(coding.count - 5), 0, coding[4] & 1]) + coding[9...]
            + Data([0xFF, 0x5D, 0, UInt8(quantization.count - 1), 0]) + quantization[4...]
    }

    /// The tile-parts of a stream, each with what lies before its packets.
    private func tileParts(_ stream: Data) throws -> [Data] {
        var parts: [Data] = []
        var rest = try stream[#require(stream.range(of: Data([0xFF, 0x90, 0, 10]))).lowerBound...]
        while rest.count > 2 {
            let length = rest.dropFirst(6).prefix(4).reduce(0) { $0 << 8 | Int($1) }
            parts.append(Data(rest.prefix(length)))
            rest = rest.dropFirst(length)
        }
        return parts
    }

    /// `first`, but every second of its tiles is that of `second` and says itself how it is coded, in `segments`.
    private func everySecondTile(of first: Data, from second: Data, segments: Data) throws -> Data {
        var whole = try first[..<#require(first.range(of: Data([0xFF, 0x90, 0, 10]))).lowerBound]
        for (index, (one, other)) in zip(try tileParts(first), try tileParts(second)).enumerated() {
            guard index % 2 == 1 else {
                whole += one
                continue
            }
            var tile = other
            tile.insert(contentsOf: segments, at: 12)
            let length = UInt32(tile.count)
            tile.replaceSubrange(6..<10, with: [24, 16, 8, 0].map { UInt8(truncatingIfNeeded: length >> $0) })
            whole += tile
        }
        return whole + [0xFF, 0xD9]
    }

    private func tiled() -> JPEG2000Encoding {
        var encoding = usual()
        encoding.tile_columns = 40
        encoding.tile_rows = 33
        return encoding
    }

    @Test(arguments: Describing.allCases)
    func `a tile that says itself how it is coded is decoded to what was encoded`(describing: Describing) throws {
        let encoding = tiled()
        let samples = image(encoding)
        var other = encoding
        other.levels = 2
        other.block_columns = 8
        other.block_style = 8
        other.precinct = 32
        if describing == .ofAll { other.progression = 2 }
        let (first, second) = (try encoded(encoding, samples), try encoded(other, samples))
        let ofAll = try second[segment(0x52, in: second)] + second[segment(0x5C, in: second)]
        let ofTheComponent = try ofTheComponent(second[segment(0x52, in: second)], second[segment(0x5C, in: second)])
        let segments =
            switch describing {
            case .ofAll: ofAll
            case .ofTheComponent: ofTheComponent
            case .both: try ofTheComponent + first[segment(0x52, in: first)] + first[segment(0x5C, in: first)]
            }
        let stream = try everySecondTile(of: first, from: second, segments: segments)
        #expect(stream.count > first.count)
        #expect(try decode(stream, encoding) == samples)
    }

    /// OpenJPEG makes an image of less detail of it.
    @Test func `a tile that says itself how it is coded must have all packets`() throws {
        let encoding = tiled()
        let stream = try encoded(encoding, image(encoding))
        var coding = try Data(stream[segment(0x52, in: stream)])
        coding[7] = 2
        let less = try everySecondTile(of: stream, from: stream, segments: coding)
        #expect(try detail(of: less, encoding).contains("packets"))
    }

    @Test(arguments: [false, true])
    func `a tile coded by the irreversible wavelet is refused where nothing may be lost`(
        isOfTheComponent: Bool
    ) throws {
        let encoding = tiled()
        var other = encoding
        other.is_irreversible = true
        let samples = image(encoding)
        let (first, second) = (try encoded(encoding, samples), try encoded(other, samples))
        let (coding, quantization) = try (segment(0x52, in: second), segment(0x5C, in: second))
        let segments =
            isOfTheComponent
            ? ofTheComponent(second[coding], second[quantization]) : second[coding] + second[quantization]
        let stream = try everySecondTile(of: first, from: second, segments: segments)
        // Every second tile, three in a row of 33 lines, is that of the lossy image.
        let lossy = try decode(second, other, as: .jpeg2000)
        let expected = samples.indices.map { index in
            (index / 93 / 33 * 3 + index % 93 / 40) % 2 == 1 ? lossy[index] : samples[index]
        }
        #expect(try decode(stream, encoding, as: .jpeg2000) == expected)
        let outcome = #expect(throws: FileOutcome.self) { try decode(stream, encoding) }
        #expect(outcome?.reason == .contentUnsupported)
    }
}
