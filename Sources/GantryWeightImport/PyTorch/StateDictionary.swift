import GantryTensors

/// The tensors of a state dict, found in what a pickle made.
///
/// A checkpoint may hold the state dict under `state_dict`, `model_state_dict` or `model`; what lies beside it (an
/// epoch, an optimiser's state) is never looked at. Names are as they were saved.
struct StateDictionary: Sendable {
    /// Keys under which checkpoints keep a state dict. Source: torchvision's, timm's and PyTorch's own training
    /// examples.
    static let nestedKeys = ["state_dict", "model_state_dict", "model"]
    /// How many such keys may lie in one another.
    static let mostLevels = 4

    let tensors: [String: PickledTensor]

    /// The state dict in `root`. **Throws** `malformedHeader` where there is none, or more than one.
    init(_ root: PickleValue, heap: PickleHeap, origin: String) throws(WeightsError) {
        var level = root
        for _ in 0..<Self.mostLevels {
            guard let entries = heap.textEntries(level) else { break }
            let nested = Self.nestedKeys.filter { key in
                entries[key].map { heap.textEntries($0) != nil } ?? false
            }
            guard nested.count <= 1 else {
                throw WeightsError(
                    .malformedHeader, subject: origin,
                    explanation: "the checkpoint has more than one state dict: \(nested.joined(separator: ", ")). "
                        + "Save the one that is meant alone.")
            }
            guard let key = nested.first, let inner = entries[key] else { break }
            level = inner
        }
        guard let entries = heap.textEntries(level) else {
            throw WeightsError(
                .malformedHeader, subject: origin, explanation: "what was saved is not a state dict: it has no names.")
        }
        let tensors = entries.compactMapValues { value -> PickledTensor? in
            guard case .tensor(let tensor) = value else { return nil }
            return tensor
        }
        guard !tensors.isEmpty else {
            let names = entries.keys.sorted().prefix(PickleInterpreter.mostListed).joined(separator: ", ")
            throw WeightsError(
                .malformedHeader, subject: origin,
                explanation:
                    "there are no tensors in its state dict; what is there: \(names.isEmpty ? "nothing" : names).")
        }
        self.tensors = tensors
    }
}
