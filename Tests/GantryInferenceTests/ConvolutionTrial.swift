import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors

/// Feature maps of a test, filled with NaN, or 255 in bytes: what is read without having been written shows.
final class TestMaps {
    var maps: gantry_maps
    private let buffer: FloatBuffer

    /// Of Float32 maps.
    var pixels: UnsafeMutablePointer<Float> { maps.pixels.assumingMemoryBound(to: Float.self) }

    init(
        images: Int32, height: Int32, width: Int32, channels: Int32, border: Int32, step: Int32,
        precision: Precision = .f32, scale: Float = 1, zeroPoint: Int32 = 0
    ) {
        // Rows without gaps are followed by some room: a word of several channels may reach into it.
        let row = (width + 2 * border) * step + (step == channels ? 8 : 0)
        let image = (height + 2 * border) * row
        let size = Int(gantry_element_size(precision.element))
        // Vectors may read past the last pixel of maps without gaps.
        buffer = FloatBuffer(count: Int(images * image) * size / 4 + 17)
        buffer.pointer.initialize(repeating: Float(bitPattern: .max), count: buffer.count)
        maps = gantry_maps(
            pixels: UnsafeMutableRawPointer(buffer.pointer) + Int(border * (row + step)) * size,
            element: precision.element, images: images, height: height, width: width, channels: channels, scale: scale,
            zero_point: zeroPoint, pixel_step: Int64(step), row_step: Int64(row), image_step: Int64(image))
    }

    /// Seeded numbers in -1 ..< 1, or 0 ..< 1, for every channel of every pixel; zeros for what follows them in a
    /// pixel; the border becomes zeros.
    func fill(_ name: String, border: Int32 = 0, isPositive: Bool = false) {
        let size = Int(maps.channels * maps.height * maps.width)
        if maps.pixel_step > maps.channels { fillWithZeros() }
        gantry_clear_border(&maps, border, 0, maps.height)
        for image in 0..<maps.images {
            let numbers = SeededNumbers(seed: 11, name: "\(name) \(image)").values(size, scale: 1)
            gantry_planes_to_maps(isPositive ? numbers.map(abs) : numbers, &maps, image, 0, maps.height)
        }
    }

    private func fillWithZeros() { buffer.pointer.initialize(repeating: 0, count: buffer.count) }

    /// [channels, height, width] of one image, as real numbers.
    func planes(_ image: Int32) -> [Float] {
        var planes = [Float](repeating: .nan, count: Int(maps.channels * maps.height * maps.width))
        gantry_maps_to_planes(&maps, image, &planes)
        return planes
    }
}

/// One convolution with seeded inputs, weights, biases and residual.
struct ConvolutionTrial {
    enum Algorithm {
        case direct
        case winograd
        /// With weights that are transformed where they are used.
        case lateWinograd
    }

    /// Inputs below 1, weights that add up to about 1: 576 products at most, each rounded by 2^-24 of a sum of some
    /// units.
    static let directTolerance: Float = 2e-5
    /// The transforms multiply by up to 5 x 5 and 8 x 8 what is rounded; 1e-5 is usual.
    static let winogradTolerance: Float = 1e-4
    /// What a unit of an output byte is worth: values beyond 255 of them are cut.
    static let outputScale: Float = 0.01

    let input: TestMaps
    let precision: Precision
    private let cpu: Int32
    private let shape: gantry_convolution
    private let residual: TestMaps
    /// As the kernels see them: bfloat16, or whole numbers of `weightScales`.
    private let weights: [Float]
    private let weightBytes: [Int8]
    private let weightScales: [Float]
    private let bias: [Float]
    private let outputPrecision: Precision

    /// `writing`: of the output and the residual, where it is not that of the input.
    init(
        _ kernels: ConvolutionKernels, _ precision: Precision = .f32, window: (Int32, Int32, Int32),
        size: (Int32, Int32), channels: (Int32, Int32), groups: Int32 = 1, images: Int32 = 2, isDense: Bool = false,
        writing outputPrecision: Precision? = nil
    ) {
        let cpu = kernels.cpu
        let (kernel, stride, padding) = window
        self.precision = precision
        let outputPrecision = outputPrecision ?? precision
        self.outputPrecision = outputPrecision
        shape = gantry_convolution(
            input_channels: channels.0, output_channels: channels.1, groups: groups, kernel: kernel, stride: stride,
            padding: padding, element: precision.element, is_dense: isDense, transforms_late: false,
            has_small_fours: false)
        self.cpu = cpu
        input = TestMaps(
            images: images, height: size.0, width: size.1, channels: channels.0, border: padding,
            step: isDense ? channels.0 : Self.step(cpu, channels.0, precision), precision: precision,
            scale: precision == .int8 ? 0.008 : 1, zeroPoint: precision == .int8 && isDense ? 125 : 0)
        input.fill("input", border: padding, isPositive: precision == .int8 && !isDense)
        residual = TestMaps(
            images: images, height: (size.0 + 2 * padding - kernel) / stride + 1,
            width: (size.1 + 2 * padding - kernel) / stride + 1, channels: channels.1, border: 0,
            step: Self.step(cpu, channels.1, outputPrecision), precision: outputPrecision,
            scale: outputPrecision == .int8 ? 0.004 : 1)
        residual.fill("residual", isPositive: outputPrecision == .int8)
        let inner = channels.0 / groups * kernel * kernel
        let drawn = SeededNumbers(seed: 12, name: "weights").values(
            Int(channels.1 * inner), scale: (3 / Float(inner)).squareRoot())
        bias = SeededNumbers(seed: 13, name: "bias").values(Int(channels.1), scale: 1)
        // Bytes up to 32 take a way of their own with AVX2 (`gantry_has_small_fours`).
        let largest: Float = channels.1 % 2 == 0 ? 32 : 127
        weightScales = (0..<channels.1).map { (3 / Float(inner)).squareRoot() / largest * (1 + Float($0 % 3)) }
        let scales = weightScales
        weightBytes = drawn.enumerated().map { index, value in
            Int8(max(-largest, min(largest, (value / scales[index / Int(inner)]).rounded())))
        }
        weights =
            switch precision {
            case .f32: drawn
            case .bf16: drawn.map(Self.bfloat16)
            case .int8: weightBytes.enumerated().map { Float($0.element) * scales[$0.offset / Int(inner)] }
            }
    }

    /// The nearest bfloat16, of two the even one.
    private static func bfloat16(_ value: Float) -> Float {
        let rounded = value.bitPattern + 0x7FFF + (value.bitPattern >> 16 & 1)
        return Float(bitPattern: rounded & 0xFFFF_0000)
    }

    private static func step(_ cpu: Int32, _ channels: Int32, _ precision: Precision) -> Int32 {
        gantry_padded_channels(cpu, channels) + 64 / Int32(gantry_element_size(precision.element))
    }

    /// The largest difference from the formula, with and without residual and ReLU; infinite where the kernel gives
    /// NaN.
    func worstError(_ algorithm: Algorithm) -> Float {
        var worst: Float = 0
        for (withResidual, relu) in [(false, false), (false, true), (true, false), (true, true)] {
            // Bytes are stored after a ReLU only.
            if outputPrecision == .int8, !relu { continue }
            let found = output(algorithm, withResidual: withResidual, relu: relu)
            let expected = reference(withResidual: withResidual, relu: relu)
            for (image, found) in found.enumerated() {
                for (a, b) in zip(found, expected.planes(Int32(image))) {
                    worst = abs(a - b) <= worst ? worst : abs(a - b)
                }
            }
        }
        return worst.isNaN ? .infinity : worst
    }

    /// The output cut into bands of rows by slabs of panels, as equal as they can be; fewer where it is too small.
    func parts(_ algorithm: Algorithm, bands: Int, slabs: Int) -> [gantry_part] {
        let isWinograd = algorithm != .direct
        let element = isWinograd ? Precision.f32.element : precision.element
        let width = gantry_panel_width(cpu, element)
        let panels = Int((shape.output_channels + width - 1) / width)
        let height = Int(residual.maps.height)
        let rowsTogether = isWinograd ? Int(GANTRY_WINOGRAD_ROWS) : 1
        let rows = (height + rowsTogether - 1) / rowsTogether
        return (0..<bands).flatMap { band in
            (0..<slabs).compactMap { slab in
                let part = gantry_part(
                    first_row: Int32(min(band * rows / bands * rowsTogether, height)),
                    end_row: Int32(min((band + 1) * rows / bands * rowsTogether, height)),
                    first_panel: Int32(slab * panels / slabs), end_panel: Int32((slab + 1) * panels / slabs))
                return part.first_row < part.end_row && part.first_panel < part.end_panel ? part : nil
            }
        }
    }

    /// Whether each number of `whole` is in just one of `parts`, where the others have `unwritten`: to the bit. (A byte
    /// of 255 may be either.)
    static func isWhole(_ whole: [[Float]], of parts: [[[Float]]], unwritten: Float) -> Bool {
        whole.indices.allSatisfy { image in
            whole[image].indices.allSatisfy { index in
                let written = parts.map { $0[image][index] }.filter { $0.bitPattern != unwritten.bitPattern }
                let expected = whole[image][index].bitPattern
                return written.map(\.bitPattern) == (expected == unwritten.bitPattern ? [] : [expected])
            }
        }
    }

    /// What a number of the output reads as that nothing has written.
    var unwritten: Float { emptyOutput(images: 1).planes(0)[0] }

    /// One array an image; all images in one call, or one of them; the whole, or a part of it.
    func output(
        _ algorithm: Algorithm, withResidual: Bool = true, relu: Bool = true, onlyImage: Int32? = nil,
        part: gantry_part? = nil
    ) -> [[Float]] {
        var (input, residual) = (input.maps, residual.maps)
        if let onlyImage {
            input.pixels += Int(onlyImage) * Int(input.image_step * gantry_element_size(input.element))
            residual.pixels += Int(onlyImage) * Int(residual.image_step * gantry_element_size(residual.element))
            (input.images, residual.images) = (1, 1)
        }
        let output = emptyOutput(images: input.images)
        var shape = shape
        let (multiplier, bias) = terms(outputScale: output.maps.scale)
        var wanted = part ?? parts(algorithm, bands: 1, slabs: 1)[0]
        withUnsafePointer(to: residual) { residual in
            let residual = withResidual ? residual : nil
            switch algorithm {
            case .direct:
                let packed = FloatBuffer(count: Int(gantry_direct_weight_count(cpu, &shape)))
                if precision == .int8 {
                    gantry_pack_direct_int8(cpu, &shape, weightBytes, packed.pointer)
                    shape.has_small_fours = gantry_has_small_fours(cpu, &shape, packed.pointer)
                } else {
                    gantry_pack_direct(cpu, &shape, weights, packed.pointer)
                }
                gantry_convolve_direct(
                    cpu, &shape, packed.pointer, multiplier, bias, &input, residual, relu, &output.maps,
                    &wanted)
            case .winograd, .lateWinograd:
                shape.transforms_late = algorithm == .lateWinograd
                let packed = FloatBuffer(count: Int(gantry_winograd_weight_count(cpu, &shape)))
                gantry_pack_winograd(cpu, &shape, weights, packed.pointer)
                let scratch = FloatBuffer(count: Int(gantry_winograd_scratch_count(cpu, &shape)))
                gantry_convolve_winograd(
                    cpu, &shape, packed.pointer, bias, &input, residual, relu, &output.maps,
                    &wanted, scratch.pointer)
            }
        }
        return (0..<input.images).map { output.planes($0) }
    }

    /// Multipliers and biases as the kernels take them, padded to whole panels.
    private func terms(outputScale: Float) -> (multiplier: [Float], bias: [Float]) {
        let padded = Int(gantry_padded_channels(cpu, shape.output_channels))
        let zeros = [Float](repeating: 0, count: padded - bias.count)
        guard precision == .int8 else { return (zeros, bias + zeros) }
        let unit = ConvolutionUnit(
            name: "trial", batchNorm: "", inputChannels: Int(shape.input_channels),
            outputChannels: Int(shape.output_channels), kernel: Int(shape.kernel), stride: Int(shape.stride),
            groups: Int(shape.groups))
        let quantized = QuantizedWeights(
            unit: unit, weights: weightBytes, weightScales: weightScales, bias: bias, inputScale: input.maps.scale,
            inputZeroPoint: input.maps.zero_point)
        let terms = quantized.terms(outputScale: outputScale)
        return (terms.multiplier + zeros, terms.bias + zeros)
    }

    private func reference(withResidual: Bool, relu: Bool) -> TestMaps {
        let output = emptyOutput(images: input.maps.images)
        var shape = shape
        withUnsafePointer(to: residual.maps) { residual in
            gantry_convolve_reference(
                &shape, weights, bias, &input.maps, withResidual ? residual : nil, relu, &output.maps)
        }
        return output
    }

    private func emptyOutput(images: Int32) -> TestMaps {
        TestMaps(
            images: images, height: residual.maps.height, width: residual.maps.width,
            channels: shape.output_channels, border: 1,
            step: Self.step(cpu, shape.output_channels, outputPrecision), precision: outputPrecision,
            scale: outputPrecision == .int8 ? Self.outputScale : 1)
    }
}
