import GantryInference

/// A shortcut without parameters, forward and backward, over maps of one size, NHWC.
struct TrainableZeroShortcut {
    private let shortcut: ZeroShortcut
    private let height: Int
    private let width: Int

    init(_ shortcut: ZeroShortcut, height: Int, width: Int) {
        self.shortcut = shortcut
        self.height = height
        self.width = width
    }

    private var rows: Int { shortcut.outputSize(height) }
    private var columns: Int { shortcut.outputSize(width) }

    /// Where a pixel of the output begins, and the pixel of the input that it takes.
    private func forEachPixel(image: Int, _ body: (_ output: Int, _ input: Int) -> Void) {
        for row in 0..<rows {
            for column in 0..<columns {
                body(
                    ((image * rows + row) * columns + column) * shortcut.outputChannels,
                    ((image * height + row * shortcut.stride) * width + column * shortcut.stride)
                        * shortcut.inputChannels)
            }
        }
    }

    /// `maps`: [images, height, width, input channels]; `target`: [images, rows, columns, output channels], of which
    /// image number `image` is written.
    func forward(_ maps: MapPointer, image: Int, into target: MapPointer) {
        let count = rows * columns * shortcut.outputChannels
        (target + image * count).clear(count: count)
        forEachPixel(image: image) { output, input in
            (target + output + shortcut.before).update(from: maps + input, count: shortcut.inputChannels)
        }
    }

    /// The gradient to the input of image number `image`, written whole, from that to the output.
    func backward(_ gradient: MapPointer, image: Int, into target: MapPointer) {
        let count = height * width * shortcut.inputChannels
        (target + image * count).clear(count: count)
        forEachPixel(image: image) { output, input in
            (target + input).update(from: gradient + output + shortcut.before, count: shortcut.inputChannels)
        }
    }
}
