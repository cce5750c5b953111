import CGantryKernels

/// Where the feature maps of some images lie in a buffer: NHWC, with a border of zeros for the convolution that reads them.
struct MapsShape {
    var images = 1
    let height: Int
    let width: Int
    let channels: Int
    /// Pixels around each image.
    var border = 0
    /// Floats from one pixel to the next.
    private let pixelStep: Int

    /// Maps that a convolution writes: pixels are whole panels and a cache line apart.
    init(images: Int, height: Int, width: Int, channels: Int, border: Int, kernels: ConvolutionKernels) {
        self.images = images
        self.height = height
        self.width = width
        self.channels = channels
        self.border = border
        pixelStep = Int(gantry_padded_channels(kernels.cpu, Int32(channels))) + 16
    }

    /// A network's input: pixels without a gap, so that a row of the kernel is one run of numbers.
    init(inputHeight: Int, width: Int, channels: Int, border: Int) {
        height = inputHeight
        self.width = width
        self.channels = channels
        self.border = border
        pixelStep = channels
    }

    private var rowStep: Int { PackedStorage.rounded((width + 2 * border) * pixelStep) }
    private var imageStep: Int { (height + 2 * border) * rowStep }

    /// Floats of the buffer; a cache line more than the maps, because vectors read past the last pixel of an input without gaps.
    var count: Int { images * imageStep + 16 }

    /// The maps in `buffer`.
    func maps(in buffer: FloatBuffer) -> gantry_maps {
        gantry_maps(
            pixels: buffer.pointer + border * (rowStep + pixelStep), images: Int32(images), height: Int32(height),
            width: Int32(width), channels: Int32(channels), pixel_step: Int64(pixelStep), row_step: Int64(rowStep),
            image_step: Int64(imageStep))
    }
}

extension gantry_maps {
    /// The maps of one of the images.
    func image(_ index: Int) -> gantry_maps {
        var one = self
        one.images = 1
        one.pixels = pixels + index * Int(image_step)
        return one
    }

    /// The maps of the first images.
    func first(_ count: Int) -> gantry_maps {
        var some = self
        some.images = Int32(count)
        return some
    }

    /// [channels, height, width] of the first image.
    func planes() -> [Float] {
        var maps = self
        return [Float](unsafeUninitializedCapacity: Int(channels * height * width)) { planes, count in
            guard let base = planes.baseAddress else { return }
            gantry_maps_to_planes(&maps, 0, base)
            count = Int(channels * height * width)
        }
    }
}
