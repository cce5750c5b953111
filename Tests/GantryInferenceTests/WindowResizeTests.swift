import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors
import Testing

@Suite struct WindowResizeTests {
    private func hounsfield(_ count: Int) -> [Int16] {
        SeededNumbers(seed: 3, name: "hounsfield").values(count, scale: 1700, offset: -400).map { Int16($0) }
    }

    private static let windows = [
        gantry_window(function: 0, centre: -600, width: 1500), gantry_window(function: 1, centre: -600, width: 1500),
        gantry_window(function: 2, centre: -600, width: 1500), gantry_window(function: 0, centre: 40, width: 1),
        gantry_window(function: 1, centre: 40.5, width: 0.5), gantry_window(function: 2, centre: 0, width: 1),
        gantry_window(function: 1, centre: 1000.5, width: 0.01), gantry_window(function: 0, centre: 1000, width: 1.25),
    ]

    /// What `gantry_window_resize` makes of an image, one array a channel; everything it may write is NaN before.
    private func resized(
        _ image: [Int16], _ size: (rows: Int, columns: Int), _ windows: [gantry_window], count: Int = 1,
        mean: [Float] = [0, 0, 0], deviation: [Float] = [1, 1, 1], to out: (rows: Int, columns: Int)
    ) -> [[Float]] {
        var channels = gantry_channels()
        channels.count = Int32(count)
        channels.window_count = Int32(windows.count)
        channels.windows = (windows[0], windows[windows.count == 3 ? 1 : 0], windows[windows.count == 3 ? 2 : 0])
        channels.mean = (mean[0], mean[1], mean[2])
        channels.deviation = (deviation[0], deviation[1], deviation[2])
        var planes = [Float](repeating: .nan, count: count * out.rows * out.columns)
        let room = gantry_window_resize_scratch_count(Int32(size.columns), Int32(out.columns))
        var scratch = [Float](repeating: .nan, count: Int(room))
        gantry_window_resize(
            image, Int32(size.rows), Int32(size.columns), &channels, &planes, Int32(out.rows), Int32(out.columns),
            &scratch)
        let plane = out.rows * out.columns
        return (0..<count).map { Array(planes[($0 * plane)..<(($0 + 1) * plane)]) }
    }

    private func reference(
        _ image: [Int16], _ size: (rows: Int, columns: Int), _ window: gantry_window, mean: Float = 0,
        deviation: Float = 1, to out: (rows: Int, columns: Int)
    ) -> [Float] {
        var plane = [Float](repeating: .nan, count: out.rows * out.columns)
        gantry_window_resize_reference(
            image, Int32(size.rows), Int32(size.columns), window, mean, deviation, &plane, Int32(out.rows),
            Int32(out.columns))
        return plane
    }

    private func largestDifference(_ one: [Float], _ other: [Float]) -> Float {
        // A NaN counts as the largest.
        zip(one, other).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 }
    }

    private static let sizes = [(1, 1), (2, 3), (5, 7), (16, 16), (17, 31), (64, 48), (100, 130), (9, 513)]
    private static let targets = [(1, 1), (2, 2), (3, 5), (7, 7), (16, 16), (31, 29), (64, 64), (150, 133)]

    @Test func `window, area average and normalisation are the reference's at every ratio`() {
        for size in Self.sizes {
            let image = hounsfield(size.0 * size.1)
            for out in Self.targets {
                for window in Self.windows {
                    let found = resized(
                        image, size, [window], mean: [0.45, 0, 0], deviation: [0.225, 1, 1], to: out)
                    let expected = reference(image, size, window, mean: 0.45, deviation: 0.225, to: out)
                    // Float32 against double: some units in the last place of 1, divided by the deviation.
                    #expect(
                        largestDifference(found[0], expected) <= 2e-5, "\(size) to \(out), \(window)")
                }
            }
        }
    }

    @Test func `three windows at once give what each gives alone, and one window gives every channel its average`() {
        let mean: [Float] = [0.485, 0.456, 0.406]
        let deviation: [Float] = [0.229, 0.224, 0.225]
        for size in Self.sizes {
            let image = hounsfield(size.0 * size.1)
            for out in Self.targets {
                for windows in [Array(Self.windows[..<3]), Array(Self.windows[1..<4]), [Self.windows[0]]] {
                    let found = resized(
                        image, size, windows, count: 3, mean: mean, deviation: deviation, to: out)
                    for channel in 0..<3 {
                        let expected = reference(
                            image, size, windows[windows.count == 3 ? channel : 0], mean: mean[channel],
                            deviation: deviation[channel], to: out)
                        #expect(largestDifference(found[channel], expected) <= 2e-5, "\(size) to \(out), \(channel)")
                    }
                }
            }
        }
    }

    @Test func `every Hounsfield value goes through every window function as the reference says`() {
        let image = (Int(Int16.min)...Int(Int16.max)).map { Int16($0) }
        for window in Self.windows {
            let found = resized(image, (256, 256), [window], to: (256, 256))[0]
            let expected = reference(image, (256, 256), window, to: (256, 256))
            #expect(largestDifference(found, expected) <= 2e-6, "\(window)")
        }
    }

    /// The reference itself against numbers worked out by hand from PS3.3.
    @Test(
        arguments: [
            // LINEAR, C.11.2.1.2.1: centre 40, width 400: the ramp runs from -160 to 239.
            (0, 40, 400, -160, 0), (0, 40, 400, 239, 1), (0, 40, 400, -60, 100.0 / 399), (0, 40, 400, 240, 1),
            // Width 1: a step between 39 and 40.
            (0, 40, 1, 39, 0), (0, 40, 1, 40, 1),
            // LINEAR_EXACT, C.11.2.1.3.2: the ramp runs from -160 to 240.
            (1, 40, 400, -160, 0), (1, 40, 400, 240, 1), (1, 40, 400, -60, 0.25),
            // SIGMOID, C.11.2.1.3.1: half at the centre, 1 / (1 + e^-2) half a width above.
            (2, 40, 400, 40, 0.5), (2, 40, 400, 240, 0.8807970779778823),
        ] as [(Int, Int, Int, Int, Double)])
    func `the window functions are the standard's`(
        _ function: Int, _ centre: Int, _ width: Int, _ hounsfield: Int, _ expected: Double
    ) {
        let window = gantry_window(function: Int32(function), centre: Float(centre), width: Float(width))
        let fast = resized([Int16(hounsfield)], (1, 1), [window], to: (1, 1))[0][0]
        let plain = reference([Int16(hounsfield)], (1, 1), window, to: (1, 1))[0]
        #expect(abs(Double(fast) - expected) < 1e-6)
        #expect(abs(Double(plain) - expected) < 1e-6)
    }

    @Test func `windowing comes before averaging`() {
        // Metal beside air: the average of the windowed values is one half, the windowed average would be 1.
        let window = gantry_window(function: 1, centre: 0, width: 100)
        #expect(resized([3000, -1000], (1, 2), [window], to: (1, 1)) == [[0.5]])
    }

    @Test func `one window is replicated, three make a channel each, and each channel has its normalisation`() throws {
        let image = hounsfield(20 * 30)
        let wide = Window(windowCenterHU: -600, windowWidthHU: 1500)
        let soft = Window(windowCenterHU: 40, windowWidthHU: 400, function: .sigmoid)
        let one = try SlicePreparation(PreparationDefinition(windows: [wide], inputSize: 16))
        let three = try SlicePreparation(PreparationDefinition(windows: [wide, soft, wide], inputSize: 16))
        let replicated = one.prepare(image.span, rows: 20, columns: 30)
        let mixed = three.prepare(image.span, rows: 20, columns: 30)
        #expect(replicated.side == 16 && replicated.values.count == 3 * 256)
        // Channels of the same window are the same up to rounding; the soft-tissue channel is another.
        let difference = zip(replicated.values, mixed.values).map { abs($0 - $1) }
        #expect(difference[..<256].allSatisfy { $0 < 1e-5 } && difference[512...].allSatisfy { $0 < 1e-5 })
        #expect(difference[256..<512].contains { $0 > 0.1 })
        let plain = zip(replicated.values[..<256], replicated.values[256..<512])
        #expect(plain.allSatisfy { abs(($0 * 0.229 + 0.485) - ($1 * 0.224 + 0.456)) < 1e-6 })
    }

    @Test func `a definition that cannot be carried out is refused`() {
        func refuses(_ expected: SlicePreparationError, _ definition: PreparationDefinition) {
            #expect(throws: expected) { try SlicePreparation(definition) }
        }
        refuses(.windowCount(2), PreparationDefinition(windows: [.lung, .lung]))
        let narrow = Window(windowCenterHU: 0, windowWidthHU: 0.5)
        refuses(.window(narrow), PreparationDefinition(windows: [narrow]))
        let endless = Window(windowCenterHU: .infinity, windowWidthHU: 5)
        refuses(.window(endless), PreparationDefinition(windows: [endless]))
        refuses(.inputSize(0), PreparationDefinition(inputSize: 0))
        refuses(.normalisation, PreparationDefinition(mean: [0, 0]))
        refuses(.normalisation, PreparationDefinition(standardDeviation: [1, 0, 1]))
    }
}
