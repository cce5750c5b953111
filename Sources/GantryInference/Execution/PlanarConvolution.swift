import CGantryKernels

/// A folded convolution of planes, CHW, by OpenBLAS.
struct PlanarConvolution: Sendable {
    let convolution: Convolution
    /// [output channels].
    private let bias: ConstantFloats

    var unit: ConvolutionUnit { convolution.unit }

    init(_ folded: FoldedWeights) {
        convolution = Convolution(unit: folded.unit, weights: folded.weights)
        bias = ConstantFloats(folded.bias)
    }

    /// `output`, `residual`: [OC, OH, OW]; `image`: [IC, height, width].
    func run(
        _ image: UnsafePointer<Float>, height: Int, width: Int, residual: UnsafePointer<Float>?, relu: Bool,
        into output: UnsafeMutablePointer<Float>, scratch: UnsafeMutablePointer<Float>
    ) {
        let positions = unit.outputSize(height) * unit.outputSize(width)
        convolution.run(image, height: height, width: width, into: output, scratch: scratch) { first, count in
            gantry_bias_residual_relu(
                output + first, bias.pointer, residual.map { $0 + first }, Int32(unit.outputChannels), Int64(count),
                Int64(positions), relu)
        }
    }
}
