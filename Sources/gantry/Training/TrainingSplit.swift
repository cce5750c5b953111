import GantryCore
import GantryGround
import GantryPipeline
import GantryTraining
import Synchronization

/// Which side each sample is on, with nothing on two.
enum TrainingSplit {
    /// Most leaks that are named one by one.
    private static let mostNamed = 50

    /// The samples with their sides: those that are given, the others by the recipe's share and seed.
    ///
    /// Pictures that are nearly the same stay together where they are divided, and are leaks where they were divided
    /// before. Of CT slices the pixels decide: neighbours in one patient are always alike, and synthetic patients may
    /// be. **Throws** `TrainingDataFault`; `leak` names every pair, unless the recipe allows them: then they are among
    /// `remarks`. Throws `ExitCode` where a signal has come.
    static func assigned(
        _ material: TrainingMaterial, recipe: TrainingRecipe, workers: Int, interruption: Interruption,
        remarks: inout [String]
    ) throws -> [LabelledSample] {
        let samples = material.samples
        let pictures = material.pictures
        let failure = Mutex<FileFailure?>(nil)
        @Sendable func picture(_ index: Int) -> PixelImage? {
            do throws(FileFailure) {
                return try pictures.picture(index, epoch: nil)
            } catch {
                failure.withLock { $0 = error }
                return nil
            }
        }
        let fingerprints = material.fingerprints
        if recipe.data.images != nil {
            interruption.bar.show("comparing images", fraction: nil, detail: Presentation.grouped(samples.count))
        }
        var check = LeakCheck()
        check.workers = workers
        let isOpen = samples.contains { $0.side == nil } || !samples.contains { $0.side == .validation }
        let together =
            isOpen ? check.similarPairs(among: fingerprints, picture: picture, goesOn: interruption.goesOn) : []
        try interruption.check()
        let assigned = try DataSplit(validation: recipe.data.validation, seed: recipe.training.seed)
            .assigned(samples, classes: material.classes, together: together)
        let leaks = check.leaks(
            among: assigned, fingerprints: fingerprints, picture: picture, goesOn: interruption.goesOn)
        try interruption.check()
        interruption.bar.finish()
        if let failure = failure.withLock({ $0 }) { throw failure }
        guard !leaks.isEmpty else { return assigned }
        let named = leaks.prefix(mostNamed).map(\.wording)
        let more = leaks.count > mostNamed ? ["and \(leaks.count - mostNamed) more"] : []
        guard recipe.data.allowsLeaks else {
            throw CommandFault(
                ExitStatus.badData,
                "\(counted(leaks.count, "pair")) \(leaks.count == 1 ? "is" : "are") on two sides, so that a validation "
                    + "would flatter:\n"
                    + leaks.map { "  " + $0.wording }.joined(separator: "\n")
                    + "\nTake them from one side, or go on with --allow-leaks.")
        }
        remarks.append(
            "\(counted(leaks.count, "pair")) on two sides \(leaks.count == 1 ? "was" : "were") let through "
                + "(--allow-leaks), so the figures flatter: " + (named + more).joined(separator: "; "))
        return assigned
    }

    /// The samples that a manifest names, as it names them, of those that were read again.
    ///
    /// **Throws** `CommandFault` (65) where one is gone or its pixels are others: what comes out would not be what was
    /// begun.
    static func restored(
        _ samples: [LabelledSample], as manifest: DataManifest, from recipe: TrainingRecipe
    ) throws(CommandFault) -> [LabelledSample] {
        let found = Dictionary(samples.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let known = Dictionary(manifest.samples.map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let place = recipe.data.images ?? recipe.data.studies ?? ""
        var problems = manifest.samples.compactMap { sample -> String? in
            guard let now = found[sample.name] else { return "\(sample.name) is gone" }
            return now.contentDigest == sample.contentDigest ? nil : "\(sample.name) has other pixels"
        }
        problems += samples.filter { known[$0.name] == nil }.map { "\($0.name) is new" }
        guard problems.isEmpty else {
            throw CommandFault(
                ExitStatus.badData,
                "\(place): is not what the training began with:\n"
                    + problems.prefix(10).map { "  " + $0 }.joined(separator: "\n")
                    + (problems.count > 10 ? "\n  and \(problems.count - 10) more" : "")
                    + "\nBring the data back, or begin anew.")
        }
        return samples.map { sample in
            var restored = sample
            if let named = known[sample.name] {
                (restored.side, restored.label, restored.group) = (named.side, named.label, named.group)
            }
            return restored
        }
    }
}
