import Foundation
import GantryCore

/// A residual network in Float64, written out as loops: what gradients are compared with.
struct PlainNetwork {
    /// Images of planes.
    struct Maps {
        var images: Int
        var channels: Int
        var height: Int
        var width: Int
        /// [images, channels, height, width].
        var values: [Double]
    }

    let architecture: ResidualArchitecture
    /// By the checkpoint's keys.
    var tensors: [String: [Double]]
    /// Whether batch norms use the batch's statistics.
    let isLive: Bool
    let labelSmoothing: Double
    let classWeights: [Double]?

    /// The loss of a batch that enters behind `freeze`.
    func loss(_ input: Maps, labels: [Int], freeze: FreezePoint) -> Double {
        var maps = input
        if freeze == .none { maps = stem(maps) }
        if freeze != .backbone {
            let firstStage =
                [FreezePoint.none: 0, .stem: 0, .layer1: 1, .layer2: 2, .layer3: 3, .layer4: 4][freeze] ?? 0
            for stage in firstStage..<architecture.blocksPerStage.count {
                for index in 0..<architecture.blocksPerStage[stage] { maps = block(maps, stage: stage, index: index) }
            }
        }
        return crossEntropy(logits(maps), labels)
    }

    private func stem(_ input: Maps) -> Maps {
        let maps = activated(
            input, "conv1", "bn1", architecture.baseWidth, kernel: architecture.stem == .imageNet ? 7 : 3,
            stride: architecture.stemStride)
        return architecture.stemPool == .max ? maxPool(maps) : maps
    }

    /// A convolution, its batch norm and its ReLU, in the network's order.
    private func activated(
        _ input: Maps, _ name: String, _ norm: String, _ outputs: Int, kernel: Int, stride: Int, groups: Int = 1
    ) -> Maps {
        let maps = convolved(input, name, outputs, kernel: kernel, stride: stride, groups: groups)
        return architecture.activationOrder == .activationFirst
            ? normalised(relu(maps), norm) : relu(normalised(maps, norm))
    }

    /// The last of a branch: with a ReLU only where that stands before the batch norm.
    private func ending(_ input: Maps, _ name: String, _ norm: String, _ outputs: Int, kernel: Int) -> Maps {
        let maps = convolved(input, name, outputs, kernel: kernel, stride: 1, groups: 1)
        return normalised(architecture.activationOrder == .activationFirst ? relu(maps) : maps, norm)
    }

    private func block(_ input: Maps, stage: Int, index: Int) -> Maps {
        let name = "layer\(stage + 1).\(index)"
        let width = architecture.baseWidth << stage
        let stride = stage > 0 && index == 0 ? 2 : 1
        let outputs = width * architecture.block.expansion
        var maps = input
        if architecture.block == .basic {
            maps = activated(maps, name + ".conv1", name + ".bn1", width, kernel: 3, stride: stride)
            maps = ending(maps, name + ".conv2", name + ".bn2", width, kernel: 3)
        } else {
            let inner = architecture.innerWidth << stage
            let isFirst = architecture.stridePosition == .firstConvolution
            maps = activated(maps, name + ".conv1", name + ".bn1", inner, kernel: 1, stride: isFirst ? stride : 1)
            maps = activated(
                maps, name + ".conv2", name + ".bn2", inner, kernel: 3, stride: isFirst ? 1 : stride,
                groups: architecture.groups)
            maps = ending(maps, name + ".conv3", name + ".bn3", outputs, kernel: 1)
        }
        let shortcut =
            stride == 1 && input.channels == outputs
            ? input : shaped(input, name + ".downsample", outputs, stride: stride)
        for index in maps.values.indices { maps.values[index] += shortcut.values[index] }
        return relu(maps)
    }

    private func shaped(_ input: Maps, _ name: String, _ outputs: Int, stride: Int) -> Maps {
        guard architecture.shortcut == .zeros else {
            let maps = convolved(input, name + ".0", outputs, kernel: 1, stride: stride, groups: 1)
            return architecture.shortcut == .projection ? normalised(maps, name + ".1") : maps
        }
        let (height, width) = ((input.height + stride - 1) / stride, (input.width + stride - 1) / stride)
        var values = [Double](repeating: 0, count: input.images * outputs * height * width)
        let first = (outputs - input.channels) / 2
        for image in 0..<input.images {
            for channel in 0..<input.channels {
                for y in 0..<height {
                    for x in 0..<width {
                        let source = ((image * input.channels + channel) * input.height + y * stride) * input.width
                        values[((image * outputs + first + channel) * height + y) * width + x] =
                            input.values[source + x * stride]
                    }
                }
            }
        }
        return Maps(images: input.images, channels: outputs, height: height, width: width, values: values)
    }

    /// Zeros before a side of `size`, which is halved where `stride` is 2.
    private func before(_ size: Int, kernel: Int, stride: Int) -> Int {
        let isEvenSide = architecture.padding == .same && stride == 2 && size % 2 == 0 && kernel > 1
        return kernel / 2 - (isEvenSide ? 1 : 0)
    }

    private func convolved(
        _ input: Maps, _ name: String, _ outputs: Int, kernel: Int, stride: Int, groups: Int
    ) -> Maps {
        let weights = tensors[name + ".weight"] ?? []
        let bias = tensors[name + ".bias"]
        let (top, left) = (
            before(input.height, kernel: kernel, stride: stride), before(input.width, kernel: kernel, stride: stride)
        )
        let (height, width) = ((input.height + stride - 1) / stride, (input.width + stride - 1) / stride)
        let share = input.channels / groups
        var output = [Double](repeating: 0, count: input.images * outputs * height * width)
        var place = 0
        for image in 0..<input.images {
            for channel in 0..<outputs {
                let first = channel / (outputs / groups) * share
                for y in 0..<height {
                    for x in 0..<width {
                        var sum = bias?[channel] ?? 0
                        for c in 0..<share {
                            for ky in 0..<kernel {
                                let sourceY = y * stride + ky - top
                                if sourceY < 0 || sourceY >= input.height { continue }
                                for kx in 0..<kernel {
                                    let sourceX = x * stride + kx - left
                                    if sourceX < 0 || sourceX >= input.width { continue }
                                    let plane = (image * input.channels + first + c) * input.height
                                    sum +=
                                        weights[((channel * share + c) * kernel + ky) * kernel + kx]
                                        * input.values[(plane + sourceY) * input.width + sourceX]
                                }
                            }
                        }
                        output[place] = sum
                        place += 1
                    }
                }
            }
        }
        return Maps(images: input.images, channels: outputs, height: height, width: width, values: output)
    }

    private func normalised(_ input: Maps, _ name: String) -> Maps {
        var maps = input
        let pixels = input.height * input.width
        for channel in 0..<input.channels {
            let places = (0..<input.images).flatMap { image in
                (0..<pixels).map { (image * input.channels + channel) * pixels + $0 }
            }
            var mean = tensors[name + ".running_mean"]?[channel] ?? 0
            var variance = tensors[name + ".running_var"]?[channel] ?? 0
            if isLive {
                mean = places.reduce(0) { $0 + input.values[$1] } / Double(places.count)
                variance =
                    places.reduce(0) { $0 + (input.values[$1] - mean) * (input.values[$1] - mean) }
                    / Double(places.count)
            }
            let scale =
                (tensors[name + ".weight"]?[channel] ?? 0) / (variance + architecture.batchNormEpsilon).squareRoot()
            let shift = tensors[name + ".bias"]?[channel] ?? 0
            for place in places { maps.values[place] = (input.values[place] - mean) * scale + shift }
        }
        return maps
    }

    private func relu(_ input: Maps) -> Maps {
        var maps = input
        for index in maps.values.indices where maps.values[index] < 0 { maps.values[index] = 0 }
        return maps
    }

    private func maxPool(_ input: Maps) -> Maps {
        let (height, width) = ((input.height - 1) / 2 + 1, (input.width - 1) / 2 + 1)
        let (top, left) = (before(input.height, kernel: 3, stride: 2), before(input.width, kernel: 3, stride: 2))
        var values: [Double] = []
        for plane in 0..<input.images * input.channels {
            for y in 0..<height {
                for x in 0..<width {
                    var largest = -Double.infinity
                    for sourceY in max(2 * y - top, 0)...min(2 * y - top + 2, input.height - 1) {
                        for sourceX in max(2 * x - left, 0)...min(2 * x - left + 2, input.width - 1) {
                            largest = max(
                                largest, input.values[(plane * input.height + sourceY) * input.width + sourceX])
                        }
                    }
                    values.append(largest)
                }
            }
        }
        return Maps(images: input.images, channels: input.channels, height: height, width: width, values: values)
    }

    private func logits(_ maps: Maps) -> [[Double]] {
        let weights = tensors["fc.weight"] ?? []
        let bias = tensors["fc.bias"] ?? []
        let pixels = maps.height * maps.width
        return (0..<maps.images).map { image in
            let features = (0..<maps.channels).map { channel in
                let first = (image * maps.channels + channel) * pixels
                return maps.values[first..<first + pixels].reduce(0, +) / Double(pixels)
            }
            return bias.indices.map { label in
                features.indices.reduce(bias[label]) { $0 + weights[label * maps.channels + $1] * features[$1] }
            }
        }
    }

    /// As PyTorch's documentation of `CrossEntropyLoss` writes it: the loss of the class and that of all classes, each
    /// with the classes' weights, over the weights of the labels.
    private func crossEntropy(_ logits: [[Double]], _ labels: [Int]) -> Double {
        let classes = logits[0].count
        let weights = classWeights ?? [Double](repeating: 1, count: classes)
        var (own, all, total) = (0.0, 0.0, 0.0)
        for (row, label) in zip(logits, labels) {
            let sum = row.reduce(0) { $0 + exp($1) }
            let losses = row.map { log(sum) - $0 }
            own += weights[label] * losses[label]
            for index in 0..<classes { all += weights[index] * losses[index] }
            total += weights[label]
        }
        return (1 - labelSmoothing) * own / total + labelSmoothing / Double(classes) * all / total
    }
}
