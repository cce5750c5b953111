import CGantryKernels
import GantryInference

/// The second of a convolution's three operations: the gradient to its input from that to its output, for a batch.
struct ConvolutionInputGradient {
    /// How it is computed; it follows from the layer alone.
    private enum Algorithm {
        /// With stride 1, a convolution of the gradient with the kernel turned around, by register tiles.
        case tiled(TiledConvolution)
        /// With a larger stride, a sum of 1x1 convolutions for each phase of it, by register tiles.
        case phases(PhasedInputGradient)
        /// In OpenBLAS: a product of the gradient and the weights.
        case pointwise
        /// As `tiled`.
        case turned(ConvolutionForward)
        /// Gradients of patches, added where the patches were taken from, image by image.
        case scattered
    }

    let geometry: ConvolutionGeometry
    private let algorithm: Algorithm

    /// Elements of patches' gradients that are there at a time.
    private static let patchElements = 256 << 10
    private static let pixels = 256...1024

    /// `element`: of the maps.
    init(_ geometry: ConvolutionGeometry, kernels: ConvolutionKernels, element: Int32) {
        self.geometry = geometry
        let unit = geometry.unit
        let isTurnable = unit.stride == 1 && unit.kernel % 2 == 1
        let turned = ConvolutionGeometry(
            unit: ConvolutionUnit(
                name: unit.name, batchNorm: unit.batchNorm, inputChannels: unit.outputChannels,
                outputChannels: unit.inputChannels, kernel: unit.kernel, stride: 1, groups: unit.groups),
            inputHeight: geometry.outputHeight, inputWidth: geometry.outputWidth)
        if isTurnable, let tiles = TiledConvolution(turned, kernels: kernels, element: element) {
            algorithm = .tiled(tiles)
        } else if !isTurnable, let phases = PhasedInputGradient(geometry, kernels: kernels, element: element) {
            algorithm = .phases(phases)
        } else if geometry.isPointwise {
            algorithm = .pointwise
        } else if isTurnable {
            algorithm = .turned(ConvolutionForward(geometry: turned, kernels: .openBLAS, element: element))
        } else {
            algorithm = .scattered
        }
    }

    /// Pieces that the input is cut into: `finish` is called for each.
    func pieceCount(images: Int) -> Int {
        switch algorithm {
        case .tiled(let tiles): tiles.pieces(images: images).count
        case .phases(let phases): phases.pieces(images: images).count
        case .turned(let forward): forward.pieceCount(images: images)
        case .pointwise, .scattered: pieces(images: images).count
        }
    }

    /// The input's rows, or its images, cut for products of matrices.
    private func pieces(images: Int) -> Pieces {
        switch algorithm {
        case .pointwise:
            let elements = max(geometry.unit.inputChannels, geometry.unit.outputChannels)
            let pixels = min(max(Self.patchElements / elements, Self.pixels.lowerBound), Self.pixels.upperBound)
            return Pieces(images * geometry.inputHeight, size: max(1, pixels / geometry.inputWidth))
        default: return Pieces(images, size: max(1, Self.pixels.lowerBound / geometry.outputPixels))
        }
    }

    /// Output rows that are taken at a time where patches are scattered.
    private var rowsAtATime: Int {
        let pixels = min(max(Self.patchElements / geometry.unit.fanIn, Self.pixels.lowerBound), Self.pixels.upperBound)
        return max(1, pixels / geometry.outputWidth)
    }

    /// Floats of scratch that a worker needs.
    func scratchCount(images: Int) -> Int {
        switch algorithm {
        case .tiled(let tiles): tiles.scratchCount(images: images)
        case .phases(let phases): phases.scratchCount(images: images)
        case .pointwise: 0
        case .turned(let forward): forward.scratchCount(images: images)
        case .scattered: rowsAtATime * geometry.outputWidth * geometry.unit.fanIn
        }
    }

    /// Floats of memory for weights in another order.
    var packedCount: Int {
        switch algorithm {
        case .tiled(let tiles): tiles.packedCount
        case .phases, .turned: geometry.weightCount
        case .pointwise, .scattered: 0
        }
    }

    /// `gradient`: [images, output height, output width, output channels]; `inputGradient`: the input's size, added to
    /// where `adds`. `finish` gets each piece of its pixels as soon as it is there, on the thread that made it.
    /// `packed`: `packedCount` floats.
    func run(
        _ gradient: MapPointer, weights: UnsafePointer<Float>, images: Int, adds: Bool,
        into inputGradient: MapPointer, packed: UnsafeMutablePointer<Float>, team: WorkerTeam,
        finish: (_ piece: Int, _ pixels: Range<Int>) -> Void
    ) {
        switch algorithm {
        case .tiled(let tiles):
            let area = geometry.unit.kernel * geometry.unit.kernel
            let taps = (0..<Int32(area)).reversed().map { $0 }
            tiles.pack(into: packed, team: team) { element, _, first, width, target in
                gantry_pack_turned(
                    element, weights, Int32(geometry.unit.outputChannels), Int32(area),
                    Int32(geometry.unit.inputChannels),
                    Int32(first), taps, Int32(area), Int32(width), target)
            }
            tiles.run(
                MapSource(gradient), packed: packed, images: images, adds: adds, into: inputGradient, team: team,
                finish: finish)
        case .phases(let phases):
            phases.run(
                gradient, weights: weights, images: images, adds: adds, into: inputGradient, packed: packed, team: team,
                finish: finish)
        case .pointwise:
            multiply(gradient.floats, weights, images, adds, into: inputGradient.floats, team, finish)
        case .turned(let forward):
            turn(weights, into: packed, team)
            forward.run(
                MapSource(gradient), weights: packed, images: images, adds: adds, into: inputGradient, packed: packed,
                team: team, finish: finish)
        case .scattered:
            scatter(gradient.floats, weights, images, adds, into: inputGradient.floats, team, finish)
        }
    }

    private func multiply(
        _ gradient: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ images: Int, _ adds: Bool,
        into inputGradient: UnsafeMutablePointer<Float>, _ team: WorkerTeam, _ finish: (Int, Range<Int>) -> Void
    ) {
        let unit = geometry.unit
        let (inputs, outputs) = (unit.channelsPerGroup, geometry.outputsPerGroup)
        let pieces = pieces(images: images)
        team.forEach(pieces.count) { _, piece in
            let rows = pieces[piece]
            let (first, count) = (rows.lowerBound * geometry.inputWidth, rows.count * geometry.inputWidth)
            for group in 0..<unit.groups {
                OpenBLAS.multiply(
                    OpenBLAS.Matrix(
                        gradient + first * unit.outputChannels + group * outputs, stride: unit.outputChannels),
                    OpenBLAS.Matrix(weights + group * outputs * unit.fanIn, stride: unit.fanIn), adds: adds,
                    into: inputGradient + first * unit.inputChannels + group * inputs,
                    outputStride: unit.inputChannels, rows: count, inner: outputs, columns: inputs)
            }
            finish(piece, first..<first + count)
        }
    }

    private func turn(_ weights: UnsafePointer<Float>, into turned: UnsafeMutablePointer<Float>, _ team: WorkerTeam) {
        let (unit, taps) = (geometry.unit, geometry.unit.kernel * geometry.unit.kernel)
        let shareCount = geometry.outputsPerGroup * unit.fanIn
        team.forEach(unit.groups * taps) { _, item in
            let (group, tap) = (item / taps, item % taps)
            gantry_turn_weights(
                weights + group * shareCount, Int32(geometry.outputsPerGroup), Int32(taps),
                Int32(unit.channelsPerGroup), Int32(tap), turned + group * shareCount)
        }
    }

    private func scatter(
        _ gradient: UnsafePointer<Float>, _ weights: UnsafePointer<Float>, _ images: Int, _ adds: Bool,
        into inputGradient: UnsafeMutablePointer<Float>, _ team: WorkerTeam, _ finish: (Int, Range<Int>) -> Void
    ) {
        let (unit, width) = (geometry.unit, geometry.outputWidth)
        let outputs = geometry.outputsPerGroup
        let pieces = pieces(images: images)
        let step = rowsAtATime
        team.forEach(pieces.count, scratch: scratchCount(images: images)) { scratch, piece in
            let part = pieces[piece]
            let pixels = part.lowerBound * geometry.inputPixels..<part.upperBound * geometry.inputPixels
            if !adds {
                (inputGradient + pixels.lowerBound * unit.inputChannels)
                    .update(repeating: 0, count: pixels.count * unit.inputChannels)
            }
            let end = part.upperBound * geometry.outputHeight
            for firstRow in stride(from: part.lowerBound * geometry.outputHeight, to: end, by: step) {
                let rows = min(step, end - firstRow)
                for group in 0..<unit.groups {
                    OpenBLAS.multiply(
                        OpenBLAS.Matrix(
                            gradient + firstRow * width * unit.outputChannels + group * outputs,
                            stride: unit.outputChannels),
                        OpenBLAS.Matrix(weights + group * outputs * unit.fanIn, stride: unit.fanIn), into: scratch,
                        outputStride: unit.fanIn, rows: rows * width, inner: outputs, columns: unit.fanIn)
                    var taps = geometry.taps(group: group)
                    gantry_scatter_patches(&taps, Int64(firstRow), Int64(rows), scratch, inputGradient)
                }
            }
            finish(piece, pixels)
        }
    }
}
