import CGantryKernels

/// A folded convolution of planes, CHW, by OpenBLAS.
struct PlanarConvolution: Sendable {
    let convolution: Convolution
    /// [output channels].
    private let bias: ConstantFloats
    /// A batch norm behind the ReLU: [output channels] each; nil where there is none.
    private let norm: (scale: ConstantFloats, shift: ConstantFloats)?

    var unit: ConvolutionUnit { convolution.unit }

    init(_ folded: FoldedWeights) {
        convolution = Convolution(unit: folded.unit, weights: folded.weights)
        bias = ConstantFloats(folded.bias)
        norm = folded.norm.map { (ConstantFloats($0.scale), ConstantFloats($0.shift)) }
    }

    /// relu(weights * image + bias + residual); with a batch norm behind the ReLU, relu(scale * relu(weights * image +
    /// bias) + shift + residual), where the outer ReLU is that of a sum, and stands only where there is one.
    ///
    /// `output`, `residual`: [OC, OH, OW]; `image`: [IC, height, width].
    func run(
        _ image: UnsafePointer<Float>, height: Int, width: Int, residual: UnsafePointer<Float>?, relu: Bool,
        into output: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let positions = unit.outputSize(height) * unit.outputSize(width)
        convolution.run(image, height: height, width: width, into: output, scratch: scratch) { first, count in
            let residual = residual.map { $0 + first }
            let channels = Int32(unit.outputChannels)
            guard let norm else {
                gantry_bias_residual_relu(
                    output + first, bias.pointer, residual, channels, Int64(count), Int64(positions), relu)
                return
            }
            gantry_bias_residual_relu(
                output + first, bias.pointer, nil, channels, Int64(count), Int64(positions), true)
            for channel in 0..<unit.outputChannels {
                let (row, scale) = (output + first + channel * positions, norm.scale.pointer[channel])
                for index in 0..<count { row[index] *= scale }
            }
            gantry_bias_residual_relu(
                output + first, norm.shift.pointer, residual, channels, Int64(count), Int64(positions),
                residual != nil)
        }
    }
}
