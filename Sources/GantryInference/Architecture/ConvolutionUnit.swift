import GantryCore
import GantryTensors

/// A convolution with the batch norm behind it, where it has one, under the checkpoint's names.
package struct ConvolutionUnit: Hashable, Sendable {
    /// The convolution's key, as `layer1.0.conv2`.
    package let name: String
    /// The batch norm's key, as `layer1.0.bn2`; empty where there is none.
    package let batchNorm: String
    package let inputChannels: Int
    package let outputChannels: Int
    /// Side of the square kernel.
    package let kernel: Int
    package let stride: Int
    /// Equal shares of input and output channels; each output sees the inputs of its own share.
    package let groups: Int
    /// Whether it has a bias of its own, beside a batch norm's.
    package let hasBias: Bool
    /// Whether a ReLU stands between it and its batch norm, instead of behind both.
    package let activatesFirst: Bool
    /// Where zeros stand around what it reads.
    package let padded: ResidualArchitecture.Padding

    package init(
        name: String, batchNorm: String, inputChannels: Int, outputChannels: Int, kernel: Int, stride: Int,
        groups: Int = 1, hasBias: Bool = false, activatesFirst: Bool = false,
        padded: ResidualArchitecture.Padding = .symmetric
    ) {
        self.name = name
        self.batchNorm = batchNorm
        self.inputChannels = inputChannels
        self.outputChannels = outputChannels
        self.kernel = kernel
        self.stride = stride
        self.groups = groups
        self.hasBias = hasBias
        self.activatesFirst = activatesFirst
        self.padded = padded
    }

    package var hasBatchNorm: Bool { !batchNorm.isEmpty }

    /// The most pixels of zeros on any side: half of the kernel, rounded down.
    package var padding: Int { kernel / 2 }

    /// Pixels of zeros before a side of `size`.
    package func paddingBefore(_ size: Int) -> Int { padded.before(size, kernel: kernel, stride: stride) }

    /// Input channels that an output channel sees.
    package var channelsPerGroup: Int { inputChannels / groups }

    /// Weights of one output channel.
    package var fanIn: Int { channelsPerGroup * kernel * kernel }

    /// OIHW, where I counts the inputs of one group.
    package var weightShape: TensorShape { [outputChannels, channelsPerGroup, kernel, kernel] }

    /// The output's side for an input of side `size`; below 1 where the image is too small.
    package func outputSize(_ size: Int) -> Int { (size + 2 * padding - kernel) / stride + 1 }
}

/// What a shortcut without parameters adds: of the input's pixels those that the stride meets, their channels between
/// zeros.
///
/// **Source**: He et al. (2015), section 3.3, option A; that the zeros lie on both sides: the implementation of the
/// checkpoints that are in use, Idelbayev, "Proper ResNet implementation for CIFAR10/CIFAR100 in PyTorch".
package struct ZeroShortcut: Hashable, Sendable {
    package let inputChannels: Int
    package let outputChannels: Int
    package let stride: Int

    /// Channels of zeros before the input's; half of what is missing, rounded down.
    package var before: Int { (outputChannels - inputChannels) / 2 }

    /// The output's side for an input of side `size`.
    package func outputSize(_ size: Int) -> Int { (size - 1) / stride + 1 }
}

/// A residual block: convolutions in a row, and what the shortcut does where it must change shape.
package struct ResidualBlock: Hashable, Sendable {
    /// The block's key, as `layer1.0`.
    package let name: String
    /// In order; the last one's output takes the shortcut before the ReLU.
    package let convolutions: [ConvolutionUnit]
    /// The shortcut's 1x1 convolution, with a batch norm or without; nil where there is none.
    package let projection: ConvolutionUnit?
    /// The shortcut without parameters; nil where there is none. Without either the input is added as it is.
    package let zeros: ZeroShortcut?
}

extension ResidualArchitecture {
    /// The stem's convolution.
    package var stemUnit: ConvolutionUnit {
        ConvolutionUnit(
            name: "conv1", batchNorm: "bn1", inputChannels: inputChannels, outputChannels: baseWidth,
            kernel: stem.kernel, stride: stemStride, hasBias: hasConvolutionBias,
            activatesFirst: activationOrder == .activationFirst, padded: padding)
    }

    /// The side of what the first block reads, behind the stem's pool, for an image of side `size`.
    package func stemOutputSize(_ size: Int) -> Int { stemPool.outputSize(stemUnit.outputSize(size)) }

    /// Pixels before a side of `size` that the stem's pool looks at besides.
    package func poolPaddingBefore(_ size: Int) -> Int { padding.before(size, kernel: 3, stride: 2) }

    /// The last layer, as a 1x1 convolution of the pooled features; it has no batch norm. Nil in a network without
    /// classes.
    package var lastUnit: ConvolutionUnit? {
        guard classes > 0 else { return nil }
        return ConvolutionUnit(
            name: "fc", batchNorm: "", inputChannels: featureCount, outputChannels: classes, kernel: 1, stride: 1,
            hasBias: true)
    }

    /// The blocks of each stage, in depth order.
    package var stages: [[ResidualBlock]] {
        var channels = baseWidth
        return blocksPerStage.enumerated().map { stage, count in
            let width = baseWidth << stage
            return (0..<count).map { index in
                let halves = stage > 0 && index == 0
                defer { channels = width * block.expansion }
                return residualBlock(
                    "layer\(stage + 1).\(index)", inputChannels: channels, width: width, inner: innerWidth << stage,
                    stride: halves ? 2 : 1)
            }
        }
    }

    /// Every convolution in depth order; a projection stands before the convolutions of its block.
    package var units: [ConvolutionUnit] {
        [stemUnit]
            + stages.joined().flatMap { block in (block.projection.map { [$0] } ?? []) + block.convolutions }
    }

    private func residualBlock(
        _ name: String, inputChannels: Int, width: Int, inner: Int, stride: Int
    ) -> ResidualBlock {
        let outputChannels = width * block.expansion
        func unit(
            _ number: Int, _ input: Int, _ output: Int, _ kernel: Int, _ stride: Int, groups: Int = 1
        ) -> ConvolutionUnit {
            ConvolutionUnit(
                name: "\(name).conv\(number)", batchNorm: "\(name).bn\(number)", inputChannels: input,
                outputChannels: output, kernel: kernel, stride: stride, groups: groups, hasBias: hasConvolutionBias,
                activatesFirst: activationOrder == .activationFirst, padded: padding)
        }
        let strideFirst = stridePosition == .firstConvolution
        let convolutions =
            switch block {
            case .basic:
                [unit(1, inputChannels, width, 3, stride), unit(2, width, width, 3, 1)]
            case .bottleneck:
                [
                    unit(1, inputChannels, inner, 1, strideFirst ? stride : 1),
                    unit(2, inner, inner, 3, strideFirst ? 1 : stride, groups: groups),
                    unit(3, inner, outputChannels, 1, 1),
                ]
            }
        guard stride != 1 || inputChannels != outputChannels else {
            return ResidualBlock(name: name, convolutions: convolutions, projection: nil, zeros: nil)
        }
        guard shortcut != .zeros else {
            let zeros = ZeroShortcut(inputChannels: inputChannels, outputChannels: outputChannels, stride: stride)
            return ResidualBlock(name: name, convolutions: convolutions, projection: nil, zeros: zeros)
        }
        let projection = ConvolutionUnit(
            name: "\(name).downsample.0", batchNorm: shortcut == .projection ? "\(name).downsample.1" : "",
            inputChannels: inputChannels, outputChannels: outputChannels, kernel: 1, stride: stride,
            hasBias: hasShortcutBias)
        return ResidualBlock(name: name, convolutions: convolutions, projection: projection, zeros: nil)
    }
}
