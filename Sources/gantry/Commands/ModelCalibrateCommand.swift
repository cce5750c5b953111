import ArgumentParser
import Foundation
import GantryCore
import GantryGround
import GantryModelling
import GantryPipeline
import GantryTraining

/// `gantry model calibrate`: a temperature and thresholds for a bundle, fitted on validation data.
struct ModelCalibrateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "calibrate",
        abstract: "Fits a temperature and both thresholds of a bundle on validation data.",
        discussion: """
            The temperature divides the network's logits, so that its probabilities are as often right as they say; \
            it changes no order. With --studies it is fitted on the slices that the truth names, or on the studies \
            where it names none, and the thresholds are chosen on the studies; with --images both are of images. \
            Where the data have sides (train, val, test), the validation side is taken.

            Both are written into pipeline.yaml with the digest of the data; what was scored before is scored anew. \
            Data that the network was trained on, as split.csv in the bundle says, are refused (65).
            """
    )

    @Argument(help: "The bundle's folder.")
    var bundle: String

    @Option(help: ArgumentHelp("Table of what is true, as for `gantry evaluate`.", valueName: "truth.csv"))
    var truth: String?

    @OptionGroup var scored: ScoredDataOptions

    @Option(
        help: ArgumentHelp(
            """
            Where the thresholds are put: sensitivity=S (negative below the highest threshold with it), specificity=S \
            (positive from the lowest with it), or youden (both where the two together are most). May be given twice. \
            (default: 0.95 each)
            """, valueName: "what"))
    var at: [String] = []

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        try scored.validate(truth: truth)
        guard scored.studies != nil || scored.images != nil else {
            throw ValidationError("Give --studies and --truth, or --images.")
        }
        _ = try targets()
    }

    func run() throws {
        try command {
            let targets = try targets()
            let file = bundle + "/" + PipelineBundle.definitionFile
            try OutputOptions.refuse(bundle, among: [truth].compactMap(\.self))
            try RunOptions.refuse(writing: [("the bundle", bundle)], into: scored.inputs)
            let definition = try PipelineBundle.definition(folder: bundle)
            let model = definition.scoring.model
            let table = try truth.map { path throws(TrainingDataFault) in try EvaluationTruth(path: path) }
            let material = try scored.material(bundle, truth: table, usual: .validation, reports: nil)
            try refuseTraining(material)
            let fit = try CalibrationFit(material, temperature: model.temperature, targets: targets)
            try write(fit, to: file)
            let result = CalibrationResult(fit, former: model.temperature)
            var card = ModelCard(of: bundle) ?? ModelCard("# \(URL(filePath: bundle).lastPathComponent)\n")
            card.put(calibration: result.section(version: Gantry.version))
            try card.write(to: bundle)
            try ChangedBundle.renew(bundle)
            guard !json else { return try JSONLines.print("calibration", result) }
            for line in result.lines { Terminal.output.hanging(line, indent: 2) }
            Terminal.output.line("Wrote \(file)")
            let isStale = definition.validRepeatability != nil && fit.temperature != model.temperature
            let stale = isStale ? Self.staleBands : nil
            for remark in material.remarks + [result.warning, stale].compactMap(\.self) {
                Terminal.output.hanging("Note: \(remark.printable)", indent: 6)
            }
        }
    }

    private static let staleBands =
        "The bundle's repeatability was measured at another temperature, and is not used from now on; `gantry model "
        + "repeatability` measures it anew."

    /// What `--at` says. **Throws** `ValidationError`.
    private func targets() throws -> CalibrationFit.Targets {
        var targets = CalibrationFit.Targets()
        var seen: Set<Substring> = []
        for text in at {
            let parts = text.split(separator: "=", maxSplits: 1)
            guard let name = parts.first, seen.insert(name).inserted else {
                throw ValidationError("--at \(text): is said twice.")
            }
            let value = parts.count == 2 ? Double(parts[1]) : nil
            switch (name, value) {
            case ("youden", nil) where parts.count == 1: targets.isYouden = true
            case ("sensitivity", let value?) where 0...1 ~= value: targets.sensitivity = value
            case ("specificity", let value?) where 0...1 ~= value: targets.specificity = value
            default:
                throw ValidationError(
                    "--at takes sensitivity=0.95, specificity=0.95, with a number from 0 to 1, or youden; not \(text).")
            }
        }
        guard !targets.isYouden || at.count == 1 else {
            throw ValidationError("--at youden chooses both thresholds: give nothing beside it.")
        }
        return targets
    }

    /// **Throws** `CommandFault` (65) where the network was trained on some of the data.
    private func refuseTraining(_ material: EvaluationMaterial) throws {
        guard let trained = try TrainedSamples(bundle: bundle, classes: material.classes.names) else { return }
        let count = trained.count(in: material)
        guard count > 0 else { return }
        let words = (material.judgedUnit == .image ? EvaluationUnit.image : .slice).words
        throw CommandFault(
            ExitStatus.badData,
            "\(bundle): its network was trained on \(counted(count, words.singular, words.plural)) of these, as "
                + "\(TrainingFolder.split) says: what is fitted on them would flatter. Take data that it has not seen.")
    }

    private func write(_ fit: CalibrationFit, to file: String) throws {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw CommandFault(ExitStatus.configuration, "\(file): \(error.localizedDescription)")
        }
        let calibration = ModelCalibration(temperature: fit.temperature, dataSHA256: fit.dataSHA256)
        let changed = PipelineText.calibrating(
            calibration, negativeBelow: fit.negativeBelow, positiveFrom: fit.positiveFrom, in: text)
        guard let changed else {
            throw CommandFault(
                ExitStatus.configuration,
                """
                \(file): its sections model and judging are not written one key a line, so it was left alone. Write \
                into them: temperature: \(fit.temperature), calibration-sha256: "\(fit.dataSHA256)"; negative-below: \
                \(fit.negativeBelow), positive-from: \(fit.positiveFrom)
                """)
        }
        try CommandFault.ofWriting { () throws(FileFailure) in try DurableFile.write(changed.utf8, to: file) }
    }
}
