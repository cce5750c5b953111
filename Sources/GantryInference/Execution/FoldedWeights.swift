import GantryCore
import GantryTensors

/// A convolution's weights and bias with its batch norm folded in: y = relu(w * x + b + residual). Behind a ReLU a
/// batch norm cannot be folded in, and stays a scale and a shift.
///
/// **Source**: Jacob et al., "Quantization and training of neural networks" (2017), section 3.2: w' = w g / sqrt(v +
/// e), b' = beta + (b - m) g / sqrt(v + e).
package struct FoldedWeights: Sendable {
    package let unit: ConvolutionUnit
    /// OIHW.
    package let weights: [Float]
    /// [output channels].
    package let bias: [Float]
    /// The batch norm where a ReLU stands before it; nil where it is folded in, or there is none.
    package let norm: Norm?

    /// y = scale * x + shift, a scale and a shift for each output channel.
    package struct Norm: Sendable {
        package let scale: [Float]
        package let shift: [Float]
    }

    package init(unit: ConvolutionUnit, weights: [Float], bias: [Float]) {
        self.unit = unit
        self.weights = weights
        self.bias = bias
        norm = nil
    }

    /// Reads and folds the unit's tensors, in double precision.
    ///
    /// **Throws** `unusableValue` naming the tensor with NaN, infinity or a negative variance; faults of reading.
    package init(
        unit: ConvolutionUnit, architecture: ResidualArchitecture, tensors: any TensorCollection
    ) throws(WeightsError) {
        // What is no number is none either once it is folded: one pass over the weights finds both.
        let isFolded = unit.hasBatchNorm && !unit.activatesFirst
        let name = unit.name + ".weight"
        var weights = try isFolded ? tensors.values(of: name) : tensors.finiteValues(of: name)
        let own =
            unit.hasBias
            ? try tensors.finiteValues(of: unit.name + ".bias")
            : [Float](repeating: 0, count: unit.outputChannels)
        self.unit = unit
        guard unit.hasBatchNorm else {
            (self.weights, bias, norm) = (weights, own, nil)
            return
        }
        let gamma = try tensors.finiteValues(of: unit.batchNorm + ".weight")
        let beta = try tensors.finiteValues(of: unit.batchNorm + ".bias")
        let mean = try tensors.finiteValues(of: unit.batchNorm + ".running_mean")
        let variance = try tensors.finiteValues(of: unit.batchNorm + ".running_var")
        guard variance.allSatisfy({ $0 >= 0 }) else {
            throw .tensor(
                .unusableValue, unit.batchNorm + ".running_var", in: tensors.origin, "a variance is below zero.")
        }
        let scales = zip(gamma, variance).map { gamma, variance in
            Double(gamma) / (Double(variance) + architecture.batchNormEpsilon).squareRoot()
        }
        guard !unit.activatesFirst else {
            let norm = Norm(
                scale: scales.map(Float.init),
                shift: zip(zip(beta, mean), scales).map { Float(Double($0.0) - Double($0.1) * $1) })
            guard (norm.scale + norm.shift).allSatisfy(\.isFinite) else {
                throw .tensor(
                    .unusableValue, unit.batchNorm + ".weight", in: tensors.origin,
                    "it overflows with its running statistics.")
            }
            (self.weights, bias, self.norm) = (weights, own, norm)
            return
        }
        var bias = [Float](repeating: 0, count: unit.outputChannels)
        let inner = weights.count / max(unit.outputChannels, 1)
        weights.withUnsafeMutableBufferPointer { weights in
            for (channel, scale) in scales.enumerated() {
                bias[channel] = Float(Double(beta[channel]) + (Double(own[channel]) - Double(mean[channel])) * scale)
                for index in channel * inner..<(channel + 1) * inner {
                    weights[index] = Float(Double(weights[index]) * scale)
                }
            }
        }
        guard bias.areFinite, weights.areFinite else {
            _ = try tensors.finiteValues(of: name)
            throw .tensor(
                .unusableValue, unit.name + ".weight", in: tensors.origin,
                "it overflows when its batch norm is folded in.")
        }
        self.weights = weights
        self.bias = bias
        norm = nil
    }

    /// The last layer as a convolution of one pixel: `fc` of a checkpoint. **Throws** `architectureMismatch` where the
    /// network has none.
    package init(lastLayerOf architecture: ResidualArchitecture, tensors: any TensorCollection) throws(WeightsError) {
        guard let unit = architecture.lastUnit else {
            throw WeightsError(
                .architectureMismatch, subject: tensors.origin, explanation: "the network has no last layer.")
        }
        self.unit = unit
        weights = try tensors.finiteValues(of: "fc.weight")
        bias = try tensors.finiteValues(of: "fc.bias")
        norm = nil
    }

    /// Every number, for comparisons.
    package var numbers: [Float] { weights + bias + (norm.map { $0.scale + $0.shift } ?? []) }
}
