import Foundation
import GantryCore
import GantryInference
import GantryTensors

/// A model file made of weights of any format: safetensors with torchvision's names.
package struct ConvertedModel {
    /// Tensors written.
    package let tensors: Int
    /// Numbers in them.
    package let numbers: Int

    /// Checks all that can be wrong with `weights`, then writes them; `elementType` is what a tensor of the given type
    /// is stored as.
    ///
    /// **Throws** `unusableValue` naming every tensor with NaN, infinity or a negative variance, or a value beyond the
    /// stored type; faults of reading and writing. Nothing is written then.
    package init(
        _ weights: any TensorCollection, conventions: NetworkConventions, source: String, to path: String,
        elementType: (ElementType) -> ElementType
    ) throws(WeightsError) {
        // What only training needs has no place in a model that is scored with.
        let tensors = weights.shapes.filter { !ResidualArchitecture.isTrainingOnly($0.key) }.map { name, shape in
            StoredTensor(name: name, shape: shape, elementType: elementType(weights.elementType(of: name) ?? .f32))
        }
        try weights.requireUsableValues(of: tensors.map(\.name).sorted())
        var metadata = ["gantry.converted-from": URL(filePath: source).lastPathComponent]
        metadata.merge(conventions.metadata) { $1 }
        try SafetensorsWriter(metadata: metadata).write(tensors, to: path) { tensor throws(WeightsError) in
            .floats(try weights.values(of: tensor.name))
        }
        self.tensors = tensors.count
        numbers = tensors.reduce(0) { $0 + ($1.shape.elementCount ?? 0) }
    }
}
