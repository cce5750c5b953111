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
    static let largeLayer = 256 << 10

    private let outputBlocks: Pieces
    /// Kernel rows, or input channels of a 1x1 convolution, or all at once.
    private let innerBlocks: Pieces
    private let isLarge: Bool
    /// How the sums are made; it follows from the layer alone.
    private enum Algorithm {
        /// By Winograd's transforms and register tiles.
        case winograd(WinogradWeightGradient)
        /// By register tiles.
        case tiled(TiledWeightGradient)
        /// In OpenBLAS, over patches that are laid out.
        case patches
    }
    private let algorithm: Algorithm

    /// `element`: of the maps.
    init(_ geometry: ConvolutionGeometry, kernels: ConvolutionKernels, element: Int32) {
        self.geometry = geometry
        let unit = geometry.unit
        isLarge = unit.groups == 1 && geometry.weightCount >= Self.largeLayer
        if let winograd = WinogradWeightGradient(geometry, kernels: kernels, element: element) {
            algorithm = .winograd(winograd)
        } else if let tiles = TiledWeightGradient(geometry, kernels: kernels, element: element) {
            algorithm = .tiled(tiles)
        } else {
            algorithm = .patches
        }
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
    var readsThroughNorm: Bool {
        switch algorithm {
        case .winograd: true
        case .tiled(let tiles): tiles.readsThroughNorm
        case .patches: false
        }
    }

    /// Shares of the pixels that are summed apart: output rows, cut.
    private func lanes(images: Int) -> Pieces {
        let blocks = outputBlocks.count * innerBlocks.count
        let rows = images * geometry.outputHeight
        // A share should have enough pixels to be worth a sum of its own.
        let worth = rows * geometry.outputWidth / 512
        return Pieces(rows, count: min(Self.blockCount / blocks, worth))
    }

    /// Whether blocks have a share of the input channels each: of large 1x1 layers.
    private var isCutByChannels: Bool { geometry.unit.kernel == 1 && isLarge }

    /// Whether a block takes patches from the maps as they lie.
    private var readsMaps: Bool { geometry.isPointwise }

    /// Weights of a patch that a block has.
    private func patchWidth(_ inner: Range<Int>) -> Int {
        let unit = geometry.unit
        return isCutByChannels ? inner.count : inner.count * unit.kernel * unit.channelsPerGroup
    }

    private var rowsAtATime: Int {
        let unit = geometry.unit
        let width = unit.kernel == 1 ? unit.channelsPerGroup : unit.fanIn / innerBlocks.count
        return max(1, Self.patchElements / width / geometry.outputWidth)
    }

    /// Floats of scratch that a worker needs.
    func scratchCount(images: Int) -> Int {
        switch algorithm {
        case .winograd(let winograd): return winograd.scratchCount(images: images)
        case .tiled(let tiles): return tiles.scratchCount
        case .patches: break
        }
        guard !readsMaps else { return 0 }
        let rows = min(rowsAtATime, images * geometry.outputHeight)
        let widest = geometry.unit.kernel == 1 ? geometry.unit.channelsPerGroup : geometry.unit.fanIn
        return rows * geometry.outputWidth * widest
    }

    /// Floats of memory for partial sums.
    func partialCount(images: Int) -> Int {
        if case .winograd(let winograd) = algorithm { return winograd.partialCount(images: images) }
        return (lanes(images: images).count - 1) * geometry.weightCount
    }

    /// `weightGradient`, OHWI, is written. `source`, `gradient`: maps of the convolution's input and of the gradient to
    /// its output. `partials`: `partialCount` floats.
    func run(
        _ source: MapSource, gradient: MapPointer, images: Int,
        into weightGradient: UnsafeMutablePointer<Float>, partials: UnsafeMutablePointer<Float>, team: WorkerTeam
    ) {
        if case .winograd(let winograd) = algorithm {
            return winograd.run(
                source, gradient: gradient, images: images, into: weightGradient, partials: partials, team: team)
        }
        let lanes = lanes(images: images)
        let blocks = outputBlocks.count * innerBlocks.count
        let weightCount = geometry.weightCount
        team.forEach(lanes.count * blocks, scratch: scratchCount(images: images)) { scratch, item in
            let (lane, block) = (item / blocks, item % blocks)
            let target = lane == 0 ? weightGradient : partials + (lane - 1) * weightCount
            let (outputs, inner) = (
                outputBlocks[block / innerBlocks.count], innerBlocks[block % innerBlocks.count]
            )
            switch algorithm {
            case .tiled(let tiles):
                let kernel = geometry.unit.kernel
                tiles.sum(
                    lanes[lane], outputs,
                    taps: isCutByChannels ? 0..<1 : inner.lowerBound * kernel..<inner.upperBound * kernel,
                    channels: isCutByChannels ? inner : 0..<geometry.unit.inputChannels, source, gradient,
                    into: target, scratch)
            case .winograd, .patches:
                sum(
                    lanes[lane], outputs: outputs, inner: inner, source.maps.floats, gradient.floats, into: target,
                    scratch)
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
