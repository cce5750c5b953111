import GantryCore
import GantryInference

/// The layers behind the cut, from the input to the logits and back.
final class TrainableLayers {
    let memory: StepMemory
    private let stem: TrainableStem?
    private let blocks: [TrainableBlock]
    private let last: LastLayer

    init(_ cut: NetworkCut, height: Int, width: Int, memory: StepMemory) {
        self.memory = memory
        let architecture = cut.architecture
        var size = (height: height, width: width)
        if cut.hasStem {
            let stem = TrainableStem(architecture, height: height, width: width, memory: memory)
            self.stem = stem
            size = (stem.height, stem.width)
        } else {
            stem = nil
            let shape = cut.inputShape(height: height, width: width).dimensions
            if shape.count == 3 { size = (shape[1], shape[2]) }
        }
        blocks =
            cut.beginsPooled
            ? []
            : architecture.stages.dropFirst(cut.frozenStages).joined().map { description in
                let block = TrainableBlock(
                    description, architecture: architecture, height: size.height, width: size.width, memory: memory)
                size = (block.last.geometry.outputHeight, block.last.geometry.outputWidth)
                return block
            }
        last = LastLayer(architecture, pixels: cut.beginsPooled ? nil : size.height * size.width, memory: memory)
    }

    /// Every batch norm.
    var norms: [BatchNorm] {
        (stem.map { [$0.unit.norm] } ?? []) + blocks.flatMap { $0.allUnits.map(\.norm) }
    }

    /// Makes room for a batch of this size.
    func reserve(images: Int) {
        var needs = last.reserve(images: images)
        if let stem { needs.include(stem.reserve(images: images)) }
        for block in blocks { needs.include(block.reserve(images: images)) }
        memory.reserve(needs)
    }

    /// The first batch norm that would see one value of each channel, or nil.
    func layerWithOneValue(images: Int) -> String? {
        guard images == 1 else { return nil }
        let units = (stem.map { [$0.unit] } ?? []) + blocks.flatMap(\.allUnits)
        return units.first { $0.norm.hasStatistics && $0.geometry.outputPixels == 1 }?.norm.name
    }

    /// `input`: NHWC.
    func forward(_ input: MapPointer, images: Int, mode: TrainableUnit.Mode) -> ScoreMatrix {
        stem?.forward(input, images: images, mode: mode)
        for (index, block) in blocks.enumerated() {
            block.forward(blockInput(index, input), images: images, mode: mode)
        }
        return last.forward(blockInput(blocks.count, input), images: images)
    }

    /// What block `index` reads; the last layer reads what would be the next one's.
    private func blockInput(_ index: Int, _ input: MapPointer) -> MapPointer {
        index > 0 ? blocks[index - 1].output : stem?.output ?? input
    }

    /// Every gradient, from that to the logits on; that to the input, NHWC, where there is room for it.
    func backward(
        _ input: MapPointer, _ gradient: [Float], images: Int, isLive: Bool, into inputGradient: MapPointer?
    ) {
        guard stem != nil || !blocks.isEmpty else {
            return last.backward(gradient, images: images, into: inputGradient)
        }
        var current = 0
        last.backward(gradient, images: images, into: memory.outer[current].place)
        for index in blocks.indices.reversed() {
            let block = blocks[index]
            let found = block.backward(
                blockInput(index, input), gradient: current, images: images, isLive: isLive,
                needsInputGradient: index > 0 || stem != nil || inputGradient != nil)
            guard let found else { return }
            current = found
        }
        if let stem {
            stem.backward(input, gradient: current, images: images, isLive: isLive, into: inputGradient)
        } else if let inputGradient, let first = blocks.first {
            let count = first.units[0].geometry.inputPixels * first.units[0].unit.inputChannels
            inputGradient.update(from: memory.outer[current].place, count: images * count)
        }
    }

    /// The first layer with a number that is not finite, in the order of the forward pass, or nil.
    func nonFiniteLayer(images: Int) -> String? {
        if let found = stem?.nonFiniteLayer(images: images) { return found }
        for block in blocks { if let found = block.nonFiniteLayer(images: images) { return found } }
        return last.nonFiniteLayer(images: images)
    }
}
