import CGantryKernels
import GantryInference

/// The first of a convolution's three operations: output = weights * input, for a batch.
///
/// Maps are rows of channels (NHWC), weights OHWI: a piece of the output's pixels is the product of their patches and
/// the transposed weights. The pixels of several images follow each other, so that small maps make large products.
struct ConvolutionForward {
    let geometry: ConvolutionGeometry
    /// The register tiles, where they fit; otherwise patches are laid out, and OpenBLAS multiplies.
    private let tiles: TiledConvolution?

    /// `element`: of the maps.
    init(geometry: ConvolutionGeometry, kernels: ConvolutionKernels, element: Int32) {
        self.geometry = geometry
        tiles = TiledConvolution(geometry, kernels: kernels, element: element)
    }

    /// Whether it can read a batch norm's output that is not written.
    var readsThroughNorm: Bool { tiles != nil }

    /// Elements of patches that are laid out at a time: about what stays in a second-level cache.
    private static let patchElements = 256 << 10
    /// Weights are made ready anew for every product: it should be worth it.
    private static let pixels = 256...1024

    /// Pieces that the output is cut into.
    func pieceCount(images: Int) -> Int { tiles?.pieces(images: images).count ?? pieces(images: images).count }

    /// The output rows of `images` images, cut for products of matrices.
    private func pieces(images: Int) -> Pieces {
        let (unit, width) = (geometry.unit, geometry.outputWidth)
        let inner = geometry.isPointwise ? max(unit.fanIn, unit.outputChannels) : unit.fanIn
        let pixels = min(max(Self.patchElements / inner, Self.pixels.lowerBound), Self.pixels.upperBound)
        return Pieces(images * geometry.outputHeight, size: max(1, pixels / width))
    }

    /// Floats of scratch that a worker needs.
    func scratchCount(images: Int) -> Int {
        if let tiles { return tiles.scratchCount(images: images) }
        guard !geometry.isPointwise else { return 0 }
        let pieces = pieces(images: images)
        return ((pieces.total + pieces.count - 1) / pieces.count) * geometry.outputWidth * geometry.unit.fanIn
    }

    /// Floats of memory for packed weights.
    var packedCount: Int { tiles?.packedCount ?? 0 }

    /// `source`: [images, height, width, channels]; `output` likewise, added to where `adds`. `packed`: `packedCount`
    /// floats. `finish` gets each piece of output pixels as soon as it is there, on the thread that made it.
    func run(
        _ source: MapSource, weights: UnsafePointer<Float>, images: Int, adds: Bool = false,
        into output: MapPointer, packed: UnsafeMutablePointer<Float>, team: WorkerTeam,
        finish: (_ piece: Int, _ pixels: Range<Int>) -> Void
    ) {
        guard let tiles else {
            return multiply(source.maps.floats, weights, images, adds, into: output.floats, team, finish)
        }
        let fanIn = geometry.unit.fanIn
        tiles.pack(into: packed, team: team) { element, segments, first, width, target in
            gantry_pack_rows(
                element, weights + first * fanIn, Int32(segments), Int32(fanIn / segments), Int32(width), target)
        }
        tiles.run(source, packed: packed, images: images, adds: adds, into: output, team: team, finish: finish)
    }

    private func multiply(
        _ input: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ images: Int, _ adds: Bool,
        into output: UnsafeMutablePointer<Float>, _ team: WorkerTeam, _ finish: (Int, Range<Int>) -> Void
    ) {
        let (unit, width) = (geometry.unit, geometry.outputWidth)
        let (inputs, outputs) = (unit.channelsPerGroup, geometry.outputsPerGroup)
        let pieces = pieces(images: images)
        team.forEach(pieces.count, scratch: scratchCount(images: images)) { scratch, piece in
            let rows = pieces[piece]
            let (first, count) = (rows.lowerBound * width, rows.count * width)
            for group in 0..<unit.groups {
                var patches = OpenBLAS.Matrix(
                    input + first * unit.inputChannels + group * inputs, stride: unit.inputChannels)
                if !geometry.isPointwise {
                    var taps = geometry.taps(group: group)
                    gantry_gather_patches(
                        &taps, Int64(rows.lowerBound), Int64(rows.count), 0, Int32(unit.kernel), input, scratch)
                    patches = OpenBLAS.Matrix(scratch, stride: unit.fanIn)
                }
                OpenBLAS.multiply(
                    patches,
                    OpenBLAS.Matrix(transposing: weights + group * outputs * unit.fanIn, stride: unit.fanIn),
                    adds: adds, into: output + first * unit.outputChannels + group * outputs,
                    outputStride: unit.outputChannels, rows: count, inner: unit.fanIn, columns: outputs)
            }
            finish(piece, first..<first + count)
        }
    }
}
