/// A folded convolution in 8 bits: real = sum of (input byte - zero point) x input scale x weight x weight scale, +
/// bias.
///
/// **Source**: Jacob et al., "Quantization and training of neural networks for efficient integer-arithmetic-only
/// inference" (2017), section 2.
package struct QuantizedWeights: Sendable {
    package let unit: ConvolutionUnit
    /// OIHW, -127 to 127; faster with AVX2 where fours add up to 128 at most (`gantry_has_small_fours`).
    package let weights: [Int8]
    /// What a unit of a weight is worth, [output channels].
    package let weightScales: [Float]
    /// In real units, [output channels].
    package let bias: [Float]
    /// What a unit of the input is worth.
    package let inputScale: Float
    /// The byte that stands for 0 in the input; 0 but for the network's own input.
    package let inputZeroPoint: Int32

    package init(
        unit: ConvolutionUnit, weights: [Int8], weightScales: [Float], bias: [Float], inputScale: Float,
        inputZeroPoint: Int32
    ) {
        self.unit = unit
        self.weights = weights
        self.weightScales = weightScales
        self.bias = bias
        self.inputScale = inputScale
        self.inputZeroPoint = inputZeroPoint
    }

    /// What a unit of each sum is worth in the output, and the bias in the output's units less what the input's zero
    /// point adds.
    package func terms(outputScale: Float) -> (multiplier: [Float], bias: [Float]) {
        let inner = weights.count / max(unit.outputChannels, 1)
        var (multiplier, shift) = (weightScales, bias)
        for channel in 0..<unit.outputChannels {
            let unitValue = Double(inputScale) * Double(weightScales[channel])
            // Of the network's own input alone: elsewhere the sum counts for nothing.
            let sum =
                inputZeroPoint == 0
                ? 0 : weights[channel * inner..<(channel + 1) * inner].reduce(0) { $0 + Int($1) }
            multiplier[channel] = Float(unitValue / Double(outputScale))
            shift[channel] = Float(
                (Double(bias[channel]) - Double(inputZeroPoint) * unitValue * Double(sum)) / Double(outputScale))
        }
        return (multiplier, shift)
    }

    /// The weights as real numbers, for kernels without 8-bit arithmetic.
    var dequantised: FoldedWeights {
        let inner = weights.count / max(unit.outputChannels, 1)
        let values = weights.enumerated().map { Float($0.element) * weightScales[$0.offset / max(inner, 1)] }
        return FoldedWeights(unit: unit, weights: values, bias: bias)
    }
}
