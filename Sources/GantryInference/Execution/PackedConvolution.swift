import CGantryKernels

/// A folded convolution of NHWC maps by Gantry's own kernels: which algorithm, and its weights packed for it.
struct PackedConvolution: Sendable {
    /// How a layer is computed. It follows from the layer alone, so a result cannot depend on the batch.
    enum Algorithm: Sendable {
        /// A product over the patches where they lie.
        case direct
        /// Winograd's F(4x4, 3x3).
        case winograd

        /// The largest product of input and output channels that Winograd's algorithm is taken for: that of ResNet-50's third stage. The transformed
        /// weights of the last one would take 56 MB more and, for one image alone, longer to fetch than they save where multiplying is fast.
        static let largestWinogradLayer = 256 * 256

        init(for unit: ConvolutionUnit) {
            let channels = unit.inputChannels * unit.outputChannels
            // A few input channels would fill only a part of the vectors that are transformed.
            let isWinograd =
                unit.kernel == 3 && unit.stride == 1 && unit.inputChannels >= 16
                && channels <= Self.largestWinogradLayer
            self = isWinograd ? .winograd : .direct
        }
    }

    let unit: ConvolutionUnit
    let algorithm: Algorithm
    private let cpu: Int32
    private let storage: PackedStorage
    /// Where the packed weights begin in `storage`.
    private let weightsOffset: Int
    /// Where the bias begins in `storage`.
    private let biasOffset: Int

    /// Packs the weights into the next free part of `storage`.
    init(_ folded: FoldedWeights, kernels: ConvolutionKernels, storage: PackedStorage) {
        unit = folded.unit
        algorithm = Algorithm(for: unit)
        cpu = kernels.cpu
        self.storage = storage
        var shape = gantry_convolution(unit)
        let (algorithm, cpu) = (algorithm, cpu)
        weightsOffset = storage.append(Self.weightCount(unit, kernels: kernels)) { packed in
            switch algorithm {
            case .direct: gantry_pack_direct(cpu, &shape, folded.weights, packed)
            case .winograd: gantry_pack_winograd(cpu, &shape, folded.weights, packed)
            }
        }
        let padded = Int(gantry_padded_channels(cpu, Int32(unit.outputChannels)))
        biasOffset = storage.append(padded) { packed in
            for channel in 0..<padded { packed[channel] = channel < folded.bias.count ? folded.bias[channel] : 0 }
        }
    }

    /// Floats of a layer's packed weights.
    private static func weightCount(_ unit: ConvolutionUnit, kernels: ConvolutionKernels) -> Int {
        var shape = gantry_convolution(unit)
        return switch Algorithm(for: unit) {
        case .direct: Int(gantry_direct_weight_count(kernels.cpu, &shape))
        case .winograd: Int(gantry_winograd_weight_count(kernels.cpu, &shape))
        }
    }

    /// Floats that a layer takes in a `PackedStorage`.
    static func storageCount(_ unit: ConvolutionUnit, kernels: ConvolutionKernels) -> Int {
        PackedStorage.rounded(weightCount(unit, kernels: kernels))
            + PackedStorage.rounded(Int(gantry_padded_channels(kernels.cpu, Int32(unit.outputChannels))))
    }

    /// Floats of scratch for `run`, whatever the size of the maps.
    var scratchCount: Int {
        var shape = gantry_convolution(unit)
        return algorithm == .winograd ? Int(gantry_winograd_scratch_count(cpu, &shape)) : 0
    }

    /// output = relu(weights * input + bias + residual); clears `input`'s border first.
    func run(
        _ input: gantry_maps, residual: gantry_maps?, relu: Bool, into output: gantry_maps,
        scratch: UnsafeMutablePointer<Float>
    ) {
        var (shape, input, output) = (gantry_convolution(unit), input, output)
        let (weights, bias) = (storage.pointer + weightsOffset, storage.pointer + biasOffset)
        gantry_clear_border(&input, Int32(unit.padding))
        func run(_ residual: UnsafePointer<gantry_maps>?) {
            switch algorithm {
            case .direct: gantry_convolve_direct(cpu, &shape, weights, bias, &input, residual, relu, &output)
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
    init(_ unit: ConvolutionUnit) {
        self.init(
            input_channels: Int32(unit.inputChannels), output_channels: Int32(unit.outputChannels),
            kernel: Int32(unit.kernel), stride: Int32(unit.stride), padding: Int32(unit.padding))
    }
}

/// One allocation for the packed weights of a network, filled layer by layer while the network is loaded and only read from then on.
///
/// `@unchecked Sendable`: `append` is called by the one thread that loads the network, before the network exists; afterwards every access is through
/// `pointer`, which does not let anybody write.
final class PackedStorage: @unchecked Sendable {
    private let buffer: FloatBuffer
    private var used = 0

    init(count: Int) { buffer = FloatBuffer(count: count) }

    var pointer: UnsafePointer<Float> { UnsafePointer(buffer.pointer) }

    /// The next whole number of cache lines.
    static func rounded(_ count: Int) -> Int { (count + 15) / 16 * 16 }

    /// Lets `fill` write the next `count` floats, which begin on a cache line; returns where.
    func append(_ count: Int, _ fill: (UnsafeMutablePointer<Float>) -> Void) -> Int {
        precondition(used + Self.rounded(count) <= buffer.count, "the storage was made for the network's layers")
        defer { used += Self.rounded(count) }
        fill(buffer.pointer + used)
        return used
    }
}
