import GantryCore
import GantryInference
import GantryTensors

/// The memory that training a network takes at its highest, by its maps and weights: an estimate before anything is
/// there.
public struct TrainingMemory: Sendable, Hashable {
    /// Bytes for each image of a batch: its input, and every map that the backward pass needs.
    public let bytesAnImage: Int
    /// Bytes whatever the batch: weights, gradients, what the optimiser remembers, and copies while they are saved.
    public let fixedBytes: Int

    /// Of the part of `architecture` behind `freeze`, in `arithmetic`, for images of `height` x `width` pixels.
    ///
    /// **Throws** `architectureMismatch` as `TrainableNetwork` does.
    public init(
        _ architecture: ResidualArchitecture, freeze: FreezePoint, optimizer: TrainingScheduleRecipe.OptimizerKind,
        arithmetic: Precision = .f32, height: Int, width: Int
    ) throws(WeightsError) {
        let cut = try NetworkCut(architecture, freeze: freeze)
        let floats = MemoryLayout<Float>.size
        let number = arithmetic == .bf16 ? floats / 2 : floats
        let input = cut.inputShape(height: height, width: width).elementCount ?? 0
        let pixels = architecture.inputChannels * height * width
        // As it was read, and as the layers read it; what the scoring engine makes such inputs of besides.
        var bytes = input * (floats + number) + (freeze == .none ? 0 : 2 * pixels) * floats
        var weights = architecture.classes * (architecture.featureCount + 1)
        var (within, between) = (0, input)
        func include(_ geometry: ConvolutionGeometry) {
            bytes += geometry.outputPixels * geometry.unit.outputChannels * number
            weights += geometry.weightCount + 2 * geometry.unit.outputChannels
        }
        var size = (height: height, width: width)
        if cut.hasStem {
            let geometry = ConvolutionGeometry(
                unit: architecture.stemUnit, inputHeight: height, inputWidth: width)
            include(geometry)
            between = geometry.outputPixels * geometry.unit.outputChannels
            let stem = try NetworkCut(architecture, freeze: .stem).inputShape(height: height, width: width)
            // The numbers, and which pixel of its window each is.
            bytes += (stem.elementCount ?? 0) * (number + 1)
            (size.height, size.width) = (stem.dimensions[1], stem.dimensions[2])
        } else if !cut.beginsPooled {
            let shape = cut.inputShape(height: height, width: width).dimensions
            (size.height, size.width) = (shape[1], shape[2])
        }
        for block in cut.beginsPooled ? [] : architecture.stages.dropFirst(cut.frozenStages).flatMap(\.self) {
            if let projection = block.projection {
                include(ConvolutionGeometry(unit: projection, inputHeight: size.height, inputWidth: size.width))
            }
            var outputs = 0
            for unit in block.convolutions {
                let geometry = ConvolutionGeometry(unit: unit, inputHeight: size.height, inputWidth: size.width)
                include(geometry)
                size = (geometry.outputHeight, geometry.outputWidth)
                outputs = geometry.outputPixels * unit.outputChannels
                within = max(within, outputs, geometry.inputPixels * unit.inputChannels)
            }
            bytes += outputs * number
            between = max(between, outputs)
        }
        // One activation that is written again, and two gradients within and between blocks.
        bytesAnImage = bytes + (3 * within + 2 * between) * number
        let memories = optimizer == .sgd ? 1 : 2
        fixedBytes = weights * floats * (2 + memories + 1 + memories)
    }

    /// Bytes with batches of this size.
    public func bytes(batch: Int) -> Int { fixedBytes + bytesAnImage * max(batch, 1) }

    /// The largest batch that fits into so many bytes; nil where not even one image does.
    public func largestBatch(within bytes: Int) -> Int? {
        let count = (bytes - fixedBytes) / max(bytesAnImage, 1)
        return count > 0 ? count : nil
    }
}
