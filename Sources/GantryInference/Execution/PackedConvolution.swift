import CGantryKernels
import GantryCore

/// A folded convolution of NHWC maps by Gantry's own kernels: which arithmetic and algorithm, and its weights packed
/// for it.
struct PackedConvolution: Sendable {
    /// How a layer is computed. It follows from the layer alone, so a result cannot depend on the batch.
    enum Algorithm: Sendable {
        /// A product over the patches where they lie.
        case direct
        /// Winograd's F(4x4, 3x3).
        case winograd

        /// A few input channels would fill only a part of the vectors that are transformed.
        private static let fewestWinogradChannels = 16

        /// The largest product of input and output channels that Winograd's algorithm is taken for. Its weights are
        /// four times the layer's: those of ResNet-50's last stage take longer to fetch than bfloat16 takes to
        /// multiply, and Float32 gains by them from two images on.
        private static func largestWinogradLayer(_ arithmetic: Precision) -> Int {
            switch arithmetic {
            case .f32: 512 * 512
            // In Float32 between maps of bfloat16: faster than twice as many products.
            case .bf16: 256 * 256
            case .int8: 0
            }
        }

        init(for unit: ConvolutionUnit, arithmetic: Precision) {
            let isWinograd =
                unit.kernel == 3 && unit.stride == 1 && unit.groups == 1
                && unit.inputChannels >= Self.fewestWinogradChannels
                && unit.inputChannels * unit.outputChannels <= Self.largestWinogradLayer(arithmetic)
            self = isWinograd ? .winograd : .direct
        }
    }

    let unit: ConvolutionUnit
    let algorithm: Algorithm
    /// What the maps that it reads must be.
    let inputElement: MapsElement
    private let kernels: ConvolutionKernels
    /// As the kernels see it.
    private let shape: gantry_convolution
    private let storage: PackedStorage
    /// Where the packed weights begin in `storage`.
    private let weightsOffset: Int
    /// Where the bias begins in `storage`.
    private let biasOffset: Int
    /// Where the multipliers of integer sums begin in `storage`.
    private let multiplierOffset: Int?

    /// A convolution of Float32 or bfloat16 maps: packs the weights into the next free part of `storage`.
    ///
    /// `isDense`: the input's pixels follow each other without a gap.
    init(
        _ folded: FoldedWeights, arithmetic: Precision, isDense: Bool, kernels: ConvolutionKernels,
        storage: PackedStorage
    ) {
        let plan = Plan(folded.unit, arithmetic: arithmetic, isDense: isDense, kernels: kernels)
        var shape = plan.shape
        weightsOffset = storage.append(plan.weightCount) { packed in
            switch plan.algorithm {
            case .direct: gantry_pack_direct(kernels.cpu, &shape, folded.weights, packed)
            case .winograd: gantry_pack_winograd(kernels.cpu, &shape, folded.weights, packed)
            }
        }
        biasOffset = storage.append(folded.bias, paddedTo: plan.paddedChannels)
        multiplierOffset = nil
        inputElement = arithmetic == .bf16 ? .bfloat16 : .float32
        unit = folded.unit
        algorithm = plan.algorithm
        self.shape = shape
        self.kernels = kernels
        self.storage = storage
    }

    /// A convolution of maps of bytes, whose output has this scale; 1 where the output is real numbers.
    init(
        _ quantized: QuantizedWeights, outputScale: Float, isDense: Bool, kernels: ConvolutionKernels,
        storage: PackedStorage
    ) {
        let plan = Plan(quantized.unit, arithmetic: .int8, isDense: isDense, kernels: kernels)
        var shape = plan.shape
        let terms = quantized.terms(outputScale: outputScale)
        weightsOffset = storage.append(plan.weightCount) { packed in
            gantry_pack_direct_int8(kernels.cpu, &shape, quantized.weights, packed)
        }
        biasOffset = storage.append(terms.bias, paddedTo: plan.paddedChannels)
        multiplierOffset = storage.append(terms.multiplier, paddedTo: plan.paddedChannels)
        inputElement = .bytes(scale: quantized.inputScale, zeroPoint: quantized.inputZeroPoint)
        unit = quantized.unit
        algorithm = plan.algorithm
        self.shape = shape
        self.kernels = kernels
        self.storage = storage
    }

    /// How a layer is computed and what it takes: follows from the layer, the arithmetic and the kernels.
    private struct Plan {
        let algorithm: Algorithm
        let shape: gantry_convolution
        let weightCount: Int
        let paddedChannels: Int

        init(_ unit: ConvolutionUnit, arithmetic: Precision, isDense: Bool, kernels: ConvolutionKernels) {
            algorithm = Algorithm(for: unit, arithmetic: arithmetic)
            var shape = gantry_convolution(unit, element: arithmetic.element, isDense: isDense)
            weightCount =
                switch algorithm {
                case .direct: Int(gantry_direct_weight_count(kernels.cpu, &shape))
                case .winograd: Int(gantry_winograd_weight_count(kernels.cpu, &shape))
                }
            paddedChannels = Int(gantry_padded_channels(kernels.cpu, Int32(unit.outputChannels)))
            self.shape = shape
        }
    }

    /// Words of 32 bits that a layer takes in a `PackedStorage`.
    static func storageCount(
        _ unit: ConvolutionUnit, arithmetic: Precision, isDense: Bool, kernels: ConvolutionKernels
    ) -> Int {
        let plan = Plan(unit, arithmetic: arithmetic, isDense: isDense, kernels: kernels)
        let terms = arithmetic == .int8 ? 2 : 1
        return PackedStorage.rounded(plan.weightCount) + terms * PackedStorage.rounded(plan.paddedChannels)
    }

    /// Floats of scratch for `run`, whatever the size of the maps.
    var scratchCount: Int {
        var shape = shape
        return algorithm == .winograd ? Int(gantry_winograd_scratch_count(kernels.cpu, &shape)) : 0
    }

    /// output = relu(weights * input + bias + residual); clears `input`'s border first.
    func run(
        _ input: gantry_maps, residual: gantry_maps?, relu: Bool, into output: gantry_maps,
        scratch: UnsafeMutablePointer<Float>
    ) {
        var (shape, input, output) = (shape, input, output)
        let (cpu, weights, bias) = (kernels.cpu, storage.pointer + weightsOffset, storage.pointer + biasOffset)
        let multiplier = multiplierOffset.map { storage.pointer + $0 }
        gantry_clear_border(&input, Int32(unit.padding))
        // The kernels begin `padding` pixels before the image's first.
        let rows = unit.padding - unit.paddingBefore(Int(input.height))
        let columns = unit.padding - unit.paddingBefore(Int(input.width))
        input.pixels +=
            (rows * Int(input.row_step) + columns * Int(input.pixel_step)) * Int(gantry_element_size(input.element))
        func run(_ residual: UnsafePointer<gantry_maps>?) {
            switch algorithm {
            case .direct:
                gantry_convolve_direct(cpu, &shape, weights, multiplier, bias, &input, residual, relu, &output)
            case .winograd:
                gantry_convolve_winograd(cpu, &shape, weights, bias, &input, residual, relu, &output, scratch)
            }
        }
        if let residual {
            withUnsafePointer(to: residual, run)
        } else {
            run(nil)
        }
    }
}

extension gantry_convolution {
    init(_ unit: ConvolutionUnit, element: Int32, isDense: Bool) {
        self.init(
            input_channels: Int32(unit.inputChannels), output_channels: Int32(unit.outputChannels),
            groups: Int32(unit.groups), kernel: Int32(unit.kernel), stride: Int32(unit.stride),
            padding: Int32(unit.padding), element: element, is_dense: isDense)
    }
}

/// One allocation for the packed weights of a network, filled layer by layer while the network is loaded and only read
/// from then on.
///
/// `@unchecked Sendable`: `append` is called by the one thread that loads the network, before the network exists;
/// afterwards every access is through `pointer`, which does not let anybody write.
final class PackedStorage: @unchecked Sendable {
    private let buffer: FloatBuffer
    private var used = 0

    init(count: Int) { buffer = FloatBuffer(count: count) }

    var pointer: UnsafePointer<Float> { UnsafePointer(buffer.pointer) }

    /// The next whole number of cache lines.
    static func rounded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// Writes `values`, then zeros up to `count`; returns where.
    func append(_ values: [Float], paddedTo count: Int) -> Int {
        append(count) { packed in
            for index in 0..<count { packed[index] = index < values.count ? values[index] : 0 }
        }
    }

    /// Lets `fill` write the next `count` floats, which begin on a cache line; returns where.
    func append(_ count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) -> Int {
        precondition(used + Self.rounded(count) <= buffer.count, "the storage was made for the network's layers")
        defer { used += Self.rounded(count) }
        fill(buffer.pointer + used)
        return used
    }
}
