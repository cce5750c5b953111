import CGantryKernels
import GantryCore
import GantryInference

/// The gradient to the input of a convolution with a stride, by register tiles.
///
/// An input pixel at (y, x) of stride s sees the taps (ky, kx) with y + top = ky and x + left = kx modulo s,
/// each at one output pixel. Pixels with the same remainders, a phase, lie on a grid: what a tap gives them is a 1x1
/// convolution of the gradient, and those of a phase are added in the order of the taps.
struct PhasedInputGradient {
    private let geometry: ConvolutionGeometry
    private let cpu: Int32
    private let panel: Int
    private let shape: gantry_convolution
    private let zeros: ConstantFloats

    /// Those that a piece's rows are whole strides of.
    static let strides = [1, 2, 4]
    /// Floats of a piece, and its pixels.
    private static let elements = 160 << 10
    private static let pixels = 196...784

    /// nil where the tiles do not fit: with groups, or a number of input channels that is not whole panels.
    /// `element`: of the maps.
    init?(_ geometry: ConvolutionGeometry, kernels: ConvolutionKernels, element: Int32) {
        let unit = geometry.unit
        guard kernels != .openBLAS, unit.groups == 1 else { return nil }
        panel = Int(gantry_panel_width(kernels.cpu, element))
        // Pieces of rows begin with a whole stride.
        guard unit.inputChannels % panel == 0, Self.strides.contains(unit.stride) else { return nil }
        self.geometry = geometry
        cpu = kernels.cpu
        shape = gantry_convolution(
            input_channels: Int32(unit.outputChannels), output_channels: Int32(unit.inputChannels), groups: 1,
            kernel: 1, stride: 1, padding: 0, element: element, is_dense: false, transforms_late: false,
            has_small_fours: false)
        zeros = ConstantFloats([Float](repeating: 0, count: unit.inputChannels))
    }

    /// Of the input's rows.
    func pieces(images: Int) -> StripPieces {
        let unit = geometry.unit
        let elements = unit.inputChannels + unit.outputChannels / (unit.stride * unit.stride)
        return StripPieces(
            images: images, height: geometry.inputHeight, width: geometry.inputWidth,
            pixels: min(max(Self.elements / elements, Self.pixels.lowerBound), Self.pixels.upperBound))
    }

    private var pixelStep: Int {
        let line = 64 / Int(gantry_element_size(shape.element))
        return (geometry.unit.outputChannels + 2 * line - 1) / line * line
    }
    /// Gradient pixels beside, above and below those of a phase that its taps can reach.
    private var border: Int { (geometry.unit.kernel + geometry.unit.stride - 1) / geometry.unit.stride }
    private var rowStep: Int { (geometry.outputWidth + 2 * border) * pixelStep }

    /// The gradient's rows that input rows see.
    private func stripRows(_ rows: Range<Int>) -> Range<Int> {
        rows.lowerBound / geometry.unit.stride
            - border..<max((rows.upperBound + geometry.unit.stride - 1) / geometry.unit.stride + border, 0)
    }

    /// Floats of scratch that a worker needs.
    func scratchCount(images: Int) -> Int {
        let largest = pieces(images: images).largest
        return largest.images * (largest.rows / geometry.unit.stride + 2 * border + 2) * rowStep + 32
    }

    /// Words of 32 bits that hold one number of each output channel.
    private var wordsOfOutputs: Int {
        let numbers = 4 / Int(gantry_element_size(shape.element))
        return (geometry.unit.outputChannels + numbers - 1) / numbers
    }

    /// As `ConvolutionInputGradient.run`; `packed`: as many floats as there are weights.
    func run(
        _ gradient: MapPointer, weights: UnsafePointer<Float>, images: Int, adds: Bool,
        into inputGradient: MapPointer, packed: UnsafeMutablePointer<Float>, team: WorkerTeam,
        finish: (_ piece: Int, _ pixels: Range<Int>) -> Void
    ) {
        let unit = geometry.unit
        let (area, panels) = (unit.kernel * unit.kernel, unit.inputChannels / panel)
        team.forEach(area * panels) { _, item in
            var tap = Int32(item / panels)
            gantry_pack_turned(
                shape.element, weights, Int32(unit.outputChannels), Int32(area), Int32(unit.inputChannels),
                Int32(item % panels * panel), &tap, 1, Int32(panel), packed + item * panel * wordsOfOutputs)
        }
        let pieces = pieces(images: images)
        team.forEach(pieces.count, scratch: scratchCount(images: images)) { scratch, index in
            let piece = pieces[index]
            let stripRows = stripRows(piece.rows)
            var strip = gantry_strip(
                images: Int32(piece.images.count), height: Int32(geometry.outputHeight),
                width: Int32(geometry.outputWidth), channels: Int32(unit.outputChannels),
                first_row: Int32(stripRows.lowerBound), rows: Int32(stripRows.count), border: Int32(border),
                pixel_step: Int64(pixelStep))
            gantry_fill_strip(
                &strip, shape.element,
                (gradient + piece.images.lowerBound * geometry.outputPixels * unit.outputChannels).address, nil, nil,
                scratch)
            let first = piece.images.lowerBound * geometry.inputPixels + piece.rows.lowerBound * geometry.inputWidth
            let target = inputGradient + first * unit.inputChannels
            for phase in 0..<unit.stride * unit.stride {
                run(
                    phase: (phase / unit.stride, phase % unit.stride), piece,
                    strip: MapPointer(scratch, element: shape.element), stripRows, packed,
                    adds: adds, into: target)
            }
            finish(index, first..<first + piece.images.count * piece.rows.count * geometry.inputWidth)
        }
    }

    /// The pixels of a piece whose row and column leave the remainders `phase`. `target`: the piece's first pixel.
    private func run(
        phase: (y: Int, x: Int), _ piece: (images: Range<Int>, rows: Range<Int>), strip: MapPointer,
        _ stripRows: Range<Int>, _ packed: UnsafePointer<Float>, adds: Bool, into target: MapPointer
    ) {
        let (unit, channels) = (geometry.unit, geometry.unit.inputChannels)
        let (height, width) = (
            (piece.rows.count - phase.y + unit.stride - 1) / unit.stride,
            (geometry.inputWidth - phase.x + unit.stride - 1) / unit.stride
        )
        guard height > 0, width > 0 else { return }
        let (rowStep, pixelStep) = (rowStep, pixelStep)
        var output = gantry_maps(
            pixels: (target + (phase.y * geometry.inputWidth + phase.x) * channels).address, element: shape.element,
            images: Int32(piece.images.count), height: Int32(height), width: Int32(width), channels: Int32(channels),
            scale: 1, zero_point: 0, pixel_step: Int64(unit.stride * channels),
            row_step: Int64(unit.stride * geometry.inputWidth * channels),
            image_step: Int64(geometry.inputPixels * channels))
        var isFirst = true
        for tap in 0..<unit.kernel * unit.kernel {
            // Where the phase's first pixel finds the tap's output pixel, times the stride.
            let y = phase.y + geometry.top - tap / unit.kernel
            let x = phase.x + geometry.left - tap % unit.kernel
            guard y % unit.stride == 0, x % unit.stride == 0 else { continue }
            let row = piece.rows.lowerBound / unit.stride + y / unit.stride - stripRows.lowerBound
            var input = gantry_maps(
                pixels: (strip + row * rowStep + (border + x / unit.stride) * pixelStep).address,
                element: shape.element,
                images: Int32(piece.images.count), height: Int32(height), width: Int32(width),
                channels: Int32(unit.outputChannels), scale: 1, zero_point: 0, pixel_step: Int64(pixelStep),
                row_step: Int64(rowStep), image_step: Int64(stripRows.count * rowStep))
            var shape = shape
            withUnsafePointer(to: &output) { output in
                gantry_convolve_direct(
                    cpu, &shape, packed + tap * channels * wordsOfOutputs, nil, zeros.pointer, &input,
                    adds || !isFirst ? output : nil, false, output, nil)
            }
            isFirst = false
        }
        guard isFirst, !adds else { return }
        // No tap reaches these pixels.
        for image in 0..<piece.images.count {
            for y in 0..<height {
                for x in 0..<width {
                    let pixel =
                        phase.y * geometry.inputWidth + phase.x + image * geometry.inputPixels
                        + (y * geometry.inputWidth + x) * unit.stride
                    (target + pixel * channels).clear(count: channels)
                }
            }
        }
    }
}
