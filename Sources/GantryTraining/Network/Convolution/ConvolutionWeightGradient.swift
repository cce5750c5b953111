import CGantryKernels
import GantryCore
import GantryInference

/// The third of a convolution's three operations: the gradient to its weights, a product over all pixels of a batch.
///
/// Large layers are cut by output channels and by kernel rows or input channels, and each block is summed over the
/// pixels in their order. Small ones, of which there would be too few blocks, are cut by pixels too; the partial sums
/// are added in order.
struct ConvolutionWeightGradient {
    let geometry: ConvolutionGeometry

    /// Blocks that a layer should be cut into.
    private static let blockCount = 8
    /// Elements of patches that are laid out at a time.
    private static let patchElements = 512 << 10
    /// Output channels, and input channels of a 1x1 convolution, of a block.
    private static let blockChannels = 256
    /// Weights from which a layer is cut by kernel rows.
    private static let largeLayer = 256 << 10

    private let outputBlocks: Pieces
    /// Kernel rows, or input channels of a 1x1 convolution, or all at once.
    private let innerBlocks: Pieces
    private let isLarge: Bool
    /// The register tiles' instruction set and the width of their panels, where they fit: without groups and with whole
    /// panels of input channels. Otherwise patches are laid out, and OpenBLAS multiplies.
    private let tiles: (cpu: Int32, panel: Int)?
    /// Pixels that the tiles sum at a time.
    private static let tilePixels = 256

    init(_ geometry: ConvolutionGeometry, kernels: ConvolutionKernels) {
        self.geometry = geometry
        let panel = Int(gantry_panel_width(kernels.cpu, Precision.f32.element))
        let fits = kernels != .openBLAS && geometry.unit.groups == 1 && geometry.unit.inputChannels % panel == 0
        tiles = fits ? (kernels.cpu, panel) : nil
        let unit = geometry.unit
        isLarge = unit.groups == 1 && geometry.weightCount >= Self.largeLayer
        if unit.groups > 1 {
            outputBlocks = Pieces(unit.groups, count: unit.groups)
            innerBlocks = Pieces(unit.kernel, count: 1)
        } else if isLarge {
            outputBlocks = Pieces(unit.outputChannels, count: (unit.outputChannels + 255) / Self.blockChannels)
            innerBlocks =
                unit.kernel == 1
                ? Pieces(
                    unit.inputChannels,
                    count: unit.inputChannels % Self.blockChannels == 0 ? unit.inputChannels / Self.blockChannels : 1)
                : Pieces(unit.kernel, count: unit.kernel)
        } else {
            outputBlocks = Pieces(unit.outputChannels, count: 1)
            innerBlocks = Pieces(unit.kernel, count: 1)
        }
    }

    /// Whether it can read a batch norm's output that is not written.
    var readsThroughNorm: Bool { tiles != nil }

    /// Shares of the pixels that are summed apart: output rows, cut.
    private func lanes(images: Int) -> Pieces {
        let blocks = outputBlocks.count * innerBlocks.count
        let rows = images * geometry.outputHeight
        // A share should have enough pixels to be worth a sum of its own.
        let worth = rows * geometry.outputWidth / 512
        return Pieces(rows, count: min(Self.blockCount / blocks, worth))
    }

    /// Whether a block takes patches from the maps as they lie.
    private var readsMaps: Bool { geometry.isPointwise }

    /// Weights of a patch that a block has.
    private func patchWidth(_ inner: Range<Int>) -> Int {
        let unit = geometry.unit
        return unit.kernel == 1 && isLarge ? inner.count : inner.count * unit.kernel * unit.channelsPerGroup
    }

    private var rowsAtATime: Int {
        let unit = geometry.unit
        if tiles != nil { return max(1, Self.tilePixels / geometry.outputWidth) }
        let width = unit.kernel == 1 ? unit.channelsPerGroup : unit.fanIn / innerBlocks.count
        return max(1, Self.patchElements / width / geometry.outputWidth)
    }

    /// Floats of scratch that a worker needs.
    func scratchCount(images: Int) -> Int {
        if tiles != nil { return rowsAtATime * geometry.outputWidth * geometry.unit.inputChannels }
        guard !readsMaps else { return 0 }
        let rows = min(rowsAtATime, images * geometry.outputHeight)
        let widest = geometry.unit.kernel == 1 ? geometry.unit.channelsPerGroup : geometry.unit.fanIn
        return rows * geometry.outputWidth * widest
    }

    /// Floats of memory for partial sums.
    func partialCount(images: Int) -> Int { (lanes(images: images).count - 1) * geometry.weightCount }

    /// `weightGradient`, OHWI, is written. `source`, `gradient`: maps of the convolution's input and of the gradient to
    /// its output. `partials`: `partialCount` floats.
    func run(
        _ source: MapSource, gradient: UnsafePointer<Float>, images: Int,
        into weightGradient: UnsafeMutablePointer<Float>, partials: UnsafeMutablePointer<Float>, team: WorkerTeam
    ) {
        let lanes = lanes(images: images)
        let blocks = outputBlocks.count * innerBlocks.count
        let weightCount = geometry.weightCount
        team.forEach(lanes.count * blocks) { scratch, item in
            let (lane, block) = (item / blocks, item % blocks)
            let target = lane == 0 ? weightGradient : partials + (lane - 1) * weightCount
            let (outputs, inner) = (
                outputBlocks[block / innerBlocks.count], innerBlocks[block % innerBlocks.count]
            )
            if let tiles {
                sum(tiles, lanes[lane], outputs, inner, source, gradient, into: target, scratch)
            } else {
                sum(lanes[lane], outputs: outputs, inner: inner, source.maps, gradient, into: target, scratch)
            }
        }
        guard lanes.count > 1 else { return }
        let shares = Pieces(weightCount, size: 16 << 10)
        team.forEach(shares.count) { _, share in
            let range = shares[share]
            for lane in 1..<lanes.count {
                gantry_add(
                    partials + (lane - 1) * weightCount + range.lowerBound, Int64(range.count),
                    weightGradient + range.lowerBound)
            }
        }
    }

    /// One block's sum over the output rows `rows`, by register tiles: tap by tap, the pixels under some hundred output
    /// pixels are packed into panels.
    private func sum(
        _ tiles: (cpu: Int32, panel: Int), _ rows: Range<Int>, _ outputs: Range<Int>, _ inner: Range<Int>,
        _ source: MapSource, _ gradient: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        let (unit, width) = (geometry.unit, geometry.outputWidth)
        let isCutByChannels = unit.kernel == 1 && isLarge
        let channels = isCutByChannels ? inner : 0..<unit.inputChannels
        let tapRange = isCutByChannels ? 0..<1 : inner.lowerBound * unit.kernel..<inner.upperBound * unit.kernel
        var taps = geometry.taps(group: 0)
        taps.first_channel = Int32(channels.lowerBound)
        taps.patch_channels = Int32(channels.count)
        for firstRow in stride(from: rows.lowerBound, to: rows.upperBound, by: rowsAtATime) {
            let count = min(rowsAtATime, rows.upperBound - firstRow)
            for tap in tapRange {
                gantry_pack_pixels(
                    &taps, Int64(firstRow), Int64(count), Int32(tap), source.norm?.scale, source.norm?.shift,
                    Int32(tiles.panel), source.maps, scratch)
                gantry_sum_weight_gradient(
                    tiles.cpu, gradient + firstRow * width * unit.outputChannels + outputs.lowerBound,
                    Int64(unit.outputChannels), Int32(outputs.count), scratch, Int32(channels.count / tiles.panel),
                    Int32(count * width), firstRow > rows.lowerBound,
                    target + outputs.lowerBound * unit.fanIn + tap * unit.inputChannels + channels.lowerBound,
                    Int64(unit.fanIn))
            }
        }
    }

    /// One block's sum over the output rows `rows`, by products of matrices.
    private func sum(
        _ rows: Range<Int>, outputs: Range<Int>, inner: Range<Int>, _ input: UnsafePointer<Float>,
        _ gradient: UnsafePointer<Float>, into target: UnsafeMutablePointer<Float>,
        _ scratch: UnsafeMutablePointer<Float>
    ) {
        let (unit, width) = (geometry.unit, geometry.outputWidth)
        let isGrouped = unit.groups > 1
        let group = isGrouped ? outputs.lowerBound : 0
        let firstOutput = isGrouped ? group * geometry.outputsPerGroup : outputs.lowerBound
        let outputCount = isGrouped ? outputs.count * geometry.outputsPerGroup : outputs.count
        let isCutByChannels = unit.kernel == 1 && isLarge
        let firstWeight = isCutByChannels ? inner.lowerBound : inner.lowerBound * unit.kernel * unit.channelsPerGroup
        let columns = patchWidth(inner)
        var taps = geometry.taps(group: group)
        if isCutByChannels {
            taps.first_channel = Int32(inner.lowerBound)
            taps.patch_channels = Int32(inner.count)
        }
        let tapRows = isCutByChannels ? 0..<1 : inner
        let step = readsMaps ? rows.count : rowsAtATime
        for firstRow in stride(from: rows.lowerBound, to: rows.upperBound, by: step) {
            let count = min(step, rows.upperBound - firstRow)
            let patches: OpenBLAS.Matrix
            if readsMaps {
                patches = OpenBLAS.Matrix(
                    input + firstRow * width * unit.inputChannels + Int(taps.first_channel), stride: unit.inputChannels)
            } else {
                gantry_gather_patches(
                    &taps, Int64(firstRow), Int64(count), Int32(tapRows.lowerBound), Int32(tapRows.count), input,
                    scratch)
                patches = OpenBLAS.Matrix(scratch, stride: columns)
            }
            OpenBLAS.multiply(
                OpenBLAS.Matrix(
                    transposing: gradient + firstRow * width * unit.outputChannels + firstOutput,
                    stride: unit.outputChannels),
                patches, adds: firstRow > rows.lowerBound, into: target + firstOutput * unit.fanIn + firstWeight,
                outputStride: unit.fanIn, rows: outputCount, inner: count * width, columns: columns)
        }
    }
}
