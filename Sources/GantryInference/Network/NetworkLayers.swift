import GantryWeights

/// The convolutions of a residual network, each made ready for one way of computing it.
struct NetworkLayers<Layer: Sendable>: Sendable {
    /// A residual block of such layers.
    struct Block: Sendable {
        let stage: Int
        /// In order; the last one's output takes the shortcut before the ReLU.
        let convolutions: [Layer]
        let projection: Layer?
    }

    let stem: Layer
    let blocks: [Block]
    /// The last layer, as a 1x1 convolution of the pooled features.
    let last: Layer

    /// Reads and folds the layers one after the other, and makes each ready before the next is read.
    init(
        _ architecture: ResidualArchitecture, _ tensors: some TensorCollection, _ make: (FoldedWeights) -> Layer
    ) throws(WeightsError) {
        func layer(_ unit: ConvolutionUnit) throws(WeightsError) -> Layer {
            make(try FoldedWeights(unit: unit, architecture: architecture, tensors: tensors))
        }
        stem = try layer(architecture.stemUnit)
        var blocks: [Block] = []
        for (stage, members) in architecture.stages.enumerated() {
            for block in members {
                var convolutions: [Layer] = []
                for unit in block.convolutions { convolutions.append(try layer(unit)) }
                var projection: Layer?
                if let unit = block.projection { projection = try layer(unit) }
                blocks.append(Block(stage: stage, convolutions: convolutions, projection: projection))
            }
        }
        self.blocks = blocks
        last = make(try FoldedWeights(lastLayerOf: architecture, tensors: tensors))
    }

    /// Whether the block at `index` is the last of its stage.
    func endsStage(_ index: Int) -> Bool {
        index + 1 == blocks.count || blocks[index + 1].stage != blocks[index].stage
    }
}
