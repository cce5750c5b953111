import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors

/// What stands behind a convolution: a batch norm, what its channels' statistics come to, forward and backward; or the
/// convolution's bias alone, where it has no batch norm.
///
/// The passes over maps are kernels; this has the numbers of a channel that they take. Live, it normalises by the
/// batch's mean and biased variance, and running statistics follow as PyTorch's do: 0.9 of what they were and 0.1 of
/// the batch's, its variance unbiased. Frozen, stored statistics are constants and stay.
///
/// **Source**: Ioffe and Szegedy, "Batch normalization" (2015), algorithm 1 and the equations of section 3;
/// `torch.nn.BatchNorm2d`.
final class BatchNorm {
    /// Share of the batch in the running statistics.
    static let momentum = 0.1

    /// The checkpoint's key: the batch norm's, or the convolution's where there is none.
    let name: String
    let channels: Int
    private let epsilon: Double
    private let store: ParameterStore
    /// Weight and bias; nil where there is no batch norm.
    private let affine: (weight: Int, bias: Int)?
    /// The convolution's own bias, which is added here: live statistics take it away again.
    private let convolutionBias: Int?
    /// Whether a ReLU stands before it: then the convolution's bias is added before that, and not here.
    private let activatesFirst: Bool
    private var runningMean: [Float] = []
    private var runningVariance: [Float] = []
    /// 1 / sqrt(variance + epsilon).
    private var inverse: [Double]

    /// What is subtracted: the mean, less the convolution's bias.
    let mean: FloatBuffer
    /// normalised = scale * value + shift.
    let scale: FloatBuffer
    let shift: FloatBuffer
    /// Gradient to the input = factor * gradient + slope * (value - mean) + offset.
    let factor: FloatBuffer
    let slope: FloatBuffer
    let offset: FloatBuffer

    init(_ unit: ConvolutionUnit, architecture: ResidualArchitecture, store: ParameterStore) {
        name = unit.hasBatchNorm ? unit.batchNorm : unit.name
        activatesFirst = unit.activatesFirst
        channels = unit.outputChannels
        epsilon = architecture.batchNormEpsilon
        self.store = store
        let shape: TensorShape = [channels]
        convolutionBias = unit.hasBias ? store.add(unit.name + ".bias", shape, decays: false) : nil
        affine =
            unit.hasBatchNorm
            ? (
                store.add(name + ".weight", shape, decays: false), store.add(name + ".bias", shape, decays: false)
            ) : nil
        inverse = [Double](repeating: 0, count: channels)
        (mean, scale, shift) = (
            FloatBuffer(count: channels), FloatBuffer(count: channels), FloatBuffer(count: channels)
        )
        (factor, slope, offset) = (
            FloatBuffer(count: channels), FloatBuffer(count: channels), FloatBuffer(count: channels)
        )
    }

    /// Whether there is a batch norm.
    var hasStatistics: Bool { affine != nil }

    /// Takes the running statistics. **Throws** `unusableValue`; faults of reading.
    func read(_ tensors: some TensorCollection) throws(WeightsError) {
        guard hasStatistics else { return }
        let variances = try tensors.finiteValues(of: name + ".running_var")
        guard variances.allSatisfy({ $0 >= 0 }) else {
            throw .tensor(.unusableValue, name + ".running_var", in: tensors.origin, "a variance is below zero.")
        }
        runningMean = try tensors.finiteValues(of: name + ".running_mean")
        runningVariance = variances
    }

    /// The running statistics.
    var statistics: [NamedTensor] {
        guard hasStatistics else { return [] }
        return [("running_mean", runningMean), ("running_var", runningVariance)].compactMap { key, values in
            try? NamedTensor(name: "\(name).\(key)", shape: [channels], values: values)
        }
    }

    /// The convolution's bias, [channels]; nil where it has none.
    var convolutionBiasValues: UnsafePointer<Float>? { convolutionBias.map { UnsafePointer(store.value($0)) } }

    /// What is added before the batch norm, and not by `TrainableUnit` before a ReLU.
    private func ownBias(_ channel: Int) -> Double {
        activatesFirst ? 0 : convolutionBias.map { Double(store.value($0)[channel]) } ?? 0
    }

    private func prepare(
        _ channel: Int, _ affine: (weight: Int, bias: Int), mean value: Double, variance: Double
    ) {
        inverse[channel] = 1 / (variance + epsilon).squareRoot()
        let scaled = Double(store.value(affine.weight)[channel]) * inverse[channel]
        mean.pointer[channel] = Float(value)
        scale.pointer[channel] = Float(scaled)
        shift.pointer[channel] = Float(Double(store.value(affine.bias)[channel]) - value * scaled)
    }

    /// Readies forward passes without a batch norm: the bias alone.
    private func useBias() {
        for channel in 0..<channels {
            (mean.pointer[channel], scale.pointer[channel]) = (0, 1)
            shift.pointer[channel] = Float(ownBias(channel))
        }
    }

    /// Readies forward passes by the stored statistics.
    func useStoredStatistics() {
        guard let affine else { return useBias() }
        for channel in 0..<channels {
            prepare(
                channel, affine, mean: Double(runningMean[channel]) - ownBias(channel),
                variance: Double(runningVariance[channel]))
        }
    }

    /// Readies forward passes by the batch's statistics, and lets the running ones follow.
    ///
    /// `sums`: [pieces, 2, channels], sums and sums of squares of the convolution's output without its bias; `count`:
    /// values of a channel, above 1.
    func useBatchStatistics(_ sums: UnsafePointer<Double>, pieces: Int, count: Int) {
        guard let affine else { return useBias() }
        let values = Double(count)
        for channel in 0..<channels {
            var (sum, square) = (0.0, 0.0)
            for piece in 0..<pieces {
                sum += sums[2 * piece * channels + channel]
                square += sums[(2 * piece + 1) * channels + channel]
            }
            let mean = sum / values
            // Squares of Float32 are exact in double; rounding their sum can leave a constant channel just below 0. A
            // NaN stays.
            let spread = square - sum * mean
            let variance = (spread < 0 ? 0 : spread) / values
            prepare(channel, affine, mean: mean, variance: variance)
            let keep = 1 - Self.momentum
            runningMean[channel] = Float(
                keep * Double(runningMean[channel]) + Self.momentum * (mean + ownBias(channel)))
            runningVariance[channel] = Float(
                keep * Double(runningVariance[channel]) + Self.momentum * variance * values / (values - 1))
        }
    }

    /// Gradients to weight and bias, and the numbers of the pass to the input's gradient.
    ///
    /// `sums`: [pieces, step, channels], where rows `first` and `first + 1` are the sums of the gradient, and of the
    /// gradient times (value - mean).
    func takeGradient(
        _ sums: UnsafePointer<Double>, pieces: Int, step: Int = 2, first: Int = 0, count: Int, isLive: Bool
    ) {
        let values = Double(count)
        for channel in 0..<channels {
            var (sum, product) = (0.0, 0.0)
            for piece in 0..<pieces {
                sum += sums[(step * piece + first) * channels + channel]
                product += sums[(step * piece + first + 1) * channels + channel]
            }
            guard let affine else {
                (factor.pointer[channel], slope.pointer[channel], offset.pointer[channel]) = (1, 0, 0)
                if let own = convolutionBias { store.gradient(own)[channel] = Float(sum) }
                continue
            }
            let scaled = Double(store.value(affine.weight)[channel]) * inverse[channel]
            store.gradient(affine.weight)[channel] = Float(product * inverse[channel])
            store.gradient(affine.bias)[channel] = Float(sum)
            factor.pointer[channel] = Float(scaled)
            slope.pointer[channel] =
                isLive ? Float(-scaled * inverse[channel] * inverse[channel] * product / values) : 0
            offset.pointer[channel] = isLive ? Float(-scaled * sum / values) : 0
            // The batch's mean takes a bias away again: live, it has no gradient, not even a rounded one.
            if let own = convolutionBias, !activatesFirst {
                store.gradient(own)[channel] = isLive ? 0 : Float(scaled * sum)
            }
        }
    }

    /// The gradient to the bias of a convolution whose ReLU stands before the batch norm. `sums`: [pieces, 2,
    /// channels], of which the first row are the sums of the gradient to its output.
    func takeBiasGradient(_ sums: UnsafePointer<Double>, pieces: Int) {
        guard let own = convolutionBias else { return }
        for channel in 0..<channels {
            store.gradient(own)[channel] = Float((0..<pieces).reduce(0) { $0 + sums[2 * $1 * channels + channel] })
        }
    }

    /// The pass to the gradient to the convolution's output, over some rows; may be in place.
    func inputGradient(
        _ values: MapPointer, _ gradient: MapPointer, rows: Int, isLive: Bool, into target: MapPointer
    ) {
        if isLive {
            gantry_norm_gradient(
                target.element, values.address, mean.pointer, gradient.address, factor.pointer, slope.pointer,
                offset.pointer, Int64(rows), Int32(channels), target.address)
        } else {
            gantry_scale_gradient(
                target.element, gradient.address, factor.pointer, Int64(rows), Int32(channels), target.address)
        }
    }

    /// Whether what the passes take is finite.
    var isFinite: Bool {
        MapPointer(scale.pointer).isFinite(count: channels) && MapPointer(shift.pointer).isFinite(count: channels)
    }
}
