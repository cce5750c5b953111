import ArgumentParser
import Foundation
import GantryCore
import GantryGround
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTraining
import GantryTensors

/// `gantry model quantize`: a bundle's network in 8 bits.
struct ModelQuantizeCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "quantize",
        abstract: "Writes a bundle's network in 8 bits, and into its card how well that agrees with f32.",
        discussion: """
            Reads the studies below FOLDER as the bundle's pipeline would. Slices of every other study set the scales \
            of the feature maps; on the studies between them the network in 8 bits is then compared with the one in \
            Float32. Nothing is trained and no truth is needed; with --truth the areas under the ROC curve are \
            compared too. Writes \(QuantizedModel.usualFile) into the bundle, names it in pipeline.yaml, and puts \
            the comparison into MODEL_CARD.md. `precision: int8` under `model:` in pipeline.yaml then scores with it.
            """
    )

    @Argument(
        help: "Folder of studies like those that will be scored: some tens, every kind of scanner and dose among them.")
    var folder: String

    @Option(help: RunOptions.pipelineHelp)
    var pipeline: String?

    @Option(help: ArgumentHelp("CSV file of the truth.", valueName: "truth.csv"))
    var truth: String?

    @Option(name: .customLong("calibration-slices"), help: "Slices that the scales are chosen on.")
    var calibrationSlices: Int = 128

    @OptionGroup var trust: TrustOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (1...4096).contains(calibrationSlices) else {
            throw ValidationError("--calibration-slices takes 1 to 4096.")
        }
    }

    func run() throws {
        try command {
            let named = RunOptions.bundleFolder(pipeline)
            try PipelineBundle.refuse(named, unlessFor: .ct)
            let opened = try BundleModel.checked(
                folder: named, precision: .f32, trust: trust.keys())
            let bundle = opened.bundle
            let definition = bundle.definition
            let path = bundle.folder + "/" + QuantizedModel.usualFile
            // Its own earlier one may go, the network that it is made from may not.
            try OutputOptions.refuse(path, among: [bundle.modelPath])
            let cohort = try CohortSlices(
                path: folder, truth: try truth.map(Truth.init(path:)), definition: definition)
            guard cohort.studies > 0 else {
                throw CommandFault(
                    ExitStatus.noInput, "\(folder): no study has a series that the pipeline would score.")
            }
            // One study alone serves for both.
            let calibrating = Array(stride(from: 0, to: cohort.studies, by: 2))
            let others = Array(stride(from: 1, to: cohort.studies, by: 2))
            let bar = ProgressBar()
            defer { bar.finish() }

            bar.show("choosing scales", fraction: 0, detail: "\(calibrationSlices) slices")
            let model = definition.scoring.model
            let tensors = try cohort.spread(calibrationSlices, over: calibrating)
            guard let images = CohortSlices.batch(tensors, of: definition.scoring.preparation),
                images.count > 0
            else { throw CommandFault(ExitStatus.noInput, "\(folder): the pipeline would score no slice.") }
            let workers = CoreDivision.available
            let weights = try opened.tensors()
            let architecture = model.architecture
            let quantized = try NetworkQuantization(architecture: architecture, weights: weights, workers: workers)
                .quantized(on: images)

            var comparison = try PrecisionComparison(
                scoring: definition.scoring, judging: definition.judging,
                exact: try ResidualNetwork(architecture: architecture, weights: weights),
                other: try ResidualNetwork(quantized), workers: workers)
            let compared = others.isEmpty ? calibrating : others
            for (done, study) in compared.enumerated() {
                bar.show(
                    "comparing", fraction: Double(done) / Double(compared.count),
                    detail: "\(comparison.agreement.slices) slices of \(done)/\(compared.count) studies")
                try comparison.add(cohort.slices(ofStudy: study), geometry: cohort.geometry(ofStudy: study))
            }
            bar.finish()

            try quantized.write(to: path, metadata: [QuantizedModel.sourceKey: model.sha256])
            let summary = PrecisionSummary(
                comparison, calibrationSlices: images.count, calibrationStudies: calibrating.count,
                isSeparate: !others.isEmpty)
            let written = QuantizedModel(file: QuantizedModel.usualFile, sha256: try FileDigest.sha256(of: path))
            try name(written, in: bundle.folder)
            let title = "# \(URL(filePath: bundle.folder).lastPathComponent)\n"
            var card = ModelCard(of: bundle.folder) ?? ModelCard(title)
            card.put(quantized: summary.section(positiveClass: model.positiveClass, version: Gantry.version))
            try card.write(to: bundle.folder)
            try ChangedBundle.renew(bundle.folder)
            if json { return try JSONLines.print("quantization", summary) }
            Terminal.output.line("Wrote \(path)")
            for line in summary.lines(positiveClass: model.positiveClass) { Terminal.output.line("  \(line)") }
            if model.profile != nil {
                Terminal.error.sentence(
                    "Note: in int8 no distance to the training data is measured until `gantry model profile` has been "
                        + "run again.")
            }
            Terminal.output.line("To score with it: precision: int8 under model: in \(bundle.folder)/pipeline.yaml")
        }
    }

    /// Puts the file's name and digest into pipeline.yaml.
    private func name(_ model: QuantizedModel, in folder: String) throws {
        let path = folder + "/pipeline.yaml"
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard let changed = PipelineText.naming(model, in: text) else {
            throw CommandFault(
                ExitStatus.configuration,
                """
                \(path): its model section is not written one key a line, so it was left alone. Add to it: \
                quantized-file: \(model.file), quantized-sha256: "\(model.sha256)"
                """)
        }
        try write(changed, to: path)
    }

    private func write(_ text: String, to path: String) throws(CommandFault) {
        try CommandFault.ofWriting { () throws(FileFailure) in try DurableFile.write(text.utf8, to: path) }
    }
}
