import GantryCore
import GantryTraining
import Testing

@Suite struct ContactSheetTests {
    private static func plain(_ value: UInt16, channels: Int = 1, side: Int = 96) -> PixelImage? {
        PixelImage(
            width: side, height: side, channels: channels,
            pixels: [UInt16](repeating: value, count: side * side * channels))
    }

    @Test func `pictures stand above their variations, eight in a row`() throws {
        var sheet = ContactSheet()
        #expect(sheet.picture == nil)
        for number in 0..<10 {
            try sheet.add(
                #require(Self.plain(UInt16(number + 1))), variation: #require(Self.plain(UInt16(100 + number))))
        }
        let picture = try #require(sheet.picture)
        #expect(picture.width == 2 * 12 + 8 * 96 + 7 * 4)
        #expect(picture.height == 12 + 2 * (2 * 96 + 4 + 12))
        #expect(picture.channels == 1)
        func value(_ row: Int, _ column: Int) -> UInt16 { picture.pixels[row * picture.width + column] }
        for number in 0..<10 {
            let (left, top) = (12 + number % 8 * 100, 12 + number / 8 * 208)
            #expect(value(top, left) == UInt16(number + 1) && value(top + 95, left + 95) == UInt16(number + 1))
            #expect(value(top + 100, left) == UInt16(100 + number))
            #expect(value(top + 195, left + 95) == UInt16(100 + number))
            #expect(value(top + 98, left) == 0x6060)
        }
        #expect(value(0, 0) == 0x6060 && value(picture.height - 1, picture.width - 1) == 0x6060)
        #expect(value(12 + 208, 12 + 200) == 0x6060)
    }

    @Test func `small pictures are magnified, and one in colour makes the sheet so`() throws {
        var sheet = ContactSheet()
        let small = try #require(
            PixelImage(width: 2, height: 2, channels: 3, pixels: [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]))
        try sheet.add(small, variation: #require(PixelImage(width: 2, height: 2, channels: 1, pixels: [7, 7, 7, 8])))
        let picture = try #require(sheet.picture)
        #expect(picture.channels == 3 && picture.width == 2 * 12 + 8 * 96 + 7 * 4 && picture.height == 220)
        func pixel(_ row: Int, _ column: Int) -> [UInt16] {
            let begin = (row * picture.width + column) * 3
            return Array(picture.pixels[begin..<begin + 3])
        }
        #expect(
            pixel(12, 12) == [1, 2, 3] && pixel(12 + 47, 12 + 47) == [1, 2, 3] && pixel(12, 12 + 48) == [4, 5, 6])
        #expect(pixel(12 + 95, 12 + 95) == [10, 11, 12] && pixel(12 + 100 + 95, 12 + 95) == [8, 8, 8])
    }

    @Test func `planes and slices become pictures`() throws {
        let planes: [Float] = [0, 1, 0.5, -1, 0, 0, 0, 2, 1, 1, 1, .nan]
        let picture = try #require(PixelImage(planes: planes, side: 2))
        #expect(picture.channels == 3)
        #expect(picture.pixels == [0, 0, 65535, 65535, 0, 65535, 32768, 0, 65535, 0, 65535, 0])
        #expect(PixelImage(planes: [1, 2, 3], side: 2) == nil && PixelImage(planes: [], side: 0) == nil)
        let slice: [Int16] = [-1024, 0, .min, .max]
        #expect(
            PixelImage(hounsfield: slice, rows: 1, columns: 4)?.pixels == [31744, 32768, 0, 65535])
        #expect(PixelImage(hounsfield: slice, rows: 2, columns: 4) == nil)
        let window = Window(windowCenterHU: 0, windowWidthHU: 256)
        #expect(
            PixelImage(hounsfield: slice.span, rows: 4, columns: 1, window: window)?.pixels == [0, 128 * 257, 0, 65535])
    }
}
