import CGantryKernels
import GantryCore
import GantryInference

/// A residual block: its convolutions, its shortcut, and its output, which the backward pass needs.
final class TrainableBlock {
    let name: String
    let units: [TrainableUnit]
    let projection: TrainableUnit?
    /// The shortcut without parameters; nil where there is none.
    private let zeros: TrainableZeroShortcut?
    private let memory: StepMemory
    /// relu(last batch norm + shortcut).
    var output: MapPointer { maps.place }
    private let maps: MapBuffer

    init(
        _ block: ResidualBlock, architecture: ResidualArchitecture, height: Int, width: Int, memory: StepMemory
    ) {
        name = block.name
        self.memory = memory
        maps = MapBuffer(element: memory.element)
        projection = block.projection.map {
            TrainableUnit(
                ConvolutionGeometry(unit: $0, inputHeight: height, inputWidth: width), architecture: architecture,
                memory: memory)
        }
        zeros = block.zeros.map { TrainableZeroShortcut($0, height: height, width: width) }
        var (height, width) = (height, width)
        units = block.convolutions.map { unit in
            let geometry = ConvolutionGeometry(unit: unit, inputHeight: height, inputWidth: width)
            (height, width) = (geometry.outputHeight, geometry.outputWidth)
            return TrainableUnit(geometry, architecture: architecture, memory: memory)
        }
    }

    /// The unit whose batch norm takes the shortcut.
    var last: TrainableUnit { units[units.count - 1] }
    /// All, in the order of the forward pass.
    var allUnits: [TrainableUnit] { units + (projection.map { [$0] } ?? []) }

    /// Makes room for a batch, and says what it needs besides.
    func reserve(images: Int) -> StepMemory.Needs {
        maps.reserve(images * last.outputCount)
        var needs = StepMemory.Needs()
        for unit in allUnits { needs.include(unit.reserve(images: images)) }
        needs.activation =
            units.dropFirst().filter { !$0.readsThroughNorm || $0.unit.activatesFirst }
            .map { images * $0.geometry.inputPixels * $0.unit.inputChannels }.max() ?? 0
        // What the shortcut gives lies there once the convolutions are done.
        if zeros != nil { needs.activation = max(needs.activation, images * last.outputCount) }
        needs.inner = units.map { images * $0.outputCount }.max() ?? 0
        let inputCount = units[0].geometry.inputPixels * units[0].unit.inputChannels
        needs.outer = images * max(last.outputCount, inputCount)
        // Both batch norms that end the block take their sums in one pass.
        let pieces = last.elementwisePieces(images: images).count
        needs.sums = max(needs.sums, pieces * 4 * last.unit.outputChannels)
        return needs
    }

    /// `input`: the block's input. The output is in `output` then.
    func forward(_ input: MapPointer, images: Int, mode: TrainableUnit.Mode) {
        var source = MapSource(input)
        for unit in units {
            unit.convolve(source, images: images, mode: mode)
            source = unit.activated
        }
        projection?.convolve(MapSource(input), images: images, mode: mode)
        var shortcut = input
        if let zeros {
            let target = memory.activation.place
            memory.team.forEach(images) { _, image in zeros.forward(input, image: image, into: target) }
            shortcut = target
        }
        let channels = last.unit.outputChannels
        last.forEachPiece(images: images) { pixels in
            let (first, rows) = (pixels.lowerBound * channels, Int64(pixels.count))
            let (values, norm, target) = ((last.output + first).address, last.norm, (output + first).address)
            if let projection {
                gantry_scale_add_scaled_relu(
                    memory.element, values, norm.scale.pointer, norm.shift.pointer,
                    (projection.output + first).address, projection.norm.scale.pointer, projection.norm.shift.pointer,
                    rows, Int32(channels), target)
            } else {
                gantry_scale_add_relu(
                    memory.element, values, norm.scale.pointer, norm.shift.pointer, (shortcut + first).address, rows,
                    Int32(channels), target)
            }
        }
    }

    /// From the gradient to the output, in `memory.outer[gradient]`, to that to the input; returns which buffer has it,
    /// or nil where `needsInputGradient` is false.
    func backward(
        _ input: MapPointer, gradient: Int, images: Int, isLive: Bool, needsInputGradient: Bool
    ) -> Int? {
        let outer = memory.outer[gradient].place
        takeLastSums(outer, images: images, isLive: isLive)
        var current = 0
        last.normGradient(outer, images: images, isLive: isLive, into: memory.inner[current].place)
        var (result, adds) = (gradient, true)
        if let projection {
            // The shortcut's own gradient is of no more use: it becomes that to the projection's output.
            projection.normGradient(outer, images: images, isLive: isLive, into: outer)
            projection.learn(MapSource(input), gradient: outer, images: images)
            result = 1 - gradient
            adds = needsInputGradient
            if needsInputGradient {
                projection.backward(outer, images: images, adds: false, into: memory.outer[result].place)
            }
        } else if let zeros {
            result = 1 - gradient
            let target = memory.outer[result].place
            if needsInputGradient {
                memory.team.forEach(images) { _, image in zeros.backward(outer, image: image, into: target) }
            }
        }
        for index in units.indices.reversed() {
            let (unit, own) = (units[index], memory.inner[current].place)
            guard index > 0 else {
                unit.learn(MapSource(input), gradient: own, images: images)
                guard needsInputGradient else { return nil }
                unit.backward(own, images: images, adds: adds, into: memory.outer[result].place)
                return result
            }
            let before = units[index - 1]
            unit.learn(before.activated, gradient: own, images: images)
            current = 1 - current
            let next = memory.inner[current].place
            unit.backward(own, images: images, through: before, isLive: isLive, into: next)
            before.normGradient(next, images: images, isLive: isLive, into: next)
        }
        return result
    }

    /// Cuts the gradient where the ReLU gave 0, and takes the sums for the batch norms that end the block.
    private func takeLastSums(_ gradient: MapPointer, images: Int, isLive: Bool) {
        guard let sums = memory.sums.baseAddress else { return }
        let channels = last.unit.outputChannels
        let pieces = last.elementwisePieces(images: images)
        memory.team.forEach(pieces.count) { _, piece in
            let pixels = pieces[piece]
            let (first, own) = (pixels.lowerBound * channels, sums + piece * 4 * channels)
            gantry_norm_sums_output(
                memory.element, (last.output + first).address, last.norm.mean.pointer, (output + first).address,
                (gradient + first).address, Int64(pixels.count), Int32(channels), own, own + channels)
            if let projection {
                gantry_norm_sums(
                    memory.element, (projection.output + first).address, projection.norm.mean.pointer,
                    (gradient + first).address, Int64(pixels.count), Int32(channels), own + 2 * channels,
                    own + 3 * channels)
            }
        }
        let count = images * last.geometry.outputPixels
        last.norm.takeGradient(sums, pieces: pieces.count, step: 4, count: count, isLive: isLive)
        projection?.norm.takeGradient(sums, pieces: pieces.count, step: 4, first: 2, count: count, isLive: isLive)
    }

    /// The first layer with a number that is not finite, or nil.
    func nonFiniteLayer(images: Int) -> String? {
        for unit in allUnits { if let found = unit.nonFiniteLayer(images: images) { return found } }
        return output.isFinite(count: images * last.outputCount) ? nil : name
    }
}
