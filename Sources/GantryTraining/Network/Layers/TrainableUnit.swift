import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors

/// A convolution with what stands behind it, and what of its forward pass the backward pass needs.
final class TrainableUnit {
    /// How the batch's maps are looked at.
    enum Mode {
        /// The batch's statistics; running ones follow.
        case live
        /// The stored statistics.
        case stored
    }

    let geometry: ConvolutionGeometry
    let norm: BatchNorm
    private let forward: ConvolutionForward
    private let inputGradient: ConvolutionInputGradient
    private let weightGradient: ConvolutionWeightGradient
    private let memory: StepMemory
    private let weight: Int
    /// Zeros, [channels]: the bias of a convolution without one, and a mean that takes nothing away.
    private let zeros: FloatBuffer
    private let maps: MapBuffer

    var unit: ConvolutionUnit { geometry.unit }
    /// The convolution's output without its bias, [images, height, width, channels]; where the ReLU stands before the
    /// batch norm, what that gives, bias included.
    var output: MapPointer { maps.place }
    /// Numbers of an image's output.
    var outputCount: Int { geometry.outputPixels * unit.outputChannels }

    init(_ geometry: ConvolutionGeometry, architecture: ResidualArchitecture, memory: StepMemory) {
        self.geometry = geometry
        self.memory = memory
        weight = memory.store.add(geometry.unit.name + ".weight", geometry.unit.weightShape, decays: true)
        zeros = FloatBuffer(count: geometry.unit.outputChannels)
        zeros.pointer.update(repeating: 0, count: geometry.unit.outputChannels)
        norm = BatchNorm(geometry.unit, architecture: architecture, store: memory.store)
        maps = MapBuffer(element: memory.element)
        forward = ConvolutionForward(geometry: geometry, kernels: memory.kernels, element: memory.element)
        inputGradient = ConvolutionInputGradient(geometry, kernels: memory.kernels, element: memory.element)
        weightGradient = ConvolutionWeightGradient(geometry, kernels: memory.kernels, element: memory.element)
    }

    /// Makes room for a batch, and says what it needs besides.
    func reserve(images: Int) -> StepMemory.Needs {
        maps.reserve(images * outputCount)
        var needs = StepMemory.Needs()
        needs.scratch = max(
            forward.scratchCount(images: images), inputGradient.scratchCount(images: images),
            weightGradient.scratchCount(images: images))
        needs.partials = weightGradient.partialCount(images: images)
        needs.packed = max(forward.packedCount, inputGradient.packedCount)
        // Sums of a piece of the output, and of a piece of the gradient to the input for the batch norm before this.
        needs.sums = max(
            forward.pieceCount(images: images) * 2 * unit.outputChannels,
            elementwisePieces(images: images).count * 2 * unit.outputChannels,
            inputGradient.pieceCount(images: images) * 2 * unit.inputChannels)
        return needs
    }

    /// Convolves into `output` and readies the batch norm.
    func convolve(_ source: MapSource, images: Int, mode: Mode) {
        let source = forward.readsThroughNorm && source.relu ? source : written(source, images: images)
        let (activatesFirst, bias) = (unit.activatesFirst, norm.convolutionBiasValues ?? UnsafePointer(zeros.pointer))
        let channels = unit.outputChannels
        let (sums, target, element) = (memory.sums.baseAddress, output, memory.element)
        forward.run(
            source, weights: memory.store.value(weight), images: images, into: target, packed: memory.packed.pointer,
            team: memory.team
        ) { piece, pixels in
            if activatesFirst {
                gantry_bias_relu(
                    element, (target + pixels.lowerBound * channels).address, bias, Int64(pixels.count), Int32(channels)
                )
            }
            guard mode == .live, let sums else { return }
            let own = sums + piece * 2 * channels
            gantry_row_sums(
                element, (target + pixels.lowerBound * channels).address, Int64(pixels.count), Int32(channels), own,
                own + channels)
        }
        switch mode {
        case .live:
            guard let sums else { return }
            norm.useBatchStatistics(
                sums, pieces: forward.pieceCount(images: images), count: images * geometry.outputPixels)
        case .stored: norm.useStoredStatistics()
        }
    }

    /// Whether both operations that read the input can read a batch norm's output that is not written.
    var readsThroughNorm: Bool { forward.readsThroughNorm && weightGradient.readsThroughNorm }

    /// The input, through its batch norm, in `memory.activation`.
    private func written(_ source: MapSource, images: Int) -> MapSource {
        guard let norm = source.norm else { return source }
        let (target, channels) = (memory.activation.place, unit.inputChannels)
        let pieces = Pieces(images * geometry.inputPixels, size: max(1, (64 << 10) / channels))
        memory.team.forEach(pieces.count) { _, piece in
            let first = pieces[piece].lowerBound * channels
            let apply = source.relu ? gantry_scale_relu : gantry_scale_shift
            apply(
                target.element, (source.maps + first).address, norm.scale, norm.shift, Int64(pieces[piece].count),
                Int32(channels), (target + first).address)
        }
        return MapSource(target)
    }

    /// What the next convolution reads: relu(batch norm of the output), or the batch norm of the output where the ReLU
    /// stands before it.
    var activated: MapSource { MapSource(output, through: norm, relu: !unit.activatesFirst) }

    /// target = `activated`.
    func activate(images: Int, into target: MapPointer) {
        forEachPiece(images: images) { pixels in
            let first = pixels.lowerBound * unit.outputChannels
            let apply = unit.activatesFirst ? gantry_scale_shift : gantry_scale_relu
            apply(
                target.element, (output + first).address, norm.scale.pointer, norm.shift.pointer, Int64(pixels.count),
                Int32(unit.outputChannels), (target + first).address)
        }
    }

    /// The output's pixels in pieces of some hundred kilobytes, on the workers.
    func forEachPiece(images: Int, _ body: (Range<Int>) -> Void) {
        let pieces = elementwisePieces(images: images)
        memory.team.forEach(pieces.count) { _, piece in body(pieces[piece]) }
    }

    /// The pieces of passes over the output.
    func elementwisePieces(images: Int) -> Pieces {
        Pieces(images * geometry.outputPixels, size: max(1, (64 << 10) / unit.outputChannels))
    }

    /// From the gradient to the batch norm's output, whose sums were taken, to that to the convolution's output,
    /// through the ReLU between them where there is one; `target` may be `gradient`.
    func normGradient(
        _ gradient: MapPointer, images: Int, isLive: Bool, into target: MapPointer
    ) {
        forEachPiece(images: images) { pixels in
            let first = pixels.lowerBound * unit.outputChannels
            norm.inputGradient(
                output + first, gradient + first, rows: pixels.count, isLive: isLive, into: target + first)
        }
        if unit.activatesFirst { cut(target, images: images) }
    }

    /// Cuts a gradient where the ReLU before the batch norm gave 0, and takes that to the convolution's bias.
    private func cut(_ gradient: MapPointer, images: Int) {
        guard let sums = memory.sums.baseAddress else { return }
        let (pieces, channels) = (elementwisePieces(images: images), unit.outputChannels)
        memory.team.forEach(pieces.count) { _, piece in
            let (first, own) = (pieces[piece].lowerBound * channels, sums + piece * 2 * channels)
            let values = (output + first).address
            gantry_norm_sums_output(
                memory.element, values, zeros.pointer, values, (gradient + first).address, Int64(pieces[piece].count),
                Int32(channels), own, own + channels)
        }
        norm.takeBiasGradient(sums, pieces: pieces.count)
    }

    /// The weights' gradient. `gradient` is that to the convolution's output.
    func learn(_ source: MapSource, gradient: MapPointer, images: Int) {
        weightGradient.run(
            weightGradient.readsThroughNorm && source.relu ? source : written(source, images: images),
            gradient: gradient, images: images, into: memory.store.gradient(weight),
            partials: memory.partials.pointer, team: memory.team)
    }

    /// The gradient to the input, added to where `adds`.
    func backward(
        _ gradient: MapPointer, images: Int, adds: Bool, into target: MapPointer
    ) {
        inputGradient.run(
            gradient, weights: memory.store.value(weight), images: images, adds: adds, into: target,
            packed: memory.packed.pointer, team: memory.team, finish: { _, _ in })
    }

    /// The gradient to the output of `before`'s batch norm, with the sums that the batch norm needs taken; cut where a
    /// ReLU behind it, which this reads, gave 0.
    func backward(
        _ gradient: MapPointer, images: Int, through before: TrainableUnit, isLive: Bool, into target: MapPointer
    ) {
        guard let sums = memory.sums.baseAddress else { return }
        let channels = unit.inputChannels
        inputGradient.run(
            gradient, weights: memory.store.value(weight), images: images, adds: false, into: target,
            packed: memory.packed.pointer, team: memory.team
        ) { piece, pixels in
            let (first, own) = (pixels.lowerBound * channels, sums + piece * 2 * channels)
            before.takeSums(first: first, rows: pixels.count, (target + first).address, own)
        }
        before.norm.takeGradient(
            sums, pieces: inputGradient.pieceCount(images: images), count: images * geometry.inputPixels,
            isLive: isLive)
    }

    /// The sums for its batch norm's gradients of some rows from number `first` of the maps on, after `gradient` was
    /// cut where the ReLU behind it gave 0. `sums`: [2, channels].
    func takeSums(first: Int, rows: Int, _ gradient: UnsafeMutableRawPointer, _ sums: UnsafeMutablePointer<Double>) {
        let (values, channels) = ((output + first).address, unit.outputChannels)
        guard !unit.activatesFirst else {
            gantry_norm_sums(
                memory.element, values, norm.mean.pointer, gradient, Int64(rows), Int32(channels), sums,
                sums + channels)
            return
        }
        gantry_norm_sums_relu(
            memory.element, values, norm.mean.pointer, norm.scale.pointer, norm.shift.pointer, gradient, Int64(rows),
            Int32(channels), sums, sums + channels)
    }

    /// The first of its two layers with a number that is not finite, or nil.
    func nonFiniteLayer(images: Int) -> String? {
        if !output.isFinite(count: images * outputCount) { return unit.name }
        return norm.isFinite ? nil : norm.name
    }
}
