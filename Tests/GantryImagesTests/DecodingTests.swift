import GantryCore
import GantryImages
import GantryTestSupport
import Testing

@Suite struct DecodingTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    @Test func `every form of PNG and JPEG has the pixels that Pillow gives it, by one child`() throws {
        let golden = try Pictures.arrays("decoded.npz")
        let names = Pictures.names
        #expect(names.count > 45 && names == golden.names)
        let outcomes = try Pictures.reader().outcomes(below: Pictures.folder, of: names)
        #expect(outcomes.count == names.count)
        for (name, outcome) in zip(names, outcomes) {
            let picture = try outcome.get()
            let expected = try golden.array(name)
            #expect([picture.height, picture.width] == Array(expected.shape.prefix(2)), "\(name)")
            #expect(picture.channels == (expected.shape.count == 3 ? 3 : 1), "\(name)")
            #expect(try picture.pixels == expected.pixels(), "\(name)")
        }
    }

    /// What a reader of these limits makes of these bytes.
    private func outcome(
        _ bytes: some Sequence<UInt8>, limits: ImageLimits = ImageLimits()
    ) throws -> Result<PixelImage, ImageFault> {
        try folder.write(bytes, to: "picture")
        return try #require(Pictures.reader(limits: limits).outcomes(below: folder.path, of: ["picture"]).first)
    }

    @Test(arguments: [
        "grey1.png", "palette4.png", "rgba16-interlaced.png", "grey.jpg", "colour-420.jpg",
        "colour-444-progressive.jpg",
        "colour-restarts.jpg", "cmyk.jpg",
    ])
    func `a file that ends early, wherever, is damaged`(name: String) throws {
        let bytes = try Pictures.bytes(name)
        var lengths = Set(stride(from: 8, to: bytes.count, by: max(1, bytes.count / 97)))
        lengths.formUnion(bytes.count - 14..<bytes.count)
        for length in lengths { try folder.write(bytes.prefix(length), to: "\(length)") }
        let names = lengths.sorted().map(String.init)
        for (name, outcome) in zip(names, try Pictures.reader().outcomes(below: folder.path, of: names)) {
            #expect(outcome.fault?.code == .damaged, "\(name): \(outcome)")
            #expect(outcome.fault?.subject == name)
        }
    }

    @Test func `bytes behind a picture's end are of no matter`() throws {
        for name in ["rgb8.png", "grey.jpg"] {
            #expect(try outcome(Pictures.bytes(name) + [1, 2, 3]).get() == Pictures.picture(name))
        }
    }

    @Test func `1,500 spoilt files end as a picture or as a sentence, and end no child`() throws {
        var state: UInt64 = 14
        func random(_ bound: Int) -> Int {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Int(state >> 33) % bound
        }
        var names: [String] = []
        for name in Pictures.names {
            let bytes = try Pictures.bytes(name)
            for copy in 0..<30 {
                var spoilt = bytes
                for _ in 0...random(3) { spoilt[8 + random(spoilt.count - 8)] = UInt8(random(256)) }
                names.append("\(copy)-\(name)")
                try folder.write(spoilt, to: "\(copy)-\(name)")
            }
        }
        #expect(names.count > 1500)
        let reader = try Pictures.reader(limits: ImageLimits(mostPixels: 1 << 20))
        let outcomes = try reader.outcomes(below: folder.path, of: names)
        let codes = Set(outcomes.compactMap { $0.fault?.code })
        #expect(codes.contains(.damaged))
        #expect(codes.isSubset(of: [.damaged, .tooLarge, .unsupported, .notAnImage]), "\(codes)")
        #expect(outcomes.contains { $0.fault == nil })
    }

    /// A PNG whose header tells these sides, its checksum right.
    private func bomb(_ width: UInt32, _ height: UInt32) throws -> [UInt8] {
        var bytes = try Pictures.bytes("rgb8.png")
        for (offset, value) in [(16, width), (20, height)] {
            for index in 0..<4 { bytes[offset + index] = UInt8(value >> (24 - 8 * index) & 0xFF) }
        }
        bytes.replaceSubrange(29..<33, with: checksum(Array(bytes[12..<29])))
        return bytes
    }

    @Test func `a picture beyond the limits is named with its size before anything is made for it`() throws {
        var jpeg = try Pictures.bytes("colour-420.jpg")
        let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg.replaceSubrange(frame + 5..<frame + 9, with: [0xFF, 0, 0xFF, 0])
        for (bytes, words) in [
            (try bomb(60_000, 60_000), "60000 x 60000 pixels; a side may have 16384"),
            (try bomb(0x7FFF_FFFF, 1), "2147483647 x 1 pixels; a side may have 16384"),
            (try bomb(16_384, 16_384), "16384 x 16384 pixels; 67108864 are allowed in all"),
            (jpeg, "65280 x 65280 pixels; a side may have 16384"),
        ] {
            let fault = try outcome(bytes).fault
            #expect(fault?.code == .tooLarge && fault?.description == "picture: " + words)
        }
        let small = ImageLimits(largestSide: 12, mostPixels: 107)
        #expect(try outcome(Pictures.bytes("rgb8.png"), limits: small).fault?.code == .tooLarge)
        let enough = ImageLimits(largestSide: 12, mostPixels: 108)
        #expect(try outcome(Pictures.bytes("rgb8.png"), limits: enough).fault == nil)
        let fault = try outcome([UInt8](repeating: 0, count: 1001), limits: ImageLimits(mostFileBytes: 1000)).fault
        #expect(fault?.code == .tooLarge && fault?.explanation == "the file has 1001 bytes; 1000 are allowed")
    }

    @Test func `a large picture comes whole, in several pieces`() throws {
        // More values than one message holds.
        let pixels = (0..<5_400_000).map { UInt16(truncatingIfNeeded: ($0 * 7919) >> 4) & 0xFF &* 257 }
        let picture = try #require(PixelImage(width: 1500, height: 1200, channels: 3, pixels: pixels))
        #expect(try outcome(PNGWriting.bytes(of: picture)).get() == picture)
    }

    @Test func `what is no picture is told so, and what a pixel of a palette lacks`() throws {
        #expect(try outcome([]).fault?.description == "picture: the file is empty")
        let text = try outcome("P5 a picture of another kind".utf8).fault
        #expect(text?.code == .notAnImage && text?.explanation == "it begins neither as PNG nor as JPEG")
        // Lossless JPEG.
        var jpeg = try Pictures.bytes("grey.jpg")
        let frame = try #require(jpeg.indices.first { jpeg[$0] == 0xFF && jpeg[$0 + 1] == 0xC0 })
        jpeg[frame + 1] = 0xC3
        #expect(try outcome(jpeg).fault?.code == .unsupported)
        // A palette cut down to its first colour.
        let whole = try Pictures.bytes("palette2.png")
        let palette = try #require(
            whole.indices.first { whole[$0..<min($0 + 4, whole.count)].elementsEqual("PLTE".utf8) })
        let short = Array("PLTE".utf8) + whole[palette + 4..<palette + 7]
        let cut = whole[..<(palette - 4)] + [0, 0, 0, 3] + short + checksum(short) + whole[(palette + 20)...]
        let fault = try outcome(cut).fault
        #expect(fault?.code == .damaged)
        #expect(fault?.explanation.contains("palette") == true, "\(String(describing: fault))")
    }

    private func checksum(_ bytes: [UInt8]) -> [UInt8] {
        var checksum: UInt32 = .max
        for byte in bytes {
            checksum ^= UInt32(byte)
            for _ in 0..<8 { checksum = checksum >> 1 ^ (checksum & 1 == 1 ? 0xEDB8_8320 : 0) }
        }
        return (0..<4).map { UInt8(~checksum >> (24 - 8 * $0) & 0xFF) }
    }
}
