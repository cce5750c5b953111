import CGantryKernels
import GantryCore

/// What the numbers of feature maps are stored as: real = (stored - zero point) x scale.
struct MapsElement: Hashable {
    /// A Float32, a bfloat16, or a byte.
    let precision: Precision
    /// What a unit is worth; 1 but for bytes.
    let scale: Float
    /// The byte that stands for 0; 0 but for bytes.
    let zeroPoint: Int32

    /// What a shortcut is kept as beside maps of this element: beside bytes, bfloat16 has bits to spare.
    var ofShortcut: Self { precision == .int8 ? .bfloat16 : .float32 }

    static let float32 = MapsElement(precision: .f32, scale: 1, zeroPoint: 0)
    static let bfloat16 = MapsElement(precision: .bf16, scale: 1, zeroPoint: 0)
    static func bytes(scale: Float, zeroPoint: Int32 = 0) -> MapsElement {
        MapsElement(precision: .int8, scale: scale, zeroPoint: zeroPoint)
    }
}

/// Where the feature maps of some images lie in a buffer: NHWC, with a border of zeros for the convolution that reads
/// them.
struct MapsShape {
    var images = 1
    let height: Int
    let width: Int
    let channels: Int
    /// Pixels around each image.
    var border = 0
    let element: MapsElement
    /// Elements from one pixel to the next.
    private let pixelStep: Int

    /// Maps that a convolution writes: pixels are whole panels apart, and a cache line more where they are large.
    init(
        images: Int, height: Int, width: Int, channels: Int, border: Int, element: MapsElement,
        kernels: ConvolutionKernels
    ) {
        self.images = images
        self.height = height
        self.width = width
        self.channels = channels
        self.border = border
        self.element = element
        // Only far apart do pixels that are a power of two apart share few lines of a first-level cache.
        let (size, padded) = (
            Int(gantry_element_size(element.precision.element)), gantry_padded_channels(kernels.cpu, Int32(channels))
        )
        pixelStep = Int(padded) + (Int(padded) * size >= 512 ? 64 / size : 0)
    }

    /// A network's input: pixels without a gap, so that a row of the kernel is one run of numbers.
    init(inputHeight: Int, width: Int, channels: Int, border: Int, element: MapsElement) {
        height = inputHeight
        self.width = width
        self.channels = channels
        self.border = border
        self.element = element
        pixelStep = channels
    }

    /// Whether an image's numbers lie where those of the other do, and take as much.
    func covers(_ other: Self) -> Bool {
        (height, width, channels, border) == (other.height, other.width, other.channels, other.border)
            && (pixelStep, elementBytes) == (other.pixelStep, other.elementBytes)
    }

    private var elementBytes: Int { Int(gantry_element_size(element.precision.element)) }
    /// Rows begin on cache lines, whatever the element.
    private var rowStep: Int { ((width + 2 * border) * pixelStep + 63) / 64 * 64 }
    private var imageStep: Int { (height + 2 * border) * rowStep }

    /// Words of 32 bits of the buffer; a cache line more than the maps, because vectors read past the last pixel of an
    /// input without gaps.
    var count: Int { images * imageStep * elementBytes / 4 + 16 }

    /// The maps in `buffer`.
    func maps(in buffer: FloatBuffer) -> gantry_maps {
        let first = UnsafeMutableRawPointer(buffer.pointer) + border * (rowStep + pixelStep) * elementBytes
        return gantry_maps(
            pixels: first, element: element.precision.element, images: Int32(images), height: Int32(height),
            width: Int32(width), channels: Int32(channels), scale: element.scale, zero_point: element.zeroPoint,
            pixel_step: Int64(pixelStep), row_step: Int64(rowStep), image_step: Int64(imageStep))
    }
}

extension gantry_maps {
    /// The maps of one of the images.
    func image(_ index: Int) -> gantry_maps {
        var one = self
        one.images = 1
        one.pixels = pixels + index * Int(image_step * gantry_element_size(element))
        return one
    }

    /// The maps of the first images.
    func first(_ count: Int) -> gantry_maps {
        var some = self
        some.images = Int32(count)
        return some
    }

    /// [channels, height, width] of one image, as real numbers.
    func planes(image: Int = 0) -> [Float] {
        var maps = self
        return [Float](unsafeUninitializedCapacity: Int(channels * height * width)) { planes, count in
            guard let base = planes.baseAddress else { return }
            gantry_maps_to_planes(&maps, Int32(image), base)
            count = Int(channels * height * width)
        }
    }
}
