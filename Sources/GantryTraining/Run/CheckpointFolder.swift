import Foundation
import GantryGround
import GantryTensors

/// The checkpoints of a run: the last two, and the best weights so far.
///
/// **Format**: safetensors, tensors under torchvision's names, those of the optimiser behind `optimizer.`; the metadata
/// has the state as JSON. A file appears by rename, complete and on the disk.
package struct CheckpointFolder: Sendable {
    /// The folder.
    package let path: String

    /// What was saved.
    package struct Checkpoint: Sendable {
        /// Where the run was.
        package var state: TrainingState
        /// The network, by torchvision's names.
        package var weights: TensorDictionary
        /// What the optimiser remembers, by its own names.
        package var optimizer: [NamedTensor]
    }

    private static let optimizerPrefix = "optimizer."
    private static let stateKey = "gantry.training-state"
    private static let best = "best.safetensors"

    /// The checkpoints in `path`, which is there.
    package init(_ path: String) { self.path = path }

    /// Saves where the run is, and forgets all but the last two. **Throws** `WeightsError`.
    package func save(
        _ state: TrainingState, weights: [NamedTensor], optimizer: [NamedTensor]
    ) throws(WeightsError) {
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys]
        guard let json = try? encoder.encode(state) else {
            throw WeightsError(
                .unusableValue, subject: path, explanation: "a number of the training's state is not finite.")
        }
        let renamed = try optimizer.map { tensor throws(WeightsError) in
            try NamedTensor(name: Self.optimizerPrefix + tensor.name, shape: tensor.shape, values: tensor.values)
        }
        try SafetensorsWriter(metadata: [Self.stateKey: String(decoding: json, as: UTF8.self)])
            .write(weights + renamed, to: path + "/" + Self.name(ofStep: state.step))
        for old in saved().dropLast(2) { unlink(path + "/" + old) }
    }

    /// Saves weights that are the best so far. **Throws** `WeightsError`.
    package func saveBest(_ weights: [NamedTensor]) throws(WeightsError) {
        try SafetensorsWriter().write(weights, to: path + "/" + Self.best)
    }

    /// The best weights. **Throws** `WeightsError`.
    package func bestWeights() throws(WeightsError) -> TensorDictionary {
        let file = try SafetensorsFile(path: path + "/" + Self.best)
        return try Self.tensors(of: file, names: file.shapes.keys.sorted())
    }

    /// The newest checkpoint that can be read: what was spoilt since leaves the one before it. **Throws**
    /// `WeightsError`: `cannotOpen` where there is none, otherwise what is wrong with the newest.
    package func newest() throws(WeightsError) -> Checkpoint {
        var first: WeightsError?
        for name in saved().reversed() {
            do throws(WeightsError) {
                return try checkpoint(name)
            } catch {
                first = first ?? error
            }
        }
        throw first ?? WeightsError(.cannotOpen, subject: path, explanation: "there is no checkpoint.")
    }

    /// Takes away what killed writes have left.
    package func removePartialFiles() {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        for name in names where name.hasSuffix(".partial") { unlink(path + "/" + name) }
    }

    private func checkpoint(_ name: String) throws(WeightsError) -> Checkpoint {
        let file = try SafetensorsFile(path: path + "/" + name)
        guard let json = file.metadata[Self.stateKey],
            let state = try? JSONDecoder().decode(TrainingState.self, from: Data(json.utf8))
        else {
            throw WeightsError(
                .inconsistentTensor, subject: path + "/" + name,
                explanation: "its metadata has no \(Self.stateKey) of this version.")
        }
        let names = file.shapes.keys.sorted()
        let weights = try Self.tensors(of: file, names: names.filter { !$0.hasPrefix(Self.optimizerPrefix) })
        var optimizer: [NamedTensor] = []
        for name in names where name.hasPrefix(Self.optimizerPrefix) {
            optimizer.append(
                try NamedTensor(
                    name: String(name.dropFirst(Self.optimizerPrefix.count)), shape: file.shapes[name] ?? [],
                    values: try file.values(of: name)))
        }
        return Checkpoint(state: state, weights: weights, optimizer: optimizer)
    }

    /// Names of the checkpoints, oldest first.
    private func saved() -> [String] {
        let names = (try? FileManager.default.contentsOfDirectory(atPath: path)) ?? []
        return names.filter { $0.hasPrefix("step-") && $0.hasSuffix(".safetensors") }.sorted()
    }

    private static func name(ofStep step: Int) -> String {
        let digits = String(step)
        return "step-" + String(repeating: "0", count: max(0, 12 - digits.count)) + digits + ".safetensors"
    }

    private static func tensors(
        of file: SafetensorsFile, names: [String]
    ) throws(WeightsError) -> TensorDictionary {
        var tensors = TensorDictionary(origin: file.origin)
        for name in names {
            tensors[name] = try NamedTensor(
                name: name, shape: file.shapes[name] ?? [], values: try file.values(of: name))
        }
        return tensors
    }
}
