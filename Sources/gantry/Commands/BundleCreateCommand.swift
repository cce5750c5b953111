import ArgumentParser
import Foundation
import GantryCore
import GantryGround
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors
import GantryWeightImport

/// `gantry bundle create`: a bundle of a network that was trained elsewhere.
struct BundleCreateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "create",
        abstract: "Makes a pipeline bundle of a weight file: PyTorch, timm, Hugging Face, Keras or ONNX.",
        discussion: """
            The architecture is told by the tensors. What they do not tell is asked for and never guessed: where a \
            bottleneck has its stride (--stride), what shortcuts without tensors do (--shortcut), what makes \
            probabilities of a single output (--activation), and what the network was trained to see \
            (--input-convention, or --mean and --standard-deviation; of CT also --window). With --golden, --golden-hu \
            or --golden-study the bundle is made only if it computes what the framework does. Everything else is in \
            the new pipeline.yaml, with its default, to be changed there.
            """
    )

    @Argument(help: "Folder to make. It may not be there yet, unless it is a bundle and --force is given.")
    var bundle: String

    @Option(
        help: ArgumentHelp(
            "Weight file of any format that is read, or a folder of Hugging Face or timm, whose settings say what the "
                + "network was trained to see.", valueName: "file"))
    var model: String

    @Option(
        help: ArgumentHelp(
            "Names of the classes, or labels, in the order of the logits, separated by commas.", valueName: "a,b"))
    var classes: String

    @Option(
        name: .customLong("positive-class"),
        help: ArgumentHelp("The class whose probability is aggregated.", valueName: "name"))
    var positiveClass: String

    @Option(
        help: ArgumentHelp(
            "What makes probabilities of the logits: softmax (classes, of which one holds) or sigmoid (labels, each "
                + "for itself; one output is one label). (default: softmax; asked for with one output)",
            valueName: "softmax|sigmoid"))
    var activation: Activation?

    @OptionGroup var seeing: PreparationOptions
    @OptionGroup var conventions: ConventionOptions
    @OptionGroup var golden: GoldenOptions
    @OptionGroup var goldenWay: GoldenWayOptions

    @Option(help: "Name of the pipeline. (default: the folder's)")
    var name: String?

    @Option(name: .customLong("pipeline-version"), help: "Its version, as you count.")
    var pipelineVersion: String = "1"

    @OptionGroup var replacing: OutputOptions

    private var classNames: [String] {
        classes.split(separator: ",").map { $0.trimmingCharacters(in: .whitespaces) }
    }

    func validate() throws {
        if !ModelFolder.isOne(model) { try seeing.requireNormalisation() }
        guard classNames.contains(positiveClass) else {
            throw ValidationError(
                "--positive-class \(positiveClass) is none of the classes \(classNames.joined(separator: ", ")).")
        }
    }

    func run() throws {
        try command {
            try UnfinishedTraining.refuse(bundle)
            try replacing.check(bundle, against: ModelSource.files(of: model) + golden.golden + goldenWay.files) {
                FileManager.default.fileExists(atPath: $0 + "/" + PipelineBundle.definitionFile)
            }
            let opened = try OpenedModel(model, said: conventions.said, choice: conventions.choice, trust: nil)
            let images = try CommandFault.ofWeightFile { () throws(WeightsError) in
                ModelFolder.isOne(model) ? try ModelFolder(model).images : nil
            }
            let preparation = try seeing.preparation(
                channels: opened.architecture.inputChannels, of: model, folder: images)
            try checkClasses(opened.architecture)

            // Everything is made beside the bundle, which appears whole or not at all.
            let made = URL(filePath: bundle).standardizedFileURL
            let parent = made.deletingLastPathComponent()
            try Self.makeFolder(parent)
            let aside = try UnfinishedFolder(in: parent.path, for: made.lastPathComponent)
            defer { aside.discard() }
            let folder = aside.url.appending(path: made.lastPathComponent).path
            try Self.makeFolder(URL(filePath: folder))
            let proofs = try write(opened, preparation, to: folder)
            try BundleSeal.seal(folder)
            _ = try PipelineBundle.load(folder: folder)
            if replacing.force {
                try aside.commit(made.lastPathComponent)
            } else {
                try commit(folder, as: made)
            }
            Terminal.output.line("Wrote \(bundle): \(opened.architecture.summary)")
            for sentence in opened.sources { Terminal.output.line("  \(sentence)") }
            for sentence in proofs { Terminal.output.line("  \(sentence)") }
            Terminal.output.line(
                seeing.input == .ct
                    ? "To score with it: gantry ingest FOLDER --pipeline \(bundle)"
                    : "To score with it: gantry model predict \(bundle) FILES...")
        }
    }

    /// Moves the finished folder to its name, where nothing is.
    private func commit(_ folder: String, as made: URL) throws(CommandFault) {
        guard rename(folder, made.path) == 0 else {
            throw UnfinishedFolder.fault(made.path, POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO))
        }
        try CommandFault.ofWriting { () throws(FileFailure) in try DurableFile.synchroniseFolder(of: made.path) }
    }

    private static func makeFolder(_ url: URL) throws(CommandFault) {
        do {
            try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
        } catch {
            throw UnfinishedFolder.fault(url.path, error)
        }
    }

    private func checkClasses(_ architecture: ResidualArchitecture) throws(CommandFault) {
        if architecture.classes == 1, activation != .sigmoid || classNames.count != 1 {
            let asked =
                activation == .softmax
                ? "a softmax of it is 1 whatever the image" : "it is the probability of one class, behind a sigmoid"
            throw CommandFault(
                ExitStatus.usage,
                "\(model): its last layer has one output; \(asked) (BCEWithLogitsLoss). Say --activation sigmoid, and "
                    + "name that class alone: --classes \(positiveClass) --positive-class \(positiveClass).")
        }
        guard architecture.classes != classNames.count else { return }
        let what =
            architecture.classes == 0
            ? "it has no last layer, so it scores no classes"
            : "its last layer has \(architecture.classes) outputs, but --classes names \(classNames.count)"
        throw CommandFault(ExitStatus.badData, "\(model): \(what).")
    }

    /// The pipeline's name: the folder's unless given. **Throws** `CommandFault` (64) where it is none.
    private func pipelineName() throws(CommandFault) -> String {
        let name = name ?? URL(filePath: bundle).lastPathComponent
        guard PipelineDefinition.isName(name) else {
            throw CommandFault(
                ExitStatus.usage,
                "\(name) can be no pipeline's name, which has letters, digits, `-`, `_` and `.`. Say another with "
                    + "--name."
            )
        }
        return name
    }

    /// Writes model, definition and card; runs the golden comparisons, and refuses where one fails. Returns what they
    /// proved, in sentences.
    private func write(
        _ opened: OpenedModel, _ preparation: PreparationDefinition, to folder: String
    ) throws -> [String] {
        let file = folder + "/model.safetensors"
        _ = try CommandFault.ofWeightFile { () throws(WeightsError) in
            try ConvertedModel(
                opened.weights, conventions: NetworkConventions(of: opened.architecture), source: model, to: file
            ) {
                [.f16, .bf16].contains($0) ? $0 : .f32
            }
        }
        let description = ModelDescription(
            file: "model.safetensors", sha256: try FileDigest.sha256(of: file), architecture: opened.architecture,
            classes: classNames, positiveClass: positiveClass, activation: activation ?? .softmax)
        let definition = PipelineDefinition(
            name: try pipelineName(), version: pipelineVersion,
            scoring: ScoringDefinition(
                model: description, preparation: preparation, sliceSelection: .defaultLung,
                seriesRules: SeriesRules()))
        let source = URL(filePath: model).lastPathComponent
        let yaml =
            "# Made by `gantry bundle create` (Gantry \(Gantry.version)) from \(source.printable). Every key is "
            + "written out; docs/pipeline.md "
            + "explains them.\n" + definition.yaml
        do {
            _ = try PipelineDefinition(yaml: yaml)
        } catch {
            // The file that it would be is there for nobody to look into.
            throw CommandFault(
                ExitStatus.usage,
                "these options make no pipeline:\n" + error.problems.map(\.sentence).joined(separator: "\n"))
        }
        try Self.write(yaml, to: folder + "/" + PipelineBundle.definitionFile)
        let network = try CommandFault.ofWeightFile { () throws(WeightsError) in
            try ResidualNetwork(architecture: opened.architecture, weights: SafetensorsFile(path: file))
        }
        let lookalike: (ResidualArchitecture) throws -> ResidualNetwork = {
            try ResidualNetwork(architecture: $0, weights: SafetensorsFile(path: file))
        }
        let comparison = try golden.comparison(
            network, activation: activation, inputSize: preparation.inputSize, lookalike: lookalike)
        if let question = comparison?.question { throw CommandFault(ExitStatus.usage, question) }
        if let comparison, !comparison.isEqual {
            throw CommandFault(ExitStatus.badData, "\(model): not what its framework computes. \(comparison.sentence).")
        }
        let proofs = try goldenWay.proofs(definition, network, lookalike: lookalike)
        if let failed = proofs.first(where: { !$0.finding.isEqual }) {
            throw CommandFault(
                ExitStatus.badData, "\(model): not what \(failed.option) says. \(failed.finding.sentence).")
        }
        let card = BundleCard(
            name: definition.name, source: source.printable,
            sourceDigest: try FileDigest.sha256(of: opened.weights.origin),
            convention: seeing.inputConvention?.explanation, conventions: opened.sources, description: description,
            preparation: preparation, golden: comparison,
            wholeWay: ProvenDigests(definition).cardRow(proofs, command: "bundle create"), version: Gantry.version)
        try Self.write(card.text, to: folder + "/" + ModelCard.file)
        return (comparison.map { [$0.sentence] } ?? []) + proofs.map(\.finding.sentence)
    }

    private static func write(_ text: String, to path: String) throws(CommandFault) {
        try CommandFault.ofWriting { () throws(FileFailure) in try DurableFile.write(text.utf8, to: path) }
    }
}

extension Activation: ExpressibleByArgument {}
