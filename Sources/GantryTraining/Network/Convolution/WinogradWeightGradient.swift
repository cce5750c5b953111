import CGantryKernels
import GantryCore
import GantryInference

/// The gradient to the weights of a 3x3 convolution by Winograd's transforms: 36 products of numbers for 16 output
/// pixels instead of 144.
///
/// Some images at a time, all their tiles are transformed, and then each of 36 planes is a product of matrices; the
/// sums of all images are transformed once, at the end.
struct WinogradWeightGradient {
    private let geometry: ConvolutionGeometry
    private let cpu: Int32
    private let element: Int32
    private let panel: Int

    /// Planes of a transform.
    private static let planes = 36
    /// Rows and columns of a tile's output.
    private static let side = 4
    /// Floats of transformed tiles that are there at a time: about what stays in a third-level cache.
    private static let floats = 3 << 20
    /// The largest product of channels: sums beyond, four times as large as the weights, do not stay in a cache.
    private static let largest = 256 * 256
    /// Pixels of a strip.
    private static let pixels = 784

    /// nil where it does not fit or does not pay: another window, channels that are not whole panels, or too many, or
    /// maps smaller than a tile.
    init?(_ geometry: ConvolutionGeometry, kernels: ConvolutionKernels, element: Int32) {
        let unit = geometry.unit
        guard kernels != .openBLAS, unit.groups == 1, unit.kernel == 3, unit.stride == 1, unit.padding == 1 else {
            return nil
        }
        panel = Int(gantry_panel_width(kernels.cpu, Precision.f32.element))
        guard unit.inputChannels % panel == 0, unit.outputChannels % panel == 0,
            unit.inputChannels * unit.outputChannels <= Self.largest, geometry.hasWinogradTile
        else { return nil }
        self.geometry = geometry
        self.element = element
        cpu = kernels.cpu
    }

    private var tilesAcross: Int { (geometry.outputWidth + Self.side - 1) / Self.side }
    private var tilesOfImage: Int { (geometry.outputHeight + Self.side - 1) / Self.side * tilesAcross }
    /// Floats from tile to tile of the transformed gradients.
    private var gradientStep: Int { Int(gantry_winograd_gradient_step(cpu, Int32(geometry.unit.outputChannels))) }
    /// Floats from output to output of the sums.
    private var sumStep: Int { geometry.unit.inputChannels + 16 }

    /// Images whose tiles are there at a time.
    private func imagesAtATime(_ images: Int) -> Int {
        let floats = Self.planes * (geometry.unit.inputChannels + gradientStep) * tilesOfImage
        return min(max(Self.floats / floats, 1), images)
    }

    /// Floats of memory for transformed inputs, transformed gradients, and sums.
    private func counts(images: Int) -> (inputs: Int, gradients: Int, sums: Int) {
        let tiles = imagesAtATime(images) * tilesOfImage
        return (
            Self.planes * tiles * geometry.unit.inputChannels, Self.planes * tiles * gradientStep,
            Self.planes * geometry.unit.outputChannels * sumStep
        )
    }

    /// Floats of memory that is shared.
    func partialCount(images: Int) -> Int {
        let counts = counts(images: images)
        return counts.inputs + counts.gradients + counts.sums
    }

    private func pieces(images: Int) -> StripPieces {
        StripPieces(
            images: images, height: geometry.outputHeight, width: geometry.outputWidth, pixels: Self.pixels)
    }

    private var pixelStep: Int {
        let line = 64 / Int(gantry_element_size(element))
        return (geometry.unit.inputChannels + 2 * line - 1) / line * line
    }
    private var rowStep: Int { (geometry.inputWidth + 2) * pixelStep }

    /// Floats of the largest strip of so many images.
    private func stripCount(images: Int) -> Int {
        let largest = pieces(images: images).largest
        return largest.images * (largest.rows + 2) * rowStep * Int(gantry_element_size(element)) / 4 + 32
    }

    /// Floats of scratch that a worker needs.
    func scratchCount(images: Int) -> Int {
        let step = imagesAtATime(images)
        // What is left over in the end is fewer images, which may be cut into fewer pieces.
        return max(stripCount(images: step), images % step == 0 ? 0 : stripCount(images: images % step))
    }

    /// As `ConvolutionWeightGradient.run`.
    func run(
        _ source: MapSource, gradient: MapPointer, images: Int, into weightGradient: UnsafeMutablePointer<Float>,
        partials: UnsafeMutablePointer<Float>, team: WorkerTeam
    ) {
        let unit = geometry.unit
        let counts = counts(images: images)
        let (inputs, gradients) = (partials, partials + counts.inputs)
        let sums = gradients + counts.gradients
        let step = imagesAtATime(images)
        for first in stride(from: 0, to: images, by: step) {
            let range = first..<min(first + step, images)
            transform(source, gradient, range, inputs, gradients, team)
            let tiles = range.count * tilesOfImage
            team.forEach(Self.planes) { _, plane in
                gantry_sum_weight_gradient(
                    cpu, Precision.f32.element, gradients + plane * tiles * gradientStep, Int64(gradientStep),
                    Int32(unit.outputChannels), inputs + plane * tiles * unit.inputChannels,
                    Int32(unit.inputChannels / panel), Int32(tiles), first > 0,
                    sums + plane * unit.outputChannels * sumStep, Int64(sumStep))
            }
        }
        team.forEach(unit.outputChannels) { _, output in
            gantry_winograd_gradient_sums(
                cpu, sums + output * sumStep, Int64(unit.outputChannels * sumStep), Int32(unit.inputChannels),
                weightGradient + output * unit.fanIn)
        }
    }

    /// Transforms the tiles of some images.
    private func transform(
        _ source: MapSource, _ gradient: MapPointer, _ images: Range<Int>, _ inputs: UnsafeMutablePointer<Float>,
        _ gradients: UnsafeMutablePointer<Float>, _ team: WorkerTeam
    ) {
        let (unit, width) = (geometry.unit, geometry.outputWidth)
        let (pieces, tiles) = (pieces(images: images.count), images.count * tilesOfImage)
        team.forEach(pieces.count, scratch: stripCount(images: images.count)) { scratch, index in
            let piece = pieces[index]
            let (image, rows) = (images.lowerBound + piece.images.lowerBound, piece.rows.count + 2)
            var strip = gantry_strip(
                images: Int32(piece.images.count), height: Int32(geometry.inputHeight),
                width: Int32(geometry.inputWidth), channels: Int32(unit.inputChannels),
                first_row: Int32(piece.rows.lowerBound - 1), rows: Int32(rows), border: 1,
                pixel_step: Int64(pixelStep))
            gantry_fill_strip(
                &strip, element, (source.maps + image * geometry.inputPixels * unit.inputChannels).address,
                source.norm?.scale, source.norm?.shift, scratch)
            var input = gantry_maps(
                pixels: (MapPointer(scratch, element: element) + rowStep + pixelStep).address, element: element,
                images: Int32(piece.images.count), height: Int32(piece.rows.count), width: Int32(width),
                channels: Int32(unit.inputChannels), scale: 1, zero_point: 0, pixel_step: Int64(pixelStep),
                row_step: Int64(rowStep), image_step: Int64(rows * rowStep))
            let pixel = image * geometry.outputPixels + piece.rows.lowerBound * width
            var output = gantry_maps(
                pixels: (gradient + pixel * unit.outputChannels).address, element: element,
                images: Int32(piece.images.count), height: Int32(piece.rows.count), width: Int32(width),
                channels: Int32(unit.outputChannels), scale: 1, zero_point: 0,
                pixel_step: Int64(unit.outputChannels), row_step: Int64(width * unit.outputChannels),
                image_step: Int64(geometry.outputPixels * unit.outputChannels))
            let tile =
                piece.images.lowerBound * tilesOfImage + piece.rows.lowerBound / Self.side * tilesAcross
            gantry_winograd_gradient_tiles(cpu, &input, &output, Int64(tile), Int64(tiles), inputs, gradients)
        }
    }
}
