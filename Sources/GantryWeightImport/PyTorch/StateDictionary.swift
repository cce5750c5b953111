import GantryTensors

/// The tensors of a state dict, found in what a pickle made.
///
/// A checkpoint holds the state dict under `state_dict`, `model_state_dict` or `model`, or under any other key
/// (`net`, `module`, `teacher`) where it is the only one that holds convolutions. What lies beside it (an epoch, an
/// optimiser's state) is never looked at. Names are as they were saved.
struct StateDictionary: Sendable {
    /// Keys under which checkpoints keep a state dict. Source: torchvision's, timm's and PyTorch's own training
    /// examples.
    static let usualKeys = ["state_dict", "model_state_dict", "model"]
    /// How many such keys may lie in one another.
    static let mostLevels = 4

    let tensors: [String: PickledTensor]
    /// Which state dict was taken, where it was not the only one or has no usual key.
    let remarks: [WeightRemark]

    /// The state dict in `root`, under the key `wanted` where that is said. **Throws** `malformedHeader` where there is
    /// none; `choiceMissing` where there are several.
    init(_ root: PickleValue, heap: PickleHeap, key wanted: String?, origin: String) throws(WeightsError) {
        var finder = StateFinder(heap: heap)
        var level = root
        var remarks: [WeightRemark] = []
        var isFound = wanted == nil
        for _ in 0..<Self.mostLevels {
            guard let entries = heap.textEntries(level) else { break }
            if !isFound, let wanted, let inner = entries[wanted], heap.textEntries(inner) != nil {
                isFound = true
                level = inner
                remarks.append(.note("The state dict `\(wanted)` was taken."))
                continue
            }
            let candidates = entries.keys.filter { finder.holdsConvolutions(entries[$0]) }.sorted()
            let usual = Self.usualKeys.filter { finder.holdsTensors(entries[$0]) }
            let choice = usual.isEmpty && !Self.hasConvolutions(entries) ? candidates : usual
            guard choice.count <= 1 else {
                throw WeightsError(
                    .choiceMissing, subject: origin,
                    explanation: "the checkpoint has more than one state dict: \(choice.joined(separator: ", ")). "
                        + "Say which one is meant, as --state-dict \(choice[0]).")
            }
            guard let key = choice.first, let inner = entries[key] else { break }
            let others = candidates.filter { $0 != key }
            if !others.isEmpty {
                remarks.append(
                    .note(
                        "The state dict `\(key)` was taken; beside it: \(Self.list(others)) (--state-dict)."))
            } else if usual.isEmpty {
                remarks.append(.note("The state dict `\(key)` was taken, the only one."))
            }
            level = inner
        }
        if !isFound, let wanted {
            let names = heap.textEntries(root)?.keys.sorted() ?? []
            throw WeightsError(
                .architectureMismatch, subject: origin,
                explanation: "there is no state dict `\(wanted)` in it; what is there: "
                    + "\(names.isEmpty ? "nothing" : Self.list(names)).")
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
            let names = entries.keys.sorted()
            throw WeightsError(
                .malformedHeader, subject: origin,
                explanation: "there are no tensors in its state dict; what is there: "
                    + "\(names.isEmpty ? "nothing" : Self.list(names)).")
        }
        // What an unknown class keeps to itself might be a part of the network.
        let objects = entries.values.filter { if case .object = $0 { true } else { false } }
        guard !heap.holdTensors(objects) else {
            throw WeightsError(
                .refusedContent, subject: origin,
                explanation: "a part of its state dict is an object that holds tensors, and no object is ever built.")
        }
        self.tensors = tensors
        self.remarks = remarks
    }

    private static func list(_ names: [String]) -> String {
        let more = names.count - PickleInterpreter.mostListed
        return names.prefix(PickleInterpreter.mostListed).joined(separator: ", ")
            + (more > 0 ? " and \(more) more" : "")
    }

    private static func hasConvolutions(_ entries: [String: PickleValue]) -> Bool {
        entries.values.contains { StateFinder.isConvolution($0) }
    }
}

/// Which dictionaries of a pickle are state dicts. Each is looked at once, however often it is referred to.
private struct StateFinder {
    let heap: PickleHeap
    /// By place; of those that are being looked at, false.
    private var withConvolutions: [Int: Bool] = [:]
    private var withTensors: [Int: Bool] = [:]

    init(heap: PickleHeap) { self.heap = heap }

    /// Weights of a convolution have four sizes, in three dimensions five.
    static func isConvolution(_ value: PickleValue) -> Bool {
        guard case .tensor(let tensor) = value else { return false }
        return tensor.layout.shape.dimensions.count >= 4
    }

    private static func isTensor(_ value: PickleValue) -> Bool {
        if case .tensor = value { true } else { false }
    }

    /// Whether `value` is a state dict of a network, or holds one under a usual key.
    mutating func holdsConvolutions(_ value: PickleValue?) -> Bool {
        Self.holds(value, heap, StateDictionary.mostLevels, &withConvolutions, Self.isConvolution)
    }

    /// Whether `value` is a dictionary with tensors, or holds one under a usual key.
    mutating func holdsTensors(_ value: PickleValue?) -> Bool {
        Self.holds(value, heap, StateDictionary.mostLevels, &withTensors, Self.isTensor)
    }

    private static func holds(
        _ value: PickleValue?, _ heap: PickleHeap, _ levels: Int, _ known: inout [Int: Bool],
        _ isSought: (PickleValue) -> Bool
    ) -> Bool {
        guard levels > 0, case .dictionary(let place) = value else { return false }
        if let answer = known[place] { return answer }
        known[place] = false
        var answer = false
        for case (.text(let key), let inner) in heap.dictionaries[place] where !answer {
            answer =
                isSought(inner)
                || StateDictionary.usualKeys.contains(key) && holds(inner, heap, levels - 1, &known, isSought)
        }
        known[place] = answer
        return answer
    }
}

extension PickleInterpreter {
    /// The state dict in what the pickle made, under `key` where that is said.
    ///
    /// **Throws** `refusedContent` naming the classes where an object holds the tensors, and what `StateDictionary`
    /// throws.
    func stateDictionary(_ root: PickleValue, key: String?) throws(WeightsError) -> StateDictionary {
        do throws(WeightsError) {
            return try StateDictionary(root, heap: heap, key: key, origin: origin)
        } catch {
            // The names of the classes say more, but not where several state dicts were found.
            if error.code != .choiceMissing { try refuseNames() }
            throw error
        }
    }
}
