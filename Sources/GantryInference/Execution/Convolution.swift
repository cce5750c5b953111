import CGantryKernels

/// A convolution's weights and how it is executed: as matrix products of weights by patches, W x X, for one CHW image.
package struct Convolution: Sendable {
    package let unit: ConvolutionUnit
    /// [output channels, input channels of a group x kernel area], OIHW flattened.
    private let weights: ConstantFloats

    package init(unit: ConvolutionUnit, weights: [Float]) {
        self.unit = unit
        self.weights = ConstantFloats(weights)
    }

    /// Elements of patches that are laid out at a time: what stays in a second-level cache of 1 MiB beside the product.
    static let patchElements = 160 << 10

    /// Whether the image itself is the matrix of patches.
    private var isPointwise: Bool { unit.kernel == 1 && unit.stride == 1 }

    /// Output rows computed at a time. It follows from layer and image size alone, so results cannot depend on anything
    /// else.
    private func rowsAtATime(width: Int, height: Int) -> Int {
        if isPointwise { return height }
        let rows = Self.patchElements / (unit.fanIn * width)
        let pieces = max(1, (height + max(rows, 1) - 1) / max(rows, 1))
        return (height + pieces - 1) / pieces
    }

    /// Floats of scratch that `run` needs for an image of this size.
    package func scratchCount(height: Int, width: Int) -> Int {
        if isPointwise { return 0 }
        let outputWidth = unit.outputSize(width)
        return unit.fanIn * outputWidth * rowsAtATime(width: outputWidth, height: unit.outputSize(height))
    }

    /// output[OC, OH, OW] = weights * image[IC, height, width]; `finish` gets each piece (first position, positions) as
    /// soon as it is there.
    package func run(
        _ image: UnsafePointer<Float>, height: Int, width: Int, into output: UnsafeMutablePointer<Float>,
        scratch: UnsafeMutablePointer<Float>, finish: (Int, Int) -> Void
    ) {
        let outputWidth = unit.outputSize(width)
        let outputHeight = unit.outputSize(height)
        let positions = outputWidth * outputHeight
        let (inputs, outputs) = (unit.channelsPerGroup, unit.outputChannels / unit.groups)
        var patches = gantry_patches(
            channels: Int32(inputs), height: Int32(height), width: Int32(width), kernel: Int32(unit.kernel),
            stride: Int32(unit.stride), top: Int32(unit.paddingBefore(height)), left: Int32(unit.paddingBefore(width)),
            output_width: Int32(outputWidth))
        let step = rowsAtATime(width: outputWidth, height: outputHeight)
        for firstRow in stride(from: 0, to: outputHeight, by: step) {
            let rows = min(step, outputHeight - firstRow)
            let first = firstRow * outputWidth
            let count = rows * outputWidth
            for group in 0..<unit.groups {
                let source = image + group * inputs * height * width
                if !isPointwise { gantry_im2col(&patches, Int32(firstRow), Int32(rows), source, scratch) }
                OpenBLAS.multiply(
                    weights.pointer + group * outputs * unit.fanIn,
                    isPointwise ? source + first : UnsafePointer(scratch),
                    rightStride: isPointwise ? positions : count, into: output + group * outputs * positions + first,
                    outputStride: positions, rows: outputs, inner: unit.fanIn, columns: count)
            }
            finish(first, count)
        }
    }
}
