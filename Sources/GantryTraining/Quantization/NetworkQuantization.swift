import GantryCore
import GantryGround
import GantryInference
import GantryTensors
import Synchronization

/// Makes a network's 8-bit form: scales chosen on calibration images, weights rounded channel by channel, biases
/// corrected for the rounding.
///
/// Nothing is trained, and no truth is needed. The result does not depend on the number of workers.
///
/// **Source**: Jacob et al., "Quantization and training of neural networks" (2017), for the form; Nagel et al.,
/// "Data-free quantization through weight equalization and bias correction" (2019), section 4.2, for the correction.
public struct NetworkQuantization: Sendable {
    /// The network.
    public let architecture: ResidualArchitecture
    /// Threads used; at least one.
    public let workers: Int
    private let network: ResidualNetwork
    private let weights: any TensorCollection

    /// A quantisation of the network whose tensors are `weights`, by torchvision's keys. **Throws** what loading the
    /// network throws.
    public init(
        architecture: ResidualArchitecture, weights: some TensorCollection, workers: Int
    ) throws(WeightsError) {
        guard architecture.activationOrder == .normFirst else { throw QuantizedNetwork.unfolded(weights.origin) }
        network = try ResidualNetwork(architecture: architecture, weights: weights)
        self.architecture = architecture
        self.weights = weights
        self.workers = max(workers, 1)
    }

    /// The network in 8 bits, its scales chosen on `images`.
    ///
    /// **Throws** `TrainingError` where the images do not fit, there is none, or a feature map is not finite;
    /// `WeightsError` where a tensor cannot be read.
    public func quantized(on images: ImageBatch) throws -> QuantizedNetwork {
        guard images.channels == architecture.inputChannels else {
            throw TrainingError.channelCount(found: images.channels, expected: architecture.inputChannels)
        }
        guard images.count > 0 else { throw TrainingError.tooFewImages }
        let statistics = try statistics(of: images)
        var convolutions: [QuantizedWeights] = []
        for unit in architecture.units {
            let folded = try FoldedWeights(unit: unit, architecture: architecture, tensors: weights)
            guard let statistics = statistics[unit.name] else { throw TrainingError.tooFewImages }
            convolutions.append(Self.quantized(folded, statistics, isDense: unit == architecture.stemUnit))
        }
        let last = try FoldedWeights(lastLayerOf: architecture, tensors: weights)
        let uncorrected = try QuantizedNetwork(
            architecture: architecture, convolutions: convolutions, last: last, origin: "the network in 8 bits")
        return try QuantizedNetwork(
            architecture: architecture, convolutions: convolutions,
            last: try corrected(last, of: uncorrected, on: images),
            origin: "the network in 8 bits")
    }

    /// The last layer, which stays in Float32, corrected for what the features lost.
    private func corrected(
        _ last: FoldedWeights, of quantized: QuantizedNetwork, on images: ImageBatch
    ) throws -> FoldedWeights {
        let network8 = try ResidualNetwork(quantized)
        let correction = try LastLayerCorrection(
            features: try network8.pooledFeatures(images, workers: workers),
            exact: try network.logits(images, workers: workers), found: try network8.logits(images, workers: workers))
        let weights = zip(last.weights, correction.weights.joined()).map { Float(Double($0) + $1) }
        let bias = zip(last.bias, correction.bias).map { Float(Double($0) + $1) }
        return FoldedWeights(unit: last.unit, weights: weights, bias: bias)
    }

    /// What each convolution reads, by its name.
    private func statistics(of images: ImageBatch) throws -> [String: ActivationStatistics] {
        let merged = Mutex<Result<[String: ActivationStatistics], any Error>>(.success([:]))
        let network = network
        WorkerThreads.forEach(count: images.count, workers: workers) {
        } body: { _, image in
            var own: [String: ActivationStatistics] = [:]
            var fault: TrainingError?
            let result = Result {
                try network.convolutionInputs(images, image: image) { unit, planes in
                    var statistics = ActivationStatistics()
                    do throws(TrainingError) {
                        try statistics.add(planes, channels: unit.inputChannels, image: image)
                        own[unit.name] = statistics
                    } catch {
                        fault = error
                    }
                }
                if let fault { throw fault }
            }
            merged.withLock { all in
                all = Result {
                    var statistics = try all.get()
                    try result.get()
                    statistics.merge(own) {
                        var sum = $0
                        sum.merge($1)
                        return sum
                    }
                    return statistics
                }
            }
        }
        return try merged.withLock { try $0.get() }
    }

    /// What the largest four becomes: rounded up all, they are 128 at most.
    private static let largestFour: Float = 126.9

    /// One convolution: a scale for each output channel, so that its largest weight is 127 at most and no
    /// four's magnitudes add up to more than 128, which AVX2 multiplies faster.
    static func quantized(
        _ folded: FoldedWeights, _ statistics: ActivationStatistics, isDense: Bool
    ) -> QuantizedWeights {
        let unit = folded.unit
        let area = unit.kernel * unit.kernel
        let inner = unit.fanIn
        let means = statistics.means(channels: unit.inputChannels)
        var weights = [Int8](repeating: 0, count: folded.weights.count)
        var scales = [Float](repeating: 1, count: unit.outputChannels)
        var bias = folded.bias
        for output in 0..<unit.outputChannels {
            let channel = output * inner..<(output + 1) * inner
            let firstInput = output / (unit.outputChannels / unit.groups) * unit.channelsPerGroup
            let largest = folded.weights[channel].reduce(0) { max($0, abs($1)) }
            let four = sumOfLargestFour(folded.weights[channel], of: unit, firstInput: firstInput, isDense: isDense)
            // A channel without weights keeps a scale of 1 and zeros.
            if largest >= .leastNormalMagnitude * 127 { scales[output] = max(largest / 127, four / largestFour) }
            var lost = 0.0
            for index in channel {
                let value = folded.weights[index]
                let level = (value / scales[output]).rounded(.toNearestOrEven)
                weights[index] = Int8(max(-127, min(127, level)))
                lost +=
                    (Double(value) - Double(weights[index]) * Double(scales[output]))
                    * means[firstInput + (index - channel.lowerBound) / area]
            }
            // What rounding took from the channel's mean is given back.
            bias[output] = Float(Double(bias[output]) + lost)
        }
        let (scale, zeroPoint) = statistics.scaleAndZeroPoint
        return QuantizedWeights(
            unit: unit, weights: weights, weightScales: scales, bias: bias, inputScale: scale,
            inputZeroPoint: zeroPoint)
    }

    /// The largest sum of a four's magnitudes among an output channel's weights, which see the input channels from
    /// `firstInput` on.
    ///
    /// Fours are the input channels 8i, 8i + 1, 8i + 4 and 8i + 5, and 8i + 2, 8i + 3, 8i + 6 and 8i + 7, under one
    /// tap; where the input's pixels follow each other without a gap, such numbers of a kernel row. (In groups that
    /// begin elsewhere than at a multiple of eight other channels may meet, and a layer of which a word is left over
    /// has none that meet: such layers are multiplied in another way. One rule for all costs them nothing that shows.)
    private static func sumOfLargestFour(
        _ weights: ArraySlice<Float>, of unit: ConvolutionUnit, firstInput: Int, isDense: Bool
    ) -> Float {
        let area = unit.kernel * unit.kernel
        let rows = isDense ? unit.kernel : area
        let width = (weights.count / max(rows, 1) / 8 + 2) * 2
        var sums = [Float](repeating: 0, count: rows * width)
        for (index, weight) in weights.enumerated() {
            let (channel, tap) = (index / area, index % area)
            let row = isDense ? tap / unit.kernel : tap
            let place = isDense ? tap % unit.kernel * unit.inputChannels + channel : firstInput % 8 + channel
            sums[row * width + place / 8 * 2 + place % 4 / 2] += abs(weight)
        }
        return sums.reduce(0, max)
    }
}
