import GantryCore
import GantryTensors

/// The convolutions of a residual network, each made ready for one way of computing it.
struct NetworkLayers<Layer: Sendable>: Sendable {
    /// A residual block of such layers.
    struct Block: Sendable {
        let stage: Int
        /// In order; the last one's output takes the shortcut before the ReLU.
        let convolutions: [Layer]
        let projection: Layer?
        /// The shortcut without parameters; nil where there is none.
        let zeros: ZeroShortcut?
    }

    let stem: Layer
    let blocks: [Block]
    /// The last layer, as a 1x1 convolution of the pooled features; nil where the network ends with those.
    let last: Layer?

    /// Makes the layers in depth order, a projection before the convolutions of its block.
    init(
        _ architecture: ResidualArchitecture, _ make: (ConvolutionUnit) throws(WeightsError) -> Layer
    ) throws(WeightsError) {
        stem = try make(architecture.stemUnit)
        var blocks: [Block] = []
        for (stage, members) in architecture.stages.enumerated() {
            for block in members {
                let projection: Layer? = if let unit = block.projection { try make(unit) } else { nil }
                var convolutions: [Layer] = []
                for unit in block.convolutions { convolutions.append(try make(unit)) }
                blocks.append(
                    Block(stage: stage, convolutions: convolutions, projection: projection, zeros: block.zeros))
            }
        }
        self.blocks = blocks
        last = if let unit = architecture.lastUnit { try make(unit) } else { nil }
    }

    /// Whether the block at `index` is the last of its stage.
    func endsStage(_ index: Int) -> Bool {
        index + 1 == blocks.count || blocks[index + 1].stage != blocks[index].stage
    }
}
