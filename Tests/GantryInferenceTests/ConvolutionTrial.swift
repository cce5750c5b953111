import CGantryKernels
import GantryInference
import GantryWeights

/// Feature maps of a test, filled with NaN: what is read without having been written shows.
final class TestMaps {
    var maps: gantry_maps
    private let buffer: FloatBuffer

    var pixels: UnsafeMutablePointer<Float> { maps.pixels }

    init(images: Int32, height: Int32, width: Int32, channels: Int32, border: Int32, step: Int32) {
        let row = (width + 2 * border) * step
        let image = (height + 2 * border) * row
        // Vectors may read past the last pixel of maps without gaps.
        buffer = FloatBuffer(count: Int(images * image) + 16)
        buffer.pointer.initialize(repeating: .nan, count: buffer.count)
        maps = gantry_maps(
            pixels: buffer.pointer + Int(border * (row + step)), images: images, height: height, width: width,
            channels: channels, pixel_step: Int64(step), row_step: Int64(row), image_step: Int64(image))
    }

    /// Seeded numbers in -1 ..< 1 for every channel of every pixel; the border becomes zeros.
    func fill(_ name: String, border: Int32 = 0) {
        gantry_clear_border(&maps, border)
        let size = Int(maps.channels * maps.height * maps.width)
        for image in 0..<maps.images {
            let numbers = SeededNumbers(seed: 11, name: "\(name) \(image)").values(size, scale: 1)
            gantry_planes_to_maps(numbers, &maps, image)
        }
    }

    /// [channels, height, width] of one image.
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
    }

    /// Inputs below 1, weights that add up to about 1: 576 products at most, each rounded by 2^-24 of a sum of some units.
    static let directTolerance: Float = 2e-5
    /// The transforms multiply by up to 5 x 5 and 8 x 8 what is rounded; 1e-5 is usual.
    static let winogradTolerance: Float = 1e-4

    let input: TestMaps
    private let cpu: Int32
    private let shape: gantry_convolution
    private let residual: TestMaps
    private let weights: [Float]
    private let bias: [Float]

    init(
        _ kernels: ConvolutionKernels, window: (Int32, Int32, Int32), size: (Int32, Int32), channels: (Int32, Int32),
        images: Int32 = 2, isDense: Bool = false
    ) {
        let cpu = Int32(kernels == .avx512 ? GANTRY_CPU_AVX512.rawValue : GANTRY_CPU_AVX2.rawValue)
        let (kernel, stride, padding) = window
        shape = gantry_convolution(
            input_channels: channels.0, output_channels: channels.1, kernel: kernel, stride: stride, padding: padding)
        self.cpu = cpu
        func step(_ channels: Int32) -> Int32 { gantry_padded_channels(cpu, channels) + 16 }
        input = TestMaps(
            images: images, height: size.0, width: size.1, channels: channels.0, border: padding,
            step: isDense ? channels.0 : step(channels.0))
        input.fill("input", border: padding)
        residual = TestMaps(
            images: images, height: (size.0 + 2 * padding - kernel) / stride + 1,
            width: (size.1 + 2 * padding - kernel) / stride + 1, channels: channels.1, border: 0,
            step: step(channels.1))
        residual.fill("residual")
        let inner = channels.0 * kernel * kernel
        weights = SeededNumbers(seed: 12, name: "weights").values(
            Int(channels.1 * inner), scale: (3 / Float(inner)).squareRoot())
        bias = SeededNumbers(seed: 13, name: "bias").values(Int(channels.1), scale: 1)
    }

    /// The largest difference from the formula, with and without residual and ReLU; infinite where the kernel gives NaN.
    func worstError(_ algorithm: Algorithm) -> Float {
        var worst: Float = 0
        for (withResidual, relu) in [(false, false), (false, true), (true, false), (true, true)] {
            let found = output(algorithm, withResidual: withResidual, relu: relu)
            for (image, found) in found.enumerated() {
                let expected = reference(withResidual: withResidual, relu: relu).planes(Int32(image))
                for (a, b) in zip(found, expected) { worst = abs(a - b) <= worst ? worst : abs(a - b) }
            }
        }
        return worst.isNaN ? .infinity : worst
    }

    /// One array an image; all images in one call, or one of them.
    func output(
        _ algorithm: Algorithm, withResidual: Bool = true, relu: Bool = true, onlyImage: Int32? = nil
    ) -> [[Float]] {
        var (input, residual) = (input.maps, residual.maps)
        if let onlyImage {
            input.pixels += Int(onlyImage) * Int(input.image_step)
            residual.pixels += Int(onlyImage) * Int(residual.image_step)
            (input.images, residual.images) = (1, 1)
        }
        let output = emptyOutput(images: input.images)
        var shape = shape
        let padded = Int(gantry_padded_channels(cpu, shape.output_channels))
        let paddedBias = bias + [Float](repeating: 0, count: padded - bias.count)
        withUnsafePointer(to: residual) { residual in
            let residual = withResidual ? residual : nil
            switch algorithm {
            case .direct:
                let packed = FloatBuffer(count: Int(gantry_direct_weight_count(cpu, &shape)))
                gantry_pack_direct(cpu, &shape, weights, packed.pointer)
                gantry_convolve_direct(
                    cpu, &shape, packed.pointer, paddedBias, &input, residual, relu, &output.maps)
            case .winograd:
                let packed = FloatBuffer(count: Int(gantry_winograd_weight_count(cpu, &shape)))
                gantry_pack_winograd(cpu, &shape, weights, packed.pointer)
                let scratch = FloatBuffer(count: Int(gantry_winograd_scratch_count(cpu, &shape)))
                gantry_convolve_winograd(
                    cpu, &shape, packed.pointer, paddedBias, &input, residual, relu, &output.maps, scratch.pointer)
            }
        }
        return (0..<input.images).map { output.planes($0) }
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
            channels: shape.output_channels, border: 1, step: gantry_padded_channels(cpu, shape.output_channels) + 16)
    }
}
