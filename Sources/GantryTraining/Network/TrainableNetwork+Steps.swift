import CGantryKernels
import GantryCore
import GantryTensors

extension TrainableNetwork {
    /// Weights of an optimiser's piece of work.
    private static let pieceCount = 64 << 10

    /// A part of one tensor.
    private struct Piece {
        let entry: ParameterStore.Entry
        let range: Range<Int>
    }

    private var pieces: [Piece] {
        store.entries.flatMap { entry in
            stride(from: 0, to: entry.count, by: Self.pieceCount).map { first in
                Piece(
                    entry: entry,
                    range: entry.offset + first..<entry.offset + min(first + Self.pieceCount, entry.count))
            }
        }
    }

    /// The norm of all gradients together; squares are added in order, in double.
    public var gradientNorm: Double { norm(of: pieces) }

    private func norm(of pieces: [Piece]) -> Double {
        var squares = [Double](repeating: 0, count: pieces.count)
        squares.withUnsafeMutableBufferPointer { squares in
            layers.memory.team.forEach(pieces.count) { _, index in
                let range = pieces[index].range
                squares[index] = gantry_square_sum(store.gradients.pointer + range.lowerBound, Int64(range.count))
            }
        }
        return squares.reduce(0, +).squareRoot()
    }

    /// Makes a step along the gradients of the last `learn`, which together are cut to the norm `clipNorm`, as
    /// `torch.nn.utils.clip_grad_norm_` does it.
    ///
    /// Returns the name of the first tensor that is no longer finite, or nil.
    @discardableResult
    public func apply(_ optimizer: inout Optimizer, learningRate: Double, clipNorm: Double?) -> String? {
        let pieces = pieces
        // Every learn writes every gradient.
        let scale = clipNorm.map { clip in
            let share = clip / (norm(of: pieces) + 1e-6)
            return share >= 1 ? 1 : share
        }
        let step = optimizer.begin(count: store.count, learningRate: learningRate, gradientScale: scale ?? 1)
        var isFinite = [Bool](repeating: true, count: pieces.count)
        isFinite.withUnsafeMutableBufferPointer { isFinite in
            optimizer.withMemory { first, second in
                layers.memory.team.forEach(pieces.count) { _, index in
                    let (entry, start) = (pieces[index].entry, pieces[index].range.lowerBound)
                    var step = step
                    if !entry.decays { step.decay = 0 }
                    let (gradient, weights) = (store.gradients.pointer + start, store.values.pointer + start)
                    let count = Int64(pieces[index].range.count)
                    isFinite[index] =
                        second.map {
                            gantry_adam_step(&step, gradient, count, weights, first + start, $0 + start)
                        } ?? gantry_nesterov_step(&step, gradient, count, weights, first + start)
                }
            }
        }
        return isFinite.firstIndex(of: false).map { pieces[$0].entry.name }
    }

    /// What the optimiser remembers, for a checkpoint: a tensor for each that is trained, named with the quantity
    /// before it, as `momentum.fc.weight`. Empty before the first step.
    public func state(of optimizer: Optimizer) -> [NamedTensor] {
        optimizer.memories.flatMap { name, values in
            values.withUnsafeBufferPointer { values in
                values.baseAddress.map { store.tensors(at: $0, prefix: name + ".") } ?? []
            }
        }
    }

    /// Puts the optimiser to where `state(of:)` found it after `steps` steps.
    ///
    /// **Throws** `architectureMismatch` where these are not all of its tensors; faults of reading.
    public func restore(
        _ optimizer: inout Optimizer, steps: Int, state: some TensorCollection
    ) throws(WeightsError) {
        guard steps > 0 else { return optimizer.forget() }
        optimizer.prepare(count: store.count)
        let names = optimizer.memories.map(\.name)
        let expected = names.flatMap { name in store.entries.map { (name: "\(name).\($0.name)", shape: $0.shape) } }
        try state.requireExactly(expected, what: "an optimiser's memory", ignoring: { _ in true })
        for (index, name) in names.enumerated() {
            var values = [Float](repeating: 0, count: store.count)
            let result = values.withUnsafeMutableBufferPointer { values -> Result<Void, WeightsError> in
                guard let base = values.baseAddress else { return .success(()) }
                return Result { () throws(WeightsError) in
                    try store.restore(state, prefix: name + ".", to: base)
                }
            }
            try result.get()
            optimizer.restore(memory: index, values)
        }
        optimizer.steps = steps
    }
}
