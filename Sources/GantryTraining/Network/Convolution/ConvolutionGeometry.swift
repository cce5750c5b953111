import CGantryKernels
import GantryInference

/// A convolution of maps of one size.
struct ConvolutionGeometry {
    let unit: ConvolutionUnit
    let inputHeight: Int
    let inputWidth: Int

    /// Rows of zeros before the image.
    var top: Int { unit.paddingBefore(inputHeight) }
    /// Columns of zeros before the image.
    var left: Int { unit.paddingBefore(inputWidth) }
    var outputHeight: Int { unit.outputSize(inputHeight) }
    var outputWidth: Int { unit.outputSize(inputWidth) }
    /// Of one image.
    var inputPixels: Int { inputHeight * inputWidth }
    /// Of one image.
    var outputPixels: Int { outputHeight * outputWidth }
    /// Output channels of a group.
    var outputsPerGroup: Int { unit.outputChannels / unit.groups }
    /// Weights of all output channels.
    var weightCount: Int { unit.outputChannels * unit.fanIn }

    /// Whether the maps themselves are the matrix of patches.
    var isPointwise: Bool { unit.kernel == 1 && unit.stride == 1 }

    /// Whether the output has a whole tile of Winograd's F(4x4, 3x3): in a smaller one it spares few products or none,
    /// and is less exact.
    var hasWinogradTile: Bool { min(outputHeight, outputWidth) >= Int(GANTRY_WINOGRAD_ROWS) }

    /// The window as the kernels see it, over the input channels of `group`.
    func taps(group: Int) -> gantry_window_taps {
        gantry_window_taps(
            height: Int32(inputHeight), width: Int32(inputWidth), channels: Int32(unit.inputChannels),
            first_channel: Int32(group * unit.channelsPerGroup), patch_channels: Int32(unit.channelsPerGroup),
            kernel: Int32(unit.kernel), stride: Int32(unit.stride), top: Int32(top), left: Int32(left),
            output_height: Int32(outputHeight), output_width: Int32(outputWidth))
    }
}

/// Equal shares of something that is cut: they follow from what is cut alone, never from the number of workers.
struct Pieces {
    let total: Int
    let count: Int

    /// As many pieces of about `size` as there are, a multiple of four of them where there are several: few workers
    /// then end together.
    init(_ total: Int, size: Int) {
        self.total = total
        let wanted = (total + max(size, 1) - 1) / max(size, 1)
        count = max(1, min(total, wanted > 1 ? (wanted + 3) / 4 * 4 : 1))
    }

    /// Exactly so many pieces, or one for each where there are fewer.
    init(_ total: Int, count: Int) {
        self.total = total
        self.count = max(1, min(total, count))
    }

    subscript(index: Int) -> Range<Int> { index * total / count..<(index + 1) * total / count }
}
