import ArgumentParser
import Foundation
import GantryCore
import GantryModelling
import GantryPipeline

/// What a bundle scores now, with its truth: `--studies` or `--images`.
struct ScoredDataOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Folder of DICOM studies; those that the truth names are scored.", valueName: "folder"))
    var studies: String?

    @Option(
        help: ArgumentHelp(
            "Folder of pictures, a folder for each class or with --truth, or an .npz file.", valueName: "path"))
    var images: String?

    @Option(
        help: ArgumentHelp(
            "Which side of data that have sides: train, validation or test.", valueName: "side"))
    var split: String?

    @OptionGroup var trust: TrustOptions

    /// The side that is asked for; nil where none is.
    var side: DataSide? { split.flatMap(DataSide.init(word:)) }

    /// Folders that nothing is written to.
    var inputs: [String] {
        ([studies] + [images.flatMap { $0.hasSuffix(".npz") ? nil : $0 }]).compactMap(\.self)
    }

    func validate(truth: String?) throws {
        if let split, side == nil {
            throw ValidationError("--split takes train, validation or test, not \(split).")
        }
        guard studies == nil || images == nil else { throw ValidationError("Give --studies or --images.") }
        if studies != nil, truth == nil { throw ValidationError("--studies need --truth.") }
    }

    /// What `bundle` says of the data. Where they have sides, `usual` is taken unless one is said; `reports` is where
    /// studies' reports go. **Throws** what the material does.
    func material(
        _ bundle: String, truth: EvaluationTruth?, usual: DataSide, reports: String?
    ) throws -> EvaluationMaterial {
        if let images {
            try PipelineBundle.refuse(bundle, unlessFor: .images)
            let model = try BundleModel.checked(folder: bundle, trust: trust.keys())
            return try EvaluationMaterial(
                model, images: images, truth: truth, side: side ?? usual, isSaid: side != nil,
                threads: CoreDivision.available)
        }
        guard let studies, let truth else { throw CommandFault(ExitStatus.usage, "--studies need --truth.") }
        let side = side ?? (truth.sides.isEmpty ? nil : usual)
        let named = truth.studies.filter { side == nil || truth.sides[$0.value] == side }
        let scored = try ScoredStudies(
            bundle: bundle, studies: studies, named: Set(named), reports: reports, trust: trust)
        if let first = scored.failures.first, scored.failures.count == scored.count {
            throw CommandFault(ExitStatus.badData, "\(studies): no study comes to a verdict: \(first)")
        }
        var material = try EvaluationMaterial(scored.store, truth: truth, name: studies, side: side)
        material.reportFolder = reports
        if let first = scored.failures.first {
            material.remarks.append(
                "\(counted(scored.failures.count, "study", "studies")) came to no verdict: \(first)")
        }
        if let side, self.side == nil {
            material.remarks.append(
                "Of the sides that the truth has, \(side.rawValue) is taken; --split names another.")
        }
        return material
    }
}
