import ArgumentParser
import Foundation
import GantryCore
import GantryModelling
import GantryPipeline
import GantryStore
import GantryTraining

/// `gantry evaluate`: a store's verdicts, or what a bundle says now, against the truth.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compares verdicts with the truth: areas under the ROC curve, sensitivity, calibration, groups.",
        discussion: """
            A store's latest verdicts are compared (--store), or a bundle scores studies (--bundle and --studies) or \
            images (--bundle and --images) now. The truth is a table: `truth.csv` as `gantry phantom` writes it, or \
            study_instance_uid and label, of pictures file and label, separated by comma, semicolon or tab; a row may \
            also name sop_instance_uid, for a slice. Labels are the bundle's classes, or positive and negative. Images \
            need none where they lie in a folder for each class, or in an .npz file.

            Intervals are of 95 %: of areas by a bootstrap over the patients, of shares Wilson's. What cannot be \
            computed is said, and null in JSON.

            --sanity asks something else: whether the maps of `gantry explain` depend on what a bundle's network has \
            learned. Its layers are made random from the top, and the maps must change.
            """
    )

    @Option(help: ArgumentHelp("Table of what is true.", valueName: "truth.csv"))
    var truth: String?

    @Option(
        help: ArgumentHelp(
            "The store whose verdicts are compared. (default: gantry/gantry.sqlite)", valueName: "file"))
    var store: String?

    @Option(help: ArgumentHelp("Folder of the bundle that scores now.", valueName: "bundle"))
    var bundle: String?

    @OptionGroup var scored: ScoredDataOptions

    @Option(
        help: ArgumentHelp(
            "Another bundle, which scores the same, or another store: areas by DeLong's test, agreement of verdicts.",
            valueName: "other"))
    var compare: String?

    @Option(
        help: ArgumentHelp(
            "Folder for evaluation.json and evaluation.html; with --studies also for the reports.",
            valueName: "folder"))
    var output: String?

    @Option(
        help: ArgumentHelp(
            "Folder where the reports of the store lie, for links to them. (default: gantry/reports)",
            valueName: "folder"))
    var reports: String?

    @Option(help: ArgumentHelp("What the draws of the bootstrap follow from.", valueName: "n"))
    var seed: UInt64 = 1

    @Flag(help: "Test whether maps change when layers are made random; with --bundle, and --studies or --images.")
    var sanity = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard !sanity else {
            guard bundle != nil, (scored.studies == nil) != (scored.images == nil) else {
                throw ValidationError("--sanity takes --bundle, and --studies or --images.")
            }
            return
        }
        try scored.validate(truth: truth)
        let option = scored.studies != nil ? "--studies" : scored.images != nil ? "--images" : nil
        if bundle == nil {
            if let option { throw ValidationError("\(option) are scored by --bundle.") }
            guard truth != nil else { throw ValidationError("A store is compared with --truth.") }
        } else if option == nil {
            throw ValidationError("--bundle scores --studies or --images.")
        } else if store != nil {
            throw ValidationError("--store holds verdicts, --bundle makes some: give one of them.")
        } else if reports != nil {
            throw ValidationError("--reports are those of a store.")
        }
    }

    func run() throws {
        try command {
            guard !sanity else { return try testSanity() }
            let table = try truth.map { path throws(TrainingDataFault) in try EvaluationTruth(path: path) }
            if let output {
                try OutputOptions.refuse(output, among: [truth, store, bundle, compare].compactMap(\.self))
                try RunOptions.refuse(writing: [("--output", output)], into: scored.inputs)
            }
            var material: EvaluationMaterial
            if let bundle = bundle {
                material = try scored.material(bundle, truth: table, usual: .test, reports: reportsOfStudies)
                try noteTraining(of: bundle, &material)
            } else {
                material = try self.material(ofStore: store, table)
                material.reportFolder = reports ?? "gantry/reports"
            }
            let report = EvaluationReport(
                material, evaluated: bundle ?? store ?? StoreLocation.usual,
                truth: truth ?? scored.images ?? "", seed: seed, page: output,
                compared: try other(table, than: material.classes))
            guard report.studies + report.images > 0 else {
                throw CommandFault(
                    ExitStatus.noInput, "of no study that has a verdict the truth says whether it is positive.")
            }
            let shown = EvaluationOutput(report: report)
            if let output { try shown.write(to: output) }
            guard !json else { return try JSONLines.print("evaluation", report) }
            shown.print()
            if let output {
                Terminal.output.line("\nWrote \(output)/\(EvaluationOutput.page) and \(EvaluationOutput.figures)")
            }
        }
    }

    /// Prints whether the maps of a bundle's network depend on what it has learned.
    private func testSanity() throws {
        let source = scored.studies.map(SanityEvaluation.Source.studies) ?? scored.images.map { .images($0) }
        guard let bundle, let source else { return }
        let evaluation = try SanityEvaluation(bundle: bundle, source: source, trust: scored.trust.keys())
        if json { try JSONLines.print("sanity", evaluation) } else { evaluation.printed() }
    }

    private var reportsOfStudies: String? { output.map { $0 + "/reports" } }

    private func material(ofStore path: String?, _ truth: EvaluationTruth?) throws -> EvaluationMaterial {
        var location = StoreLocation()
        location.store = path ?? StoreLocation.usual
        guard let truth else { throw CommandFault(ExitStatus.usage, "a store is compared with --truth.") }
        return try EvaluationMaterial(
            try location.openForReading(), truth: truth, name: location.store, side: scored.side)
    }

    /// The other bundle's, or store's, cases, of the same positive class.
    private func other(
        _ truth: EvaluationTruth?, than classes: EvaluationClasses
    ) throws -> (name: String, material: EvaluationMaterial)? {
        guard let compare else { return nil }
        let other = try material(ofOther: compare, truth)
        let (own, others) = (classes.names[classes.positive], other.classes.names[other.classes.positive])
        guard own == others else {
            throw CommandFault(
                ExitStatus.usage,
                "--compare \(compare): judges \(others), and what it is compared with judges \(own). Areas and "
                    + "verdicts are compared of one positive class.")
        }
        return (compare, other)
    }

    private func material(ofOther compare: String, _ truth: EvaluationTruth?) throws -> EvaluationMaterial {
        var isFolder: ObjCBool = false
        guard FileManager.default.fileExists(atPath: compare, isDirectory: &isFolder) else {
            throw CommandFault(ExitStatus.noInput, "\(compare): there is no such bundle or store.")
        }
        guard isFolder.boolValue else { return try material(ofStore: compare, truth) }
        guard scored.studies != nil || scored.images != nil else {
            throw CommandFault(
                ExitStatus.usage, "--compare \(compare): a bundle needs --studies or --images to score.")
        }
        return try scored.material(compare, truth: truth, usual: .test, reports: nil)
    }

    /// Says where the network has seen what it is measured by.
    private func noteTraining(of bundle: String, _ material: inout EvaluationMaterial) throws {
        guard let trained = try TrainedSamples(bundle: bundle, classes: material.classes.names) else { return }
        let count = trained.count(in: material)
        guard count > 0 else { return }
        let words = (material.judgedUnit == .image ? EvaluationUnit.image : .slice).words
        material.remarks.insert(
            "The network was trained on \(counted(count, words.singular, words.plural)) of these: the figures flatter.",
            at: 0)
    }
}
