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

    /// Floats of a strip and its output that are there at a time, about what stays in a second-level cache, and the
    /// pixels that weights are fetched for.
    private static let elements = 160 << 10
    private static let pixels = 196...784
    /// The largest product of channels that Winograd's algorithm is taken for: weights beyond are fetched for too few
    /// tiles.
    private static let largestWinograd = 256 * 256
    /// With fewer input channels, a row of the kernel is one run of numbers.
    private static let fewestChannels = 16

    /// nil where the tiles do not fit: with groups, or a number of output channels that is not whole panels.
    init?(_ geometry: ConvolutionGeometry, kernels: ConvolutionKernels) {
        let unit = geometry.unit
        guard kernels != .openBLAS, unit.groups == 1, unit.kernel <= 7 else { return nil }
        let element = Precision.f32.element
        panel = Int(gantry_panel_width(kernels.cpu, element))
        guard unit.outputChannels % panel == 0 else { return nil }
        self.geometry = geometry
        cpu = kernels.cpu
        isWinograd =
            unit.kernel == 3 && unit.stride == 1 && unit.inputChannels % panel == 0
            && unit.inputChannels * unit.outputChannels <= Self.largestWinograd
        shape = gantry_convolution(
            input_channels: Int32(unit.inputChannels), output_channels: Int32(unit.outputChannels), groups: 1,
            kernel: Int32(unit.kernel), stride: Int32(unit.stride), padding: Int32(unit.padding), element: element,
            is_dense: unit.inputChannels < Self.fewestChannels)
        zeros = ConstantFloats([Float](repeating: 0, count: unit.outputChannels))
    }

    func pieces(images: Int) -> StripPieces {
        let unit = geometry.unit
        let elements = unit.inputChannels * unit.stride * unit.stride + unit.outputChannels
        let pixels = min(max(Self.elements / elements, Self.pixels.lowerBound), Self.pixels.upperBound)
        return StripPieces(
            images: images, height: geometry.outputHeight, width: geometry.outputWidth,
            pixels: isWinograd ? Self.pixels.upperBound : pixels)
    }

    /// Floats from pixel to pixel of a strip: pixels that are a power of two apart would share few cache lines.
    private var pixelStep: Int {
        shape.is_dense ? geometry.unit.inputChannels : (geometry.unit.inputChannels + 31) / 16 * 16
    }
    private var rowStep: Int { (geometry.inputWidth + 2 * geometry.unit.padding) * pixelStep }

    private func stripRows(_ rows: Int) -> Int { (rows - 1) * geometry.unit.stride + geometry.unit.kernel }
    private func stripCount(_ pieces: StripPieces) -> Int {
        // What follows the last pixel is read by no weight but zero.
        (pieces.largest.images * stripRows(pieces.largest.rows) * rowStep + 31) / 16 * 16
    }

    /// Floats of scratch that a worker needs.
    func scratchCount(images: Int) -> Int {
        var shape = shape
        let winograd = isWinograd ? Int(gantry_winograd_scratch_count(cpu, &shape)) : 0
        return max(stripCount(pieces(images: images)) + winograd, isWinograd ? panelCount : 0)
    }

    /// Floats of one panel as `gantry_convolve_direct` reads it.
    private var panelCount: Int { panel * geometry.unit.fanIn }

    /// Floats of packed weights.
    var packedCount: Int { isWinograd ? geometry.weightCount * 4 : geometry.weightCount }

    /// Packs weights: `fill` writes a panel's, [inputs of the window, channels of the panel], on any worker.
    func pack(
        into packed: UnsafeMutablePointer<Float>, team: WorkerTeam,
        fill: (_ firstChannel: Int, _ width: Int, _ target: UnsafeMutablePointer<Float>) -> Void
    ) {
        team.forEach(geometry.unit.outputChannels / panel) { scratch, index in
            guard isWinograd else { return fill(index * panel, panel, packed + index * panelCount) }
            fill(index * panel, panel, scratch)
            var shape = shape
            gantry_pack_winograd_panel(cpu, &shape, Int32(index), scratch, packed)
        }
    }

    /// output = weights * source, added to what is there where `adds`. `finish` gets each piece of output pixels as
    /// soon as it is there, on the thread that made it.
    func run(
        _ source: MapSource, packed: UnsafePointer<Float>, images: Int, adds: Bool,
        into output: UnsafeMutablePointer<Float>, team: WorkerTeam, finish: (_ piece: Int, _ pixels: Range<Int>) -> Void
    ) {
        let (unit, width) = (geometry.unit, geometry.outputWidth)
        let pieces = pieces(images: images)
        let stripCount = stripCount(pieces)
        team.forEach(pieces.count) { scratch, index in
            let piece = pieces[index]
            let rows = stripRows(piece.rows.count)
            var strip = gantry_strip(
                images: Int32(piece.images.count), height: Int32(geometry.inputHeight),
                width: Int32(geometry.inputWidth), channels: Int32(unit.inputChannels),
                first_row: Int32(piece.rows.lowerBound * unit.stride - geometry.top), rows: Int32(rows),
                border: Int32(unit.padding), pixel_step: Int64(pixelStep))
            gantry_fill_strip(
                &strip, source.maps + piece.images.lowerBound * geometry.inputPixels * unit.inputChannels,
                source.norm?.scale, source.norm?.shift, scratch)
            var input = gantry_maps(
                pixels: scratch + unit.padding * rowStep + (2 * unit.padding - geometry.left) * pixelStep,
                element: shape.element,
                images: Int32(piece.images.count), height: Int32(rows - 2 * unit.padding),
                width: Int32(geometry.inputWidth), channels: Int32(unit.inputChannels), scale: 1, zero_point: 0,
                pixel_step: Int64(pixelStep), row_step: Int64(rowStep), image_step: Int64(rows * rowStep))
            let first = piece.images.lowerBound * geometry.outputPixels + piece.rows.lowerBound * width
            var target = gantry_maps(
                pixels: output + first * unit.outputChannels, element: shape.element,
                images: Int32(piece.images.count), height: Int32(piece.rows.count), width: Int32(width),
                channels: Int32(unit.outputChannels), scale: 1, zero_point: 0, pixel_step: Int64(unit.outputChannels),
                row_step: Int64(width * unit.outputChannels),
                image_step: Int64(geometry.outputPixels * unit.outputChannels))
            var shape = shape
            withUnsafePointer(to: &target) { target in
                let before = adds ? target : nil
                if isWinograd {
                    gantry_convolve_winograd(
                        cpu, &shape, packed, zeros.pointer, &input, before, false, target, scratch + stripCount)
                } else {
                    gantry_convolve_direct(cpu, &shape, packed, nil, zeros.pointer, &input, before, false, target)
                }
            }
            finish(index, first..<first + piece.images.count * piece.rows.count * width)
        }
    }
}
