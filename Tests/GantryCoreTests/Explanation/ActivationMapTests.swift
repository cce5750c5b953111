import Foundation
import GantryCore
import Testing

@Suite struct ActivationMapTests {
    private static func map(_ rows: Int, _ columns: Int, _ values: [Float]) throws -> ActivationMap {
        try #require(ActivationMap(rows: rows, columns: columns, values: values))
    }

    @Test func `a map is full and finite, or none`() {
        #expect(ActivationMap(rows: 2, columns: 2, values: [1, 2, 3]) == nil)
        #expect(ActivationMap(rows: 0, columns: 2, values: []) == nil)
        #expect(ActivationMap(rows: 1, columns: 2, values: [1, .nan]) == nil)
        #expect(ActivationMap(rows: .max, columns: 2, values: [1, 2]) == nil)
        #expect(ActivationMap(rows: 1, columns: 2, values: [-1, -2])?.largest == 0)
    }

    @Test func `between the middles of its parts a map is linear, and beyond them constant`() throws {
        let map = try Self.map(1, 2, [0, 8])
        #expect(map.resampled(rows: 2, columns: 8) == [0, 0, 1, 3, 5, 7, 8, 8, 0, 0, 1, 3, 5, 7, 8, 8])
        #expect(try Self.map(2, 1, [0, 8]).resampled(rows: 4, columns: 1) == [0, 2, 6, 8])
    }

    @Test func `what was not seen has no number`() throws {
        let map = try Self.map(1, 2, [0, 8])
        let values = map.resampled(rows: 2, columns: 8, seen: SeenArea(rows: 0..<1, columns: 2..<6))
        #expect(values[0].isNaN && values[1].isNaN && values[6].isNaN && values[7].isNaN)
        #expect(Array(values[2..<6]) == [0, 2, 6, 8])
        #expect(values[8...].allSatisfy { $0.isNaN })
    }

    @Test func `the share outside the body counts what is positive`() throws {
        let body = BodyMask(rows: 1, columns: 4, isInside: [false, false, true, true])
        #expect(try Self.map(1, 4, [1, -5, 2, 1]).share(outside: body) == 0.25)
        #expect(try Self.map(1, 4, [0, 0, 2, 1]).share(outside: body) == 0)
        #expect(try Self.map(1, 4, [0, 0, -2, 0]).share(outside: body) == nil)
    }

    @Test func `the body is the largest tissue with what it encloses, without the couch`() throws {
        // A body of 60 x 60 with a lung in it, a couch below that is two pixels thin, on 128 x 128.
        var hounsfield = [Int16](repeating: -1000, count: 128 * 128)
        for row in 30..<90 {
            for column in 30..<90 {
                let isLung = (45..<75).contains(row) && (45..<75).contains(column)
                hounsfield[row * 128 + column] = isLung ? -850 : 40
            }
        }
        for row in 100..<102 {
            for column in 10..<118 { hounsfield[row * 128 + column] = 200 }
        }
        func body(_ values: [Int16], _ rows: Int, _ columns: Int) -> BodyMask? {
            LungArea.body(hounsfield: values.span, rows: rows, columns: columns)
        }
        let found = try #require(body(hounsfield, 128, 128))
        #expect((found.rows, found.columns) == (128, 128))
        #expect(found.isInside.count(where: \.self) == 60 * 60)
        #expect(found.isInside[60 * 128 + 60] && !found.isInside[100 * 128 + 60] && !found.isInside[0])
        #expect(body([Int16](repeating: -1000, count: 9), 3, 3) == nil)
        #expect(body(hounsfield, 0, 3) == nil)
    }

    @Test func `one scale holds for all maps of a study`() throws {
        func picture(_ map: ActivationMap?) -> KeyPicture {
            KeyPicture(
                sliceIndex: 0, window: .lung, orientation: PatientOrientation(right: "L", bottom: "P"), rows: 1,
                columns: 1, png: [], explanation: map.map { SliceExplanation(map: $0, outsideBodyShare: nil) })
        }
        #expect([picture(nil)].mapScale == nil)
        let pictures = try [picture(Self.map(1, 1, [2])), picture(nil), picture(Self.map(1, 2, [1, 3]))]
        #expect(pictures.mapScale == 3)
    }
}

@Suite struct ColourScaleTests {
    /// Red, green and blue in light, not in steps.
    private static func light(_ step: Int) -> SIMD3<Double> {
        let colour = ColourScale.cividis[step]
        func linear(_ value: UInt8) -> Double {
            let share = Double(value) / 255
            return share <= 0.04045 ? share / 12.92 : pow((share + 0.055) / 1.055, 2.4)
        }
        return SIMD3(linear(colour.x), linear(colour.y), linear(colour.z))
    }

    private static func luminance(_ light: SIMD3<Double>) -> Double {
        0.2126 * light.x + 0.7152 * light.y + 0.0722 * light.z
    }

    /// Eight bits a colour round a step more than it grows here and there: every fourth is looked at.
    private static func grows(_ values: [Double]) -> Bool {
        zip(values, values.dropFirst(4)).allSatisfy { $0 < $1 }
    }

    @Test func `lightness grows from end to end`() {
        let values = (0...255).map { Self.luminance(Self.light($0)) }
        #expect(Self.grows(values) && values[255] / values[0] > 30)
    }

    /// Viénot, Brettel and Mollon, "Digital video colourmaps for checking the legibility of displays by dichromats"
    /// (1999), equations 3 and 4: red and green become one, the blue stays.
    @Test(arguments: [SIMD2(0.11238, 0.88762), SIMD2(0.29275, 0.70725)])
    func `lightness grows for readers without red or green cones too`(mix: SIMD2<Double>) {
        let values = (0...255).map { step in
            let light = Self.light(step)
            let both = mix.x * light.x + mix.y * light.y
            return Self.luminance(SIMD3(both, both, light.z))
        }
        #expect(Self.grows(values))
    }
}

@Suite struct MapOverlayTests {
    private static func grey(_ width: Int, _ height: Int, _ value: UInt16) throws -> PixelImage {
        try #require(
            PixelImage(
                width: width, height: height, channels: 1, pixels: [UInt16](repeating: value, count: width * height)))
    }

    @Test func `where the map is 0, not seen, or has no scale the picture stays`() throws {
        let picture = try Self.grey(2, 1, 30_000)
        for (map, top) in [([0, Float.nan], Float(1)), ([3, 5], 0), ([-2, 0], 1)] {
            #expect(MapOverlay.blended(picture, map: map, top: top).pixels == [UInt16](repeating: 30_000, count: 6))
        }
    }

    @Test func `at the top of the scale the picture shines through`() throws {
        let pixels = MapOverlay.blended(try Self.grey(1, 1, 0), map: [7], top: 7).pixels
        let colour = ColourScale.cividis[255]
        let expected = [colour.x, colour.y, colour.z].map { UInt16((Double($0) * 257 * MapOverlay.opacity).rounded()) }
        #expect(pixels == expected)
    }

    @Test func `beside the picture stands the scale, and a small picture is enlarged`() throws {
        let result = MapOverlay.withScale(try Self.grey(28, 28, 0), map: [Float](repeating: 0, count: 784), top: 12.5)
        #expect(result.height == 196 && result.width > 196 + 60 && result.channels == 3)
        // The scale runs from its last colour above to its first below.
        func pixel(_ row: Int, _ column: Int) -> [UInt16] {
            let first = (row * result.width + column) * 3
            return Array(result.pixels[first..<first + 3])
        }
        let (top, bottom) = (ColourScale.cividis[255], ColourScale.cividis[0])
        #expect(pixel(8, 196 + 10) == [top.x, top.y, top.z].map { UInt16($0) * 257 })
        #expect(pixel(187, 196 + 10) == [bottom.x, bottom.y, bottom.z].map { UInt16($0) * 257 })
        #expect(result.pixels.contains(65535))
    }

    @Test(arguments: [
        (0.0, "0"), (12.5, "12.5"), (0.1234, "0.123"), (123.4, "123"), (5, "5.00"), (0.000_012_3, "1.23e-5"),
        (98_765, "98765"), (1.5e9, "1.50e9"),
    ]) func `numbers beside the scale are short`(value: Double, text: String) {
        #expect(MapOverlay.numberText(value) == text)
    }
}
