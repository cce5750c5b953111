import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors
import Testing

/// The kernels of bytes at the limits of their arithmetic: every one gives the formula's whole numbers, to the bit.
@Suite struct WholeNumberKernelTests {
    private static let kernels = ConvolutionKernels.available(for: .int8)
    private static let wholeWinograd = kernels.filter { gantry_has_winograd_int8($0.cpu) }

    private static let channels: [(Int32, Int32)] = [(1, 1), (3, 8), (24, 33), (40, 100), (64, 64)]
    private static let sizes: [(Int32, Int32)] = [(1, 1), (5, 9), (7, 7), (9, 31)]

    @Test(arguments: kernels, [WholeNumberTrial.Weights.drawn, .atLimit, .aboveLimit, .small])
    func `a direct convolution of bytes is the formula's to the bit`(
        _ kernels: ConvolutionKernels, _ weights: WholeNumberTrial.Weights
    ) {
        for window in [(1, 1, 0), (3, 2, 1), (3, 1, 1)] as [(Int32, Int32, Int32)] {
            for size in Self.sizes {
                for channels in Self.channels {
                    let trial = WholeNumberTrial(window: window, size: size, channels: channels, weights: weights)
                    #expect(trial.direct(kernels) == trial.reference(), "\(window), \(size), \(channels)")
                }
            }
        }
    }

    @Test(arguments: kernels, [WholeNumberTrial.Weights.atLimit, .aboveLimit, .small])
    func `groups, and pixels without gaps, are the formula's to the bit`(
        _ kernels: ConvolutionKernels, _ weights: WholeNumberTrial.Weights
    ) {
        for groups in [2, 4, 8] as [Int32] {
            let trial = WholeNumberTrial(
                window: (3, 1, 1), size: (7, 9), channels: (40, 80), groups: groups, weights: weights)
            #expect(trial.direct(kernels) == trial.reference(), "\(groups)")
            // With 8 groups panels begin in the middle of eight channels, where other fours meet.
            #expect(trial.hasSmallFours == (weights == .small || weights == .atLimit && groups < 8), "\(groups)")
        }
        for channels in [(1, 8), (3, 64)] as [(Int32, Int32)] {
            let trial = WholeNumberTrial(
                window: (7, 2, 3), size: (17, 23), channels: channels, isDense: true, weights: weights)
            #expect(trial.direct(kernels) == trial.reference(), "\(channels)")
            #expect(trial.hasSmallFours == (weights != .aboveLimit), "\(channels)")
        }
    }

    @Test func `fours of weights up to 128 are small, and one of 129 makes a layer's large`() {
        func areSmall(_ weights: WholeNumberTrial.Weights, inputs: Int32) -> Bool {
            WholeNumberTrial(window: (3, 1, 1), size: (1, 1), channels: (inputs, 33), weights: weights).hasSmallFours
        }
        #expect(areSmall(.atLimit, inputs: 24))
        #expect(!areSmall(.aboveLimit, inputs: 24))
        // A word of a pixel is left over.
        #expect(!areSmall(.atLimit, inputs: 20))
    }

    /// Of eight input channels 0, 1, 4 and 5 are a four, and 2, 3, 6 and 7.
    @Test(
        arguments: [
            ([100, 26, 0, 0, 1, -1, 0, 0], true), ([100, 26, 0, 0, 1, -2, 0, 0], false),
            ([0, 0, 0, 0, -128, 0, 0, 0], true),
            ([0, 0, -32, 32, 0, 0, 32, 32], true), ([0, 0, 1, 0, 0, 0, 1, 127], false),
            ([64, 64, 127, -1, 0, 0, 0, 0], true), ([0, 127, 127, 0, 0, 0, 0, 0], true),
            ([0, 0, 0, 0, -128, 1, 0, 0], false), ([64, 64, 0, 0, 0, 0, 64, 64], true),
        ] as [([Int8], Bool)])
    func `which weights make a four, and that they are added without their signs`(_ weights: [Int8], _ isSmall: Bool) {
        var shape = gantry_convolution(
            input_channels: 8, output_channels: 1, groups: 1, kernel: 1, stride: 1, padding: 0,
            element: Precision.int8.element, is_dense: false, transforms_late: false, has_small_fours: false)
        let cpu = ConvolutionKernels.avx2.cpu
        let packed = FloatBuffer(count: Int(gantry_direct_weight_count(cpu, &shape)))
        gantry_pack_direct_int8(cpu, &shape, weights, packed.pointer)
        #expect(gantry_has_small_fours(cpu, &shape, packed.pointer) == isSmall)
    }

    @Test(arguments: wholeWinograd, [WholeNumberTrial.Weights.drawn, .atLimit])
    func `Winograd's algorithm in whole numbers is the formula's to the bit`(
        _ kernels: ConvolutionKernels, _ weights: WholeNumberTrial.Weights
    ) {
        for size in Self.sizes + [(2, 3), (4, 4), (8, 13), (28, 28), (3, 75)] {
            for channels in Self.channels {
                let trial = WholeNumberTrial(window: (3, 1, 1), size: size, channels: channels, weights: weights)
                #expect(trial.fitsWinograd)
                for late in [false, true] {
                    #expect(trial.winograd(kernels, late: late) == trial.reference(), "\(size), \(channels), \(late)")
                }
            }
        }
    }

    @Test(arguments: wholeWinograd)
    func `Winograd's algorithm is exact up to sums of 26 bits, and beyond them not taken`(
        _ kernels: ConvolutionKernels
    ) {
        // 255 x 131,586 is the last below 2^25.
        let largest = WholeNumberTrial(
            window: (3, 1, 1), size: (6, 7), channels: (128, 4), weights: .adding(131_586))
        #expect(largest.fitsWinograd)
        #expect(largest.winograd(kernels) == largest.reference())
        #expect(largest.winograd(kernels, late: true) == largest.reference())
        #expect(largest.reference().joined().max() == 33_554_430)
        #expect(largest.reference().joined().min() == -33_554_430)
        for total in [131_587, -131_587] {
            let beyond = WholeNumberTrial(
                window: (3, 1, 1), size: (6, 7), channels: (128, 1), weights: .adding(total))
            #expect(!beyond.fitsWinograd)
        }
    }

    @Test(arguments: wholeWinograd, Precision.allCases)
    func `Winograd's algorithm in whole numbers writes what the direct kernel writes`(
        _ kernels: ConvolutionKernels, _ output: Precision
    ) {
        for (withResidual, relu) in [(false, true), (true, true), (true, false)] where relu || output != .int8 {
            let trial = WholeNumberTrial(
                window: (3, 1, 1), size: (9, 14), channels: (24, 40), weights: .drawn, writing: output)
            #expect(
                trial.winograd(kernels, withResidual: withResidual, relu: relu)
                    == trial.direct(kernels, withResidual: withResidual, relu: relu))
        }
    }

    @Test(arguments: wholeWinograd)
    func `parts of Winograd's output in whole numbers make up the whole`(_ kernels: ConvolutionKernels) {
        let trial = WholeNumberTrial(window: (3, 1, 1), size: (13, 6), channels: (128, 160), weights: .atLimit)
        let panels = 160 / gantry_panel_width(kernels.cpu, Precision.int8.element)
        var parts: [gantry_part] = []
        for (first, end) in [(0, 4), (4, 12), (12, 13)] as [(Int32, Int32)] {
            for (panel, last) in [(0, 1), (1, panels - 2), (panels - 2, panels)] as [(Int32, Int32)] {
                parts.append(gantry_part(first_row: first, end_row: end, first_panel: panel, end_panel: last))
            }
        }
        for late in [false, true] {
            #expect(trial.winograd(kernels, late: late, parts: parts) == trial.winograd(kernels))
        }
    }

    @Test func `the environment names a set of kernels among those that the CPU has`() {
        let desktop: [ConvolutionKernels] = [.avx2VNNI, .avx2, .openBLAS]
        #expect(ConvolutionKernels.chosen(from: desktop, named: nil) == .avx2VNNI)
        #expect(ConvolutionKernels.chosen(from: desktop, named: "avx2") == .avx2)
        #expect(ConvolutionKernels.chosen(from: desktop, named: "openblas") == .openBLAS)
        // The best where it cannot have what is named.
        #expect(ConvolutionKernels.chosen(from: desktop, named: "avx512vnni") == .avx2VNNI)
        #expect(ConvolutionKernels.chosen(from: [.avx2, .openBLAS], named: "avx2vnni") == .avx2)
        #expect(ConvolutionKernels.chosen(from: [.avx512, .avx2, .openBLAS], named: "avx2vnni") == .avx512)
        #expect(ConvolutionKernels.chosen(from: desktop, named: "sse2") == .avx2VNNI)
        #expect(ConvolutionKernels.chosen(from: [], named: nil) == .openBLAS)
        #expect(ConvolutionKernels.available.last == .openBLAS)
    }
}

/// One convolution of bytes whose sums are its outputs: every scale is 1, every bias 0.
struct WholeNumberTrial {
    enum Weights: Equatable {
        /// -127 or 127, by chance.
        case drawn
        /// Magnitudes of fours that add up to 128, of either sign.
        case atLimit
        /// The same, but for the last output channel's, of which half add up to 129.
        case aboveLimit
        /// -32 to 32: any four of them add up to 128 at most.
        case small
        /// Of one sign, that add up to this in the first output channel and to its negative in every other one.
        case adding(Int)
    }

    private let input: TestMaps
    private let residual: TestMaps
    private let shape: gantry_convolution
    /// OIHW.
    private let weights: [Int8]
    private let outputPrecision: Precision

    init(
        window: (Int32, Int32, Int32), size: (Int32, Int32), channels: (Int32, Int32), groups: Int32 = 1,
        isDense: Bool = false, weights kind: Weights, writing outputPrecision: Precision = .f32
    ) {
        let (kernel, stride, padding) = window
        shape = gantry_convolution(
            input_channels: channels.0, output_channels: channels.1, groups: groups, kernel: kernel, stride: stride,
            padding: padding, element: Precision.int8.element, is_dense: isDense, transforms_late: false,
            has_small_fours: false)
        self.outputPrecision = outputPrecision
        input = TestMaps(
            images: 2, height: size.0, width: size.1, channels: channels.0, border: padding,
            step: isDense ? channels.0 : Self.step(channels.0), precision: .int8)
        input.fill("whole", border: padding, isPositive: true)
        let count = Int(size.0 * size.1 * channels.0)
        // Most numbers are the largest or the smallest, as a four's that might saturate must be; where two words are
        // taken together not all are the same.
        let largest: [Float] =
            switch kind {
            case .drawn: [0, 255, 255, 3]
            case .atLimit, .aboveLimit, .small: [255, 255, 255, 254, 255, 7]
            case .adding: [255]
            }
        for image in 0..<2 as Range<Int32> {
            let drawn = SeededNumbers(seed: 21, name: "input \(image)").values(count, scale: 1)
            let planes = drawn.map { largest[Int(abs($0) * 997) % largest.count] }
            gantry_planes_to_maps(planes, &input.maps, image, 0, input.maps.height)
        }
        residual = TestMaps(
            images: 2, height: (size.0 + 2 * padding - kernel) / stride + 1,
            width: (size.1 + 2 * padding - kernel) / stride + 1, channels: channels.1, border: 0,
            step: Self.step(channels.1), precision: outputPrecision, scale: outputPrecision == .int8 ? 0.004 : 1)
        residual.fill("residual", isPositive: outputPrecision == .int8)
        weights = Self.weights(kind, shape)
    }

    private static func step(_ channels: Int32) -> Int32 { (channels + 31) / 32 * 32 + 64 }

    private static func weights(_ kind: Weights, _ shape: gantry_convolution) -> [Int8] {
        let (inputs, area) = (Int(shape.input_channels / shape.groups), Int(shape.kernel * shape.kernel))
        let (outputs, inner) = (Int(shape.output_channels), inputs * area)
        let drawn = SeededNumbers(seed: 22, name: "whole weights").values(outputs * inner, scale: 1)
        return (0..<outputs * inner).map { index in
            let (output, channel, tap) = (index / inner, index % inner / area, index % area)
            switch kind {
            case .drawn: return drawn[index] < 0 ? -127 : 127
            case .small: return Int8((drawn[index] * 32).rounded())
            case .adding(let total):
                let position = index % inner
                let weight = max(0, min(127, abs(total) - 127 * position))
                return Int8((output % 2 == 0) == (total > 0) ? weight : -weight)
            case .atLimit, .aboveLimit:
                // Fours as the packed words have them.
                let width = Int(shape.kernel)
                let place =
                    shape.is_dense
                    ? tap % width * inputs + channel : output / (outputs / Int(shape.groups)) * inputs + channel
                let row = shape.is_dense ? tap / width : tap
                let four = place / 8 * 2 + place % 4 / 2
                let first = 1 + (four * 37 + row * 11 + output * 5) % 127
                let isLast = kind == .aboveLimit && output == outputs - 1
                let magnitudes = [first / 3, first - first / 3, (128 - first) / 5, 128 - first - (128 - first) / 5]
                let magnitude = magnitudes[place % 8 / 4 * 2 + place % 2] + (isLast && place % 8 == 0 ? 1 : 0)
                return Int8((four + output) % 3 == 0 ? -magnitude : magnitude)
            }
        }
    }

    var hasSmallFours: Bool { packed(ConvolutionKernels.avx2.cpu).hasSmallFours }

    var fitsWinograd: Bool {
        var shape = shape
        return gantry_fits_winograd_int8(&shape, weights)
    }

    private func packed(_ cpu: Int32) -> (words: FloatBuffer, hasSmallFours: Bool) {
        var shape = shape
        let count = gantry_direct_weight_count(cpu, &shape)
        let words = FloatBuffer(count: Int(count))
        gantry_pack_direct_int8(cpu, &shape, weights, words.pointer)
        return (words, gantry_has_small_fours(cpu, &shape, words.pointer))
    }

    /// One array an image.
    func direct(_ kernels: ConvolutionKernels, withResidual: Bool = false, relu: Bool = false) -> [[Float]] {
        var shape = shape
        let packed = packed(kernels.cpu)
        shape.has_small_fours = packed.hasSmallFours
        return output(withResidual: withResidual) { input, multiplier, bias, residual, output in
            gantry_convolve_direct(
                kernels.cpu, &shape, packed.words.pointer, multiplier, bias, input, residual, relu, output, nil)
        }
    }

    /// All of the output, or `parts` one after the other; with weights transformed in advance or `late`.
    func winograd(
        _ kernels: ConvolutionKernels, late: Bool = false, withResidual: Bool = false, relu: Bool = false,
        parts: [gantry_part]? = nil
    ) -> [[Float]] {
        var shape = shape
        shape.transforms_late = late
        let packed = FloatBuffer(count: Int(gantry_winograd_int8_weight_count(&shape)))
        gantry_pack_winograd_int8(&shape, weights, packed.pointer)
        let scratch = FloatBuffer(count: Int(gantry_winograd_int8_scratch_count(&shape)))
        return output(withResidual: withResidual) { input, multiplier, bias, residual, output in
            for part in parts.map({ $0.map(Optional.some) }) ?? [nil] {
                func run(_ part: UnsafePointer<gantry_part>?) {
                    gantry_convolve_winograd_int8(
                        &shape, packed.pointer, multiplier, bias, input, residual, relu, output, part, scratch.pointer)
                }
                if let part { withUnsafePointer(to: part, run) } else { run(nil) }
            }
        }
    }

    /// The formula's, in double.
    func reference() -> [[Float]] {
        var shape = shape
        let weights = weights.map(Float.init)
        return output(withResidual: false) { input, _, bias, residual, output in
            gantry_convolve_reference(&shape, weights, bias, input, residual, false, output)
        }
    }

    private func output(
        withResidual: Bool,
        _ convolve: (
            UnsafePointer<gantry_maps>, UnsafePointer<Float>, UnsafePointer<Float>, UnsafePointer<gantry_maps>?,
            UnsafePointer<gantry_maps>
        ) -> Void
    ) -> [[Float]] {
        // Whole numbers as they are, or brought into a byte's range.
        let isWhole = outputPrecision == .f32 && !withResidual
        let unit: Float = isWhole ? 1 : 1e-4
        let multiplier = [Float](repeating: unit, count: Int(Self.step(shape.output_channels)))
        let bias = [Float](repeating: isWhole ? 0 : 3.25, count: multiplier.count)
        let output = TestMaps(
            images: 2, height: residual.maps.height, width: residual.maps.width, channels: shape.output_channels,
            border: 1, step: Self.step(shape.output_channels), precision: outputPrecision)
        if withResidual {
            convolve(&input.maps, multiplier, bias, &residual.maps, &output.maps)
        } else {
            convolve(&input.maps, multiplier, bias, nil, &output.maps)
        }
        return (0..<2).map { output.planes($0) }
    }
}
