import GantryCore
import GantryTraining
import Testing

@Suite struct HounsfieldAugmentationTests {
    private static let noise = CounterRandom(seed: 1, epoch: 1, sample: 1, purpose: .noise)

    private static func applied(
        _ values: [Int16], rows: Int, columns: Int, _ change: (inout HounsfieldAugmentation.Draw) -> Void
    ) -> [Int16] {
        var draw = HounsfieldAugmentation.Draw()
        change(&draw)
        return draw.applied(to: values.span, rows: rows, columns: columns, noise: noise)
    }

    private static func slice(rows: Int, columns: Int) -> [Int16] {
        (0..<rows * columns).map { Int16($0 * 37 % 3000 - 1024) }
    }

    @Test(arguments: [(5, 5), (4, 7), (1, 1), (64, 48)])
    func `the variation that changes nothing leaves each value as it is`(_ rows: Int, _ columns: Int) {
        let slice = Self.slice(rows: rows, columns: columns)
        #expect(Self.applied(slice, rows: rows, columns: columns) { _ in } == slice)
        let extremes: [Int16] = [.min, .max, 0, -1]
        #expect(Self.applied(extremes, rows: 2, columns: 2) { _ in } == extremes)
    }

    @Test(arguments: [(2, 3), (-1, 0), (0, -2), (9, 0)])
    func `moved by whole pixels, the picture is the same elsewhere, and air comes in`(_ down: Int, _ right: Int) {
        let (rows, columns) = (8, 6)
        let slice = Self.slice(rows: rows, columns: columns)
        let moved = Self.applied(slice, rows: rows, columns: columns) { draw in
            draw.rowsDown = Double(down)
            draw.columnsRight = Double(right)
        }
        let expected = (0..<rows * columns).map { index -> Int16 in
            let (row, column) = (index / columns - down, index % columns - right)
            return 0..<rows ~= row && 0..<columns ~= column ? slice[row * columns + column] : -1024
        }
        #expect(moved == expected)
    }

    @Test(arguments: [5, 6])
    func `turned by quarters, rows become columns`(_ side: Int) {
        let slice = Self.slice(rows: side, columns: side)
        func turned(_ degrees: Double) -> [Int16] {
            Self.applied(slice, rows: side, columns: side) { $0.rotationDegrees = degrees }
        }
        // Counterclockwise: what is in the last column comes to the first row.
        let quarter = (0..<side).reversed().flatMap { column in
            (0..<side).map { row in slice[row * side + column] }
        }
        #expect(turned(90) == quarter)
        #expect(turned(-270) == quarter)
        #expect(turned(180) == slice.reversed())
        #expect(turned(270) == quarter.reversed())
    }

    @Test func `mirrored, columns are in the other order, and moving comes afterwards`() {
        let slice = Self.slice(rows: 3, columns: 4)
        let mirrored = [0, 4, 8].flatMap { slice[$0..<$0 + 4].reversed() }
        #expect(Self.applied(slice, rows: 3, columns: 4) { $0.isFlipped = true } == mirrored)
        let moved = Self.applied(slice, rows: 3, columns: 4) { draw in
            draw.isFlipped = true
            draw.columnsRight = 1
        }
        let expected = [0, 4, 8].flatMap { [-1024] + mirrored[$0..<$0 + 3] }
        #expect(moved == expected)
    }

    @Test func `between pixels it is bilinear, and twice as large about the middle`() {
        let slice: [Int16] = [0, 100, 200, 300]
        #expect(Self.applied(slice, rows: 1, columns: 4) { $0.columnsRight = 0.25 } == [-256, 75, 175, 275])
        #expect(Self.applied(slice, rows: 1, columns: 4) { $0.columnsRight = -0.5 } == [50, 150, 250, -362])
        // Pixel 0 is half as far from the middle, 1.5, as before: at 0.75; 1 at 1.25.
        let square = slice + slice + slice + slice
        let larger = Self.applied(square, rows: 4, columns: 4) { $0.scale = 2 }
        #expect(Array(larger[4..<8]) == [75, 125, 175, 225])
    }

    @Test func `a turn by ten degrees is what the formula of a rotation says`() {
        // A plane v = 10 x - 4 y is again one, turned: bilinear interpolation is exact on it.
        let side = 21
        let slice = (0..<side * side).map { Int16(10 * ($0 % side - 10) - 4 * ($0 / side - 10)) }
        let turned = Self.applied(slice, rows: side, columns: side) { $0.rotationDegrees = 10 }
        // Counterclockwise as seen, rows counting down: (x, y) comes from (x cos - y sin, x sin + y cos).
        let (sine, cosine) = (0.17364817766693033, 0.984807753012208)
        for (x, y) in [(0, 0), (5, 0), (0, -6), (-4, 3), (6, 6)] {
            let (fromX, fromY) = (Double(x) * cosine - Double(y) * sine, Double(x) * sine + Double(y) * cosine)
            let found = Double(turned[(y + 10) * side + x + 10])
            #expect(abs(found - (10 * fromX - 4 * fromY)) <= 0.51)
        }
        // Outside the picture's corners, which are turned away, is air.
        #expect(turned[0] == -1024)
    }

    @Test func `noise has its deviation, differs from pixel to pixel, and is the same for the same numbers`() {
        let slice = [Int16](repeating: -800, count: 100 * 100)
        let noisy = Self.applied(slice, rows: 100, columns: 100) { $0.noiseHU = 20 }
        let differences = noisy.map { Double($0) + 800 }
        let mean = differences.reduce(0, +) / 10_000
        let deviation = (differences.map { $0 * $0 }.reduce(0, +) / 10_000).squareRoot()
        #expect(abs(mean) < 1 && abs(deviation - 20) < 0.71)  // five standard errors
        #expect(noisy == Self.applied(slice, rows: 100, columns: 100) { $0.noiseHU = 20 })
        var draw = HounsfieldAugmentation.Draw()
        draw.noiseHU = 20
        let other = CounterRandom(seed: 1, epoch: 2, sample: 1, purpose: .noise)
        #expect(draw.applied(to: slice.span, rows: 100, columns: 100, noise: other) != noisy)
        let extremes = Self.applied([.min, .max], rows: 1, columns: 2) { $0.noiseHU = 1000 }
        #expect(extremes.count == 2)
    }

    @Test func `windows move together, and stay windows`() {
        var draw = HounsfieldAugmentation.Draw()
        let windows = [
            Window(windowCenterHU: -600, windowWidthHU: 1500),
            Window(windowCenterHU: 40, windowWidthHU: 1, function: .linear),
            Window(windowCenterHU: 40, windowWidthHU: 400, function: .sigmoid),
        ]
        #expect(draw.windows(from: windows) == windows)
        draw.windowCenterHU = -30
        draw.windowWidth = 0.5
        let moved = draw.windows(from: windows)
        #expect(moved.map(\.windowCenterHU) == [-630, 10, 10] && moved.map(\.windowWidthHU) == [750, 1, 200])
        #expect(moved.map(\.function) == windows.map(\.function) && moved.allSatisfy(\.isValid))
    }

    @Test func `a draw is a function of its random numbers, and within its bounds`() {
        let augmentation = HounsfieldAugmentation()
        func draw(_ epoch: Int, _ sample: Int) -> HounsfieldAugmentation.Draw {
            augmentation.draw(
                rows: 512, columns: 256,
                CounterRandom(seed: 1, epoch: epoch, sample: sample, purpose: .augmentation))
        }
        #expect(draw(1, 5) == draw(1, 5) && draw(1, 5) != draw(2, 5) && draw(1, 5) != draw(1, 6))
        let draws = (0..<2000).map { draw(1, $0) }
        func spans(_ value: (HounsfieldAugmentation.Draw) -> Double, _ range: ClosedRange<Double>) -> Bool {
            let values = draws.map(value)
            let width = range.upperBound - range.lowerBound
            // Of 2,000 some come within a hundredth of either end.
            return values.allSatisfy(range.contains) && (values.min() ?? 0) < range.lowerBound + width / 100
                && (values.max() ?? 0) > range.upperBound - width / 100
        }
        #expect(spans(\.rowsDown, -25.6...25.6) && spans(\.columnsRight, -12.8...12.8))
        #expect(spans(\.scale, 0.9...1.1) && spans(\.rotationDegrees, -10...10))
        #expect(spans(\.noiseHU, 0...20) && spans(\.windowCenterHU, -40...40) && spans(\.windowWidth, 0.9...1.1))
        #expect(abs(draws.count { $0.isFlipped } - 1000) < 112)
    }
}
