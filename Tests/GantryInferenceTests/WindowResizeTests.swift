import CGantryKernels
import GantryCore
import GantryInference
import GantryWeights
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

    @Test func `window, area average and normalisation are the reference's at every ratio`() {
        let sizes = [(1, 1), (2, 3), (5, 7), (16, 16), (17, 31), (64, 48), (100, 130)]
        for (rows, columns) in sizes {
            for (outRows, outColumns) in [(1, 1), (2, 2), (3, 5), (7, 7), (16, 16), (31, 29), (64, 64), (150, 133)] {
                let image = hounsfield(rows * columns)
                for window in Self.windows {
                    var found = [Float](repeating: .nan, count: outRows * outColumns)
                    var expected = found
                    var scratch = [Float](repeating: .nan, count: 2 * columns)
                    gantry_window_resize(
                        image, Int32(rows), Int32(columns), window, 0.45, 0.225, &found, Int32(outRows),
                        Int32(outColumns), &scratch)
                    gantry_window_resize_reference(
                        image, Int32(rows), Int32(columns), window, 0.45, 0.225, &expected, Int32(outRows),
                        Int32(outColumns))
                    let error = zip(found, expected).map { abs($0 - $1) }.reduce(0) { $1 <= $0 ? $0 : $1 }
                    // Float32 against double: some units in the last place of 1, divided by the deviation.
                    #expect(error <= 2e-5, "\(rows)x\(columns) to \(outRows)x\(outColumns), \(window)")
                }
            }
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
        var (fast, reference) = (Float.nan, Float.nan)
        var scratch: [Float] = [.nan, .nan]
        gantry_window_resize([Int16(hounsfield)], 1, 1, window, 0, 1, &fast, 1, 1, &scratch)
        gantry_window_resize_reference([Int16(hounsfield)], 1, 1, window, 0, 1, &reference, 1, 1)
        #expect(abs(Double(fast) - expected) < 1e-6)
        #expect(abs(Double(reference) - expected) < 1e-6)
    }

    @Test func `windowing comes before averaging`() {
        // Metal beside air: the average of the windowed values is one half, the windowed average would be 1.
        let window = gantry_window(function: 1, centre: 0, width: 100)
        var average = Float.nan
        var scratch = [Float](repeating: 0, count: 4)
        gantry_window_resize([3000, -1000], 1, 2, window, 0, 1, &average, 1, 1, &scratch)
        #expect(average == 0.5)
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
