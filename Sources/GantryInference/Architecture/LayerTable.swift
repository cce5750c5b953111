import GantryCore
import GantryTensors

/// The layers of a network as a data scientist knows them: name, type, output shape, parameters, what each reads, and
/// the totals.
public struct LayerTable: Hashable, Sendable {
    /// One layer.
    public struct Row: Hashable, Sendable {
        /// The checkpoint's key, or a plain name for layers without parameters.
        public let name: String
        /// As PyTorch calls it, with what distinguishes it: `Conv2d 3x3/2`, `Conv2d 3x3 g32`.
        public let type: String
        /// CHW for images, one size for vectors; the batch is not counted.
        public let outputShape: TensorShape
        /// Learnable numbers: weights and biases.
        public let parameters: Int
        /// Numbers that are kept but not learned by gradient: running means and variances.
        public let statistics: Int
        /// The layers whose outputs it reads, by name; `input` is the image.
        public let connections: [String]
    }

    /// The layers in depth order.
    public let rows: [Row]

    /// Learnable numbers in all: 25,557,032 for ResNet-50 with 1000 classes.
    public var parameters: Int { rows.reduce(0) { $0 + $1.parameters } }
    /// Running means and variances in all.
    public var statistics: Int { rows.reduce(0) { $0 + $1.statistics } }

    /// The table for input images of `height` x `width` pixels.
    public init(_ architecture: ResidualArchitecture, height: Int = 224, width: Int = 224) {
        var builder = Builder(height: height, width: width)
        builder.activated(architecture.stemUnit, relu: "relu")
        if architecture.stemPool == .max {
            builder.shrink { ($0 - 1) / 2 + 1 }
            builder.plain("maxpool", "MaxPool2d 3x3/2", channels: architecture.baseWidth)
        }
        for block in architecture.stages.joined() { builder.block(block) }
        builder.add("avgpool", "AvgPool2d global", [architecture.featureCount])
        if architecture.classes > 0 {
            builder.add(
                "fc", "Linear", [architecture.classes],
                parameters: architecture.classes * (architecture.featureCount + 1))
        }
        rows = builder.rows
    }

    private struct Builder {
        var height: Int
        var width: Int
        var rows: [Row] = []
        /// What the next layer reads.
        var connections = ["input"]

        mutating func shrink(_ size: (Int) -> Int) {
            height = size(height)
            width = size(width)
        }

        mutating func add(
            _ name: String, _ type: String, _ outputShape: TensorShape, parameters: Int = 0, statistics: Int = 0
        ) {
            rows.append(
                Row(
                    name: name, type: type, outputShape: outputShape, parameters: parameters, statistics: statistics,
                    connections: connections))
            connections = [name]
        }

        mutating func plain(_ name: String, _ type: String, channels: Int) {
            add(name, type, [channels, height, width])
        }

        /// A convolution, its batch norm and, where it has a name, its ReLU, in the network's order.
        mutating func activated(_ unit: ConvolutionUnit, relu: String?) {
            convolution(unit)
            if !unit.activatesFirst { norm(unit) }
            if let relu { plain(relu, "ReLU", channels: unit.outputChannels) }
            if unit.activatesFirst { norm(unit) }
        }

        mutating func norm(_ unit: ConvolutionUnit) {
            guard unit.hasBatchNorm else { return }
            add(
                unit.batchNorm, "BatchNorm2d", [unit.outputChannels, height, width],
                parameters: 2 * unit.outputChannels, statistics: 2 * unit.outputChannels)
        }

        mutating func convolution(_ unit: ConvolutionUnit) {
            shrink(unit.outputSize)
            let stride = unit.stride > 1 ? "/\(unit.stride)" : ""
            let groups = unit.groups > 1 ? " g\(unit.groups)" : ""
            add(
                unit.name, "Conv2d \(unit.kernel)x\(unit.kernel)\(stride)\(groups)",
                [unit.outputChannels, height, width],
                parameters: unit.outputChannels * (unit.fanIn + (unit.hasBias ? 1 : 0)))
        }

        mutating func block(_ block: ResidualBlock) {
            let (inputHeight, inputWidth, input) = (height, width, connections)
            for (index, unit) in block.convolutions.enumerated() {
                let hasRelu = unit != block.convolutions.last || unit.activatesFirst
                activated(unit, relu: hasRelu ? "\(block.name).relu\(index + 1)" : nil)
            }
            let branch = connections
            var shortcut = input
            if let projection = block.projection {
                let (outputHeight, outputWidth) = (height, width)
                (height, width, connections) = (inputHeight, inputWidth, input)
                convolution(projection)
                norm(projection)
                (height, width, shortcut) = (outputHeight, outputWidth, connections)
            } else if let zeros = block.zeros {
                connections = input
                plain(
                    "\(block.name).shortcut", "Zeros\(zeros.stride > 1 ? " 1x1/\(zeros.stride)" : "")",
                    channels: zeros.outputChannels)
                shortcut = connections
            }
            connections = branch + shortcut
            plain(block.name, "Add, ReLU", channels: block.convolutions.last?.outputChannels ?? 0)
        }
    }
}
