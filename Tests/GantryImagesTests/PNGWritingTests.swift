import GantryCore
import GantryImages
import GantryTestSupport
import Testing

@Suite struct PNGWritingTests {
    @Test(arguments: [(1, 1, 1), (7, 5, 3), (64, 1, 3), (1, 300, 1)])
    func `what is written is read, value for value`(width: Int, height: Int, channels: Int) throws {
        let count = width * height * channels
        let picture = try #require(
            PixelImage(
                width: width, height: height, channels: channels,
                pixels: (0..<count).map { UInt16($0 * 37 % 256) * 257 }))
        let folder = try TemporaryFolder()
        try folder.write(PNGWriting.bytes(of: picture), to: "a.png")
        let read = try Pictures.reader().outcomes(below: folder.path, of: ["a.png"]).first
        #expect(try read?.get() == picture)
    }

    @Test func `16 bits are rounded to the nearest of 8`() throws {
        let picture = try #require(
            PixelImage(width: 5, height: 1, channels: 1, pixels: [128, 129, 65535, 65406, 65407]))
        let folder = try TemporaryFolder()
        try folder.write(PNGWriting.bytes(of: picture), to: "a.png")
        let read = try Pictures.reader().outcomes(below: folder.path, of: ["a.png"]).first?.get()
        #expect(read?.pixels == [0, 257, 65535, 254 * 257, 65535])
    }

    @Test func `a side beyond the limit is refused`() throws {
        let picture = try #require(
            PixelImage(width: 16_385, height: 1, channels: 1, pixels: [UInt16](repeating: 0, count: 16_385)))
        let fault = #expect(throws: ImageFault.self) { try PNGWriting.bytes(of: picture) }
        #expect(fault?.code == .cannotEncode)
    }
}
