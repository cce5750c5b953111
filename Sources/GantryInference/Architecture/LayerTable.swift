import GantryWeights

/// The layers of a network as a data scientist knows them: name, type, output shape, parameters, and the totals.
public struct LayerTable: Hashable, Sendable {
    /// One layer.
    public struct Row: Hashable, Sendable {
        /// The checkpoint's key, or a plain name for layers without parameters.
        public let name: String
        /// As PyTorch calls it, with what distinguishes it: `Conv2d 3x3/2`.
        public let type: String
        /// CHW for images, one size for vectors; the batch is not counted.
        public let outputShape: TensorShape
        /// Learnable numbers: weights and biases.
        public let parameters: Int
        /// Numbers that are kept but not learned by gradient: running means and variances.
        public let statistics: Int
    }

    /// The layers in depth order.
    public let rows: [Row]

    /// Learnable numbers in all: 25,557,032 for ResNet-50 with 1000 classes.
    public var parameters: Int { rows.reduce(0) { $0 + $1.parameters } }
    /// Running means and variances in all.
    public var statistics: Int { rows.reduce(0) { $0 + $1.statistics } }

    /// The table for input images of `height` x `width` pixels.
    public init(_ architecture: ResidualArchitecture, height: Int = 224, width: Int = 224) {
        var builder = Builder(height: height, width: width, hasConvolutionBias: architecture.hasConvolutionBias)
        builder.convolution(architecture.stemUnit)
        builder.plain("relu", "ReLU", channels: architecture.baseWidth)
        if architecture.stem == .imageNet {
            builder.shrink { ($0 - 1) / 2 + 1 }
            builder.plain("maxpool", "MaxPool2d 3x3/2", channels: architecture.baseWidth)
        }
        for block in architecture.stages.joined() { builder.block(block) }
        builder.rows.append(
            Row(
                name: "avgpool", type: "AdaptiveAvgPool2d 1x1", outputShape: [architecture.featureCount],
                parameters: 0, statistics: 0))
        builder.rows.append(
            Row(
                name: "fc", type: "Linear", outputShape: [architecture.classes],
                parameters: architecture.classes * (architecture.featureCount + 1), statistics: 0))
        rows = builder.rows
    }

    private struct Builder {
        var height: Int
        var width: Int
        let hasConvolutionBias: Bool
        var rows: [Row] = []

        mutating func shrink(_ size: (Int) -> Int) {
            height = size(height)
            width = size(width)
        }

        mutating func plain(_ name: String, _ type: String, channels: Int) {
            rows.append(
                Row(name: name, type: type, outputShape: [channels, height, width], parameters: 0, statistics: 0))
        }

        mutating func convolution(_ unit: ConvolutionUnit) {
            shrink(unit.outputSize)
            let output: TensorShape = [unit.outputChannels, height, width]
            let weights = unit.outputChannels * unit.inputChannels * unit.kernel * unit.kernel
            rows.append(
                Row(
                    name: unit.name,
                    type: "Conv2d \(unit.kernel)x\(unit.kernel)" + (unit.stride > 1 ? "/\(unit.stride)" : ""),
                    outputShape: output, parameters: weights + (hasConvolutionBias ? unit.outputChannels : 0),
                    statistics: 0))
            rows.append(
                Row(
                    name: unit.batchNorm, type: "BatchNorm2d", outputShape: output,
                    parameters: 2 * unit.outputChannels, statistics: 2 * unit.outputChannels))
        }

        mutating func block(_ block: ResidualBlock) {
            let (inputHeight, inputWidth) = (height, width)
            for unit in block.convolutions {
                convolution(unit)
                if unit != block.convolutions.last {
                    plain(block.name + ".relu", "ReLU", channels: unit.outputChannels)
                }
            }
            let (outputHeight, outputWidth) = (height, width)
            if let projection = block.projection {
                (height, width) = (inputHeight, inputWidth)
                convolution(projection)
                (height, width) = (outputHeight, outputWidth)
            }
            plain(block.name, "Add, ReLU", channels: block.convolutions.last?.outputChannels ?? 0)
        }
    }
}
