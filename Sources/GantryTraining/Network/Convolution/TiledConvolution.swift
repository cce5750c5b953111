import CGantryKernels
import GantryCore
import GantryInference

/// A convolution by the register tiles that score (`gantry_convolve_direct`, `gantry_convolve_winograd`): weights are
/// packed once a step, and each piece of the maps is copied into a strip with a border, which the tiles read in place.
struct TiledConvolution {
    /// Channels, size and window; not a layer's own where this is the gradient to its input.
    private let geometry: ConvolutionGeometry
    private let cpu: Int32
    private let panel: Int
    private let isWinograd: Bool
    private let shape: gantry_convolution
    private let zeros: ConstantFloats

    /// Bytes of a strip and its output that are there at a time, about what stays in a second-level cache, and the
    /// pixels that weights are fetched for.
    private static let bytes = 640 << 10
    private static let pixels = 196...784
    /// The largest product of channels that Winograd's algorithm is taken for: weights beyond are fetched for too few
    /// tiles.
    private static let largestWinograd = 256 * 256
    /// The largest window's side that the tiles have.
    static let largestKernel = 7
    /// With fewer input channels, a row of the kernel is one run of numbers.
    private static let fewestChannels = 16

    /// nil where the tiles do not fit: with groups, or a number of output channels that is not whole panels.
    /// `element`: of the maps.
    init?(_ geometry: ConvolutionGeometry, kernels: ConvolutionKernels, element: Int32) {
        let unit = geometry.unit
        guard kernels != .openBLAS, unit.groups == 1, unit.kernel <= Self.largestKernel else { return nil }
        panel = Int(gantry_panel_width(kernels.cpu, element))
        guard unit.outputChannels % panel == 0 else { return nil }
        self.geometry = geometry
        cpu = kernels.cpu
        isWinograd =
            unit.kernel == 3 && unit.stride == 1 && unit.inputChannels % panel == 0 && geometry.hasWinogradTile
            && unit.inputChannels * unit.outputChannels <= Self.largestWinograd
        shape = gantry_convolution(
            input_channels: Int32(unit.inputChannels), output_channels: Int32(unit.outputChannels), groups: 1,
            kernel: Int32(unit.kernel), stride: Int32(unit.stride), padding: Int32(unit.padding), element: element,
            is_dense: unit.inputChannels < Self.fewestChannels, transforms_late: false, has_small_fours: false)
        zeros = ConstantFloats([Float](repeating: 0, count: unit.outputChannels))
    }

    func pieces(images: Int) -> StripPieces {
        let unit = geometry.unit
        let elements = unit.inputChannels * unit.stride * unit.stride + unit.outputChannels
        let numbers = Self.bytes / Int(gantry_element_size(shape.element))
        let pixels = min(max(numbers / elements, Self.pixels.lowerBound), Self.pixels.upperBound)
        return StripPieces(
            images: images, height: geometry.outputHeight, width: geometry.outputWidth,
            pixels: isWinograd ? Self.pixels.upperBound : pixels)
    }

    /// Numbers from pixel to pixel of a strip: pixels that are a power of two apart would share few cache lines.
    private var pixelStep: Int {
        let line = 64 / Int(gantry_element_size(shape.element))
        return shape.is_dense
            ? geometry.unit.inputChannels : (geometry.unit.inputChannels + 2 * line - 1) / line * line
    }
    private var rowStep: Int { (geometry.inputWidth + 2 * geometry.unit.padding) * pixelStep }

    private func stripRows(_ rows: Int) -> Int { (rows - 1) * geometry.unit.stride + geometry.unit.kernel }
    private func stripCount(_ pieces: StripPieces) -> Int {
        // What follows the last pixel is read by no weight but zero.
        let numbers = pieces.largest.images * stripRows(pieces.largest.rows) * rowStep
        return (numbers * Int(gantry_element_size(shape.element)) / 4 + 31) / 16 * 16
    }

    /// Floats of scratch that a worker needs.
    func scratchCount(images: Int) -> Int {
        var shape = shape
        let winograd = isWinograd ? Int(gantry_winograd_scratch_count(cpu, &shape)) : 0
        return max(stripCount(pieces(images: images)) + winograd, isWinograd ? panelCount : 0)
    }

    /// Runs of a window's numbers without a gap: kernel rows, or single pixels.
    private var segments: Int {
        shape.is_dense ? geometry.unit.kernel : geometry.unit.kernel * geometry.unit.kernel
    }

    /// Words of 32 bits of one panel as `gantry_convolve_direct` reads it; of Float32 for Winograd's algorithm.
    private var panelCount: Int {
        let length = geometry.unit.fanIn / segments
        let numbers = isWinograd ? 1 : 4 / Int(gantry_element_size(shape.element))
        return panel * segments * ((length + numbers - 1) / numbers)
    }

    /// Words of packed weights.
    var packedCount: Int { isWinograd ? geometry.weightCount * 4 : geometry.unit.outputChannels / panel * panelCount }

    /// Packs weights: `fill` writes a panel's, [segments, words of a segment, channels of the panel], on any worker.
    func pack(
        into packed: UnsafeMutablePointer<Float>, team: WorkerTeam,
        fill: (
            _ element: Int32, _ segments: Int, _ firstChannel: Int, _ width: Int, _ target: UnsafeMutablePointer<Float>
        ) -> Void
    ) {
        team.forEach(geometry.unit.outputChannels / panel) { scratch, index in
            guard isWinograd else {
                return fill(shape.element, segments, index * panel, panel, packed + index * panelCount)
            }
            fill(Precision.f32.element, segments, index * panel, panel, scratch)
            var shape = shape
            gantry_pack_winograd_panel(cpu, &shape, Int32(index), scratch, packed)
        }
    }

    /// output = weights * source, added to what is there where `adds`. `finish` gets each piece of output pixels as
    /// soon as it is there, on the thread that made it.
    func run(
        _ source: MapSource, packed: UnsafePointer<Float>, images: Int, adds: Bool,
        into output: MapPointer, team: WorkerTeam, finish: (_ piece: Int, _ pixels: Range<Int>) -> Void
    ) {
        let (unit, width) = (geometry.unit, geometry.outputWidth)
        let pieces = pieces(images: images)
        let stripCount = stripCount(pieces)
        team.forEach(pieces.count, scratch: scratchCount(images: images)) { scratch, index in
            let piece = pieces[index]
            var input = strip(source, piece, in: scratch)
            let first = piece.images.lowerBound * geometry.outputPixels + piece.rows.lowerBound * width
            var target = gantry_maps(
                pixels: (output + first * unit.outputChannels).address, element: shape.element,
                images: Int32(piece.images.count), height: Int32(piece.rows.count), width: Int32(width),
                channels: Int32(unit.outputChannels), scale: 1, zero_point: 0, pixel_step: Int64(unit.outputChannels),
                row_step: Int64(width * unit.outputChannels),
                image_step: Int64(geometry.outputPixels * unit.outputChannels))
            var shape = shape
            withUnsafePointer(to: &target) { target in
                let before = adds ? target : nil
                if isWinograd {
                    gantry_convolve_winograd(
                        cpu, &shape, packed, zeros.pointer, &input, before, false, target, nil, scratch + stripCount)
                } else {
                    gantry_convolve_direct(
                        cpu, &shape, packed, nil, zeros.pointer, &input, before, false, target, nil)
                }
            }
            finish(index, first..<first + piece.images.count * piece.rows.count * width)
        }
    }

    /// A piece's input, copied into a strip with a border.
    private func strip(
        _ source: MapSource, _ piece: (images: Range<Int>, rows: Range<Int>),
        in scratch: UnsafeMutablePointer<Float>
    ) -> gantry_maps {
        let unit = geometry.unit
        let rows = stripRows(piece.rows.count)
        var strip = gantry_strip(
            images: Int32(piece.images.count), height: Int32(geometry.inputHeight), width: Int32(geometry.inputWidth),
            channels: Int32(unit.inputChannels), first_row: Int32(piece.rows.lowerBound * unit.stride - geometry.top),
            rows: Int32(rows), border: Int32(unit.padding), pixel_step: Int64(pixelStep))
        let place = MapPointer(scratch, element: shape.element)
        gantry_fill_strip(
            &strip, shape.element,
            (source.maps + piece.images.lowerBound * geometry.inputPixels * unit.inputChannels).address,
            source.norm?.scale, source.norm?.shift, scratch)
        // The last word of a window may reach past the last pixel: what it finds there is multiplied by zero.
        if shape.is_dense { (place + piece.images.count * rows * rowStep).clear(count: 8) }
        let corner = unit.padding * rowStep + (2 * unit.padding - geometry.left) * pixelStep
        return gantry_maps(
            pixels: (place + corner).address, element: shape.element, images: Int32(piece.images.count),
            height: Int32(rows - 2 * unit.padding), width: Int32(geometry.inputWidth),
            channels: Int32(unit.inputChannels), scale: 1, zero_point: 0, pixel_step: Int64(pixelStep),
            row_step: Int64(rowStep), image_step: Int64(rows * rowStep))
    }
}
