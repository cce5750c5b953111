import CGantryKernels
import GantryCore
import GantryGround
import GantryInference
import GantryTensors

/// Measures every batch norm's running mean and variance on a set of images, in depth order: each layer sees what the
/// calibrated layers before it give.
///
/// The statistics are those of the batch norm's input over all images and positions; the variance is unbiased, as
/// PyTorch's `running_var`. Sums are in double and added in image order, so the result does not depend on the number of
/// workers. Memory: about 8 MB an image of 224x224 for ResNet-50.
///
/// **Source**: Ioffe and Szegedy, "Batch normalization" (2015), algorithm 2, line 10; layer-sequential as in Mishkin
/// and Matas, "All you need is a good init" (2016).
public struct BatchNormCalibration: Sendable {
    /// The network.
    public let architecture: ResidualArchitecture
    /// Threads used; at least one.
    public let workers: Int
    private let tensors: TensorDictionary

    /// A calibration of the network whose convolutions, and batch-norm weights and biases, are in `tensors`.
    ///
    /// **Throws** `architectureMismatch` naming every tensor that is missing or misshapen, and where batch norms stand
    /// behind the ReLUs; `libraryMissing` without OpenBLAS.
    public init(
        architecture: ResidualArchitecture, tensors: TensorDictionary, workers: Int
    ) throws(WeightsError) {
        let expected = architecture.tensors.filter {
            !$0.name.hasSuffix(".running_mean") && !$0.name.hasSuffix(".running_var") && !$0.name.hasPrefix("fc.")
        }
        try tensors.requireExactly(expected, what: "a network to calibrate", ignoring: { _ in true })
        guard architecture.activationOrder == .normFirst else {
            throw WeightsError(
                .architectureMismatch, subject: tensors.origin,
                explanation: "its batch norms stand behind the ReLUs (relu-norm), which are not fitted here.")
        }
        try OpenBLAS.load()
        self.architecture = architecture
        self.tensors = tensors
        self.workers = max(workers, 1)
    }

    /// `running_mean` and `running_var` of every batch norm, `[channels]` each.
    ///
    /// **Throws** `TrainingError` where the images do not fit or a statistic is not finite, `WeightsError` where a
    /// tensor cannot be read.
    public func statistics(of images: ImageBatch) throws -> [NamedTensor] {
        guard images.channels == architecture.inputChannels else {
            throw TrainingError.channelCount(found: images.channels, expected: architecture.inputChannels)
        }
        guard images.count > 0 else { throw TrainingError.tooFewImages }
        var results: [NamedTensor] = []
        var maps = input(images)
        maps = try apply(architecture.stemUnit, to: maps, residual: nil, relu: true, &results)
        if architecture.stemPool == .max { maps = pool(maps) }
        for block in architecture.stages.joined() {
            // `maps` moves through the block, so that a layer's input is freed as soon as nothing needs it.
            var shortcut: FeatureMaps = maps
            if let projection = block.projection {
                shortcut = try apply(projection, to: maps, residual: nil, relu: false, &results)
            } else if let zeros = block.zeros {
                shortcut = shaped(maps, by: zeros)
            }
            for (index, unit) in block.convolutions.enumerated() {
                let isLast = index + 1 == block.convolutions.count
                maps = try apply(unit, to: maps, residual: isLast ? shortcut : nil, relu: true, &results)
            }
        }
        return results
    }

    private func input(_ images: ImageBatch) -> FeatureMaps {
        let maps = FeatureMaps(
            count: images.count, channels: images.channels, height: images.height, width: images.width)
        images.values.withUnsafeBufferPointer { values in
            guard let base = values.baseAddress else { return }
            for image in 0..<images.count {
                maps[image].update(from: base + image * images.elementsPerImage, count: images.elementsPerImage)
            }
        }
        return maps
    }

    private func shaped(_ maps: FeatureMaps, by zeros: ZeroShortcut) -> FeatureMaps {
        let shaped = FeatureMaps(
            count: maps.count, channels: zeros.outputChannels, height: zeros.outputSize(maps.height),
            width: zeros.outputSize(maps.width))
        WorkerThreads.forEach(count: maps.count, workers: workers) {
        } body: { _, image in
            zeros.write(maps[image], height: maps.height, width: maps.width, into: shaped[image])
        }
        return shaped
    }

    private func pool(_ maps: FeatureMaps) -> FeatureMaps {
        let pooled = FeatureMaps(
            count: maps.count, channels: maps.channels, height: (maps.height - 1) / 2 + 1,
            width: (maps.width - 1) / 2 + 1)
        WorkerThreads.forEach(count: maps.count, workers: workers) {
        } body: { _, image in
            gantry_max_pool_3x3_stride_2(
                maps[image], Int32(maps.channels), Int32(maps.height), Int32(maps.width),
                Int32(architecture.poolPaddingBefore(maps.height)), Int32(architecture.poolPaddingBefore(maps.width)),
                pooled[image])
        }
        return pooled
    }

    /// Convolves, measures, and returns relu(batch norm + residual).
    private func apply(
        _ unit: ConvolutionUnit, to maps: FeatureMaps, residual: FeatureMaps?, relu: Bool,
        _ results: inout [NamedTensor]
    ) throws -> FeatureMaps {
        let convolution = Convolution(unit: unit, weights: try tensors.values(of: unit.name + ".weight"))
        let output = FeatureMaps(
            count: maps.count, channels: unit.outputChannels, height: unit.outputSize(maps.height),
            width: unit.outputSize(maps.width))
        guard output.count * output.positions > 1 else { throw TrainingError.tooFewImages }
        let statistics = convolve(convolution, maps, into: output)
        guard statistics.means.allSatisfy(\.isFinite), statistics.variances.allSatisfy(\.isFinite) else {
            throw TrainingError.notFinite
        }
        // The convolution's own bias shifts the mean and nothing else: it is not in `output`, so it is only added to
        // the result.
        let own =
            unit.hasBias
            ? try tensors.values(of: unit.name + ".bias") : [Float](repeating: 0, count: unit.outputChannels)
        guard unit.hasBatchNorm else {
            let ones = [Float](repeating: 1, count: unit.outputChannels)
            normalise(output, scales: ones, shifts: own, residual: residual, relu: relu)
            return output
        }
        let shape: TensorShape = [unit.outputChannels]
        let variances = statistics.variances.map(Float.init)
        results.append(
            try NamedTensor(
                name: unit.batchNorm + ".running_mean", shape: shape,
                values: zip(statistics.means, own).map { Float($0 + Double($1)) }))
        results.append(try NamedTensor(name: unit.batchNorm + ".running_var", shape: shape, values: variances))

        let gamma = try tensors.values(of: unit.batchNorm + ".weight")
        let beta = try tensors.values(of: unit.batchNorm + ".bias")
        let scales = zip(gamma, variances).map { gamma, variance in
            Double(gamma) / (Double(variance) + architecture.batchNormEpsilon).squareRoot()
        }
        let shifts = (0..<unit.outputChannels).map { Float(Double(beta[$0]) - statistics.means[$0] * scales[$0]) }
        normalise(output, scales: scales.map(Float.init), shifts: shifts, residual: residual, relu: relu)
        return output
    }

    private func convolve(
        _ convolution: Convolution, _ maps: FeatureMaps, into output: FeatureMaps
    ) -> ChannelStatistics {
        var sums = [Double](repeating: 0, count: maps.count * output.channels)
        var squares = sums
        sums.withUnsafeMutableBufferPointer { sums in
            squares.withUnsafeMutableBufferPointer { squares in
                guard let sums = sums.baseAddress, let squares = squares.baseAddress else { return }
                // Shared by the workers: each image's row is written by the one worker that took the image.
                nonisolated(unsafe) let (allSums, allSquares) = (sums, squares)
                WorkerThreads.forEach(count: maps.count, workers: workers) {
                    FloatBuffer(count: convolution.scratchCount(height: maps.height, width: maps.width))
                } body: { scratch, image in
                    convolution.run(
                        maps[image], height: maps.height, width: maps.width, into: output[image],
                        scratch: scratch.pointer, finish: { _, _ in })
                    gantry_channel_sums(
                        output[image], Int32(output.channels), Int64(output.positions),
                        allSums + image * output.channels, allSquares + image * output.channels)
                }
            }
        }
        return ChannelStatistics(
            sums: sums, squares: squares, channels: output.channels, positions: output.positions)
    }

    /// maps = relu(scale * maps + shift + residual), in place.
    private func normalise(
        _ maps: FeatureMaps, scales: [Float], shifts: [Float], residual: FeatureMaps?, relu: Bool
    ) {
        WorkerThreads.forEach(count: maps.count, workers: workers) {
        } body: { _, image in
            let values = maps[image]
            for channel in 0..<maps.channels {
                let scale = scales[channel]
                for index in channel * maps.positions..<(channel + 1) * maps.positions { values[index] *= scale }
            }
            gantry_bias_residual_relu(
                values, shifts, residual.map { UnsafePointer($0[image]) }, Int32(maps.channels),
                Int64(maps.positions), Int64(maps.positions), relu)
        }
    }
}
