import ArgumentParser
import Foundation
import GantryCore
import GantryGround
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTraining
import GantryTensors

/// `gantry model fit`: calibrates and fits a seeded network.
struct ModelFitCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "fit",
        abstract: "Calibrates the batch norms of a bundle's seeded backbone and fits its last layer.",
        discussion: """
            Reads the studies below FOLDER as the bundle's pipeline would, measures batch-norm statistics on some of \
            the slices, fits the last layer to the truth of all (logistic regression, classes balanced), writes the \
            fitted part and the complete model into the bundle, and brings the SHA-256 in pipeline.yaml up to date. A \
            network of one's own is not replaced, and a proof in the card that was the former network's is removed.
            """
    )

    @Argument(help: "Folder of studies.")
    var folder: String

    @Option(help: ArgumentHelp("CSV file of the truth.", valueName: "truth.csv"))
    var truth: String

    @Option(help: ArgumentHelp("The pipeline bundle's folder.", valueName: "bundle"))
    var pipeline: String

    @Option(help: "Seed of the backbone.")
    var seed: UInt64 = 1

    @Option(name: .customLong("calibration-slices"), help: "Slices that the batch norms are measured on.")
    var calibrationSlices: Int = 64

    @Option(help: "L2 penalty on the last layer's weights (of standardised features).")
    var penalty: Double = 0.01

    func validate() throws {
        guard (2...1024).contains(calibrationSlices) else {
            throw ValidationError("--calibration-slices takes 2 to 1024.")
        }
        guard penalty.isFinite, penalty >= 0 else { throw ValidationError("--penalty takes 0 or more.") }
    }

    func run() throws {
        try command {
            let definition = try PipelineBundle.definition(folder: pipeline)
            try definition.require(.ct, in: pipeline)
            let model = definition.scoring.model
            guard model.classes.count == 2, let positive = model.classes.firstIndex(of: model.positiveClass) else {
                throw CommandFault(
                    ExitStatus.configuration, "\(pipeline): fitting needs two classes, one of them positive.")
            }
            guard model.activation == .softmax else {
                throw CommandFault(
                    ExitStatus.configuration,
                    "\(pipeline): fitting makes a last layer for a softmax, but pipeline.yaml says `activation: "
                        + "\(model.activation.rawValue)`.")
            }
            try RunOptions.refuse(writing: [("--pipeline", pipeline)], into: [folder])
            try SeededNetwork.requireReplaceable(model, in: pipeline)
            try SeededNetwork.requireReplaceableFit(in: pipeline)
            for file in [PipelineBundle.definitionFile, model.file, SeededNetwork.fittedFile] {
                try OutputOptions.refuse(pipeline + "/" + file, among: [truth])
            }
            let cohort = try CohortSlices(path: folder, truth: try Truth(path: truth), definition: definition)
            let architecture = model.architecture
            let workers = CoreDivision.available
            let preparation = definition.scoring.preparation
            let unfitted = try architecture.seededBackbone(seed: seed).unfittedTensors()
            let bar = ProgressBar()
            defer { bar.finish() }

            let statistics = try BatchNormCalibration(architecture: architecture, tensors: unfitted, workers: workers)
                .statistics(
                    of: try images(
                        try cohort.spread(calibrationSlices, over: Array(0..<cohort.studies)), of: preparation))
            var tensors = unfitted
            for tensor in statistics + (try blankHead(architecture)) { tensors[tensor.name] = tensor }
            let network = try ResidualNetwork(architecture: architecture, weights: tensors)

            var features: [Float] = []
            var labels: [Int] = []
            for study in 0..<cohort.studies {
                let slices = try cohort.slices(ofStudy: study)
                let batch = try images(slices.map(\.tensor), of: preparation)
                features += try network.pooledFeatures(batch, workers: workers).values
                labels += slices.map { $0.isPositive == true ? positive : 1 - positive }
                bar.show(
                    "features", fraction: Double(study + 1) / Double(cohort.studies),
                    detail: "\(labels.count) slices of \(study + 1)/\(cohort.studies) studies")
            }
            let matrix = ScoreMatrix(rows: labels.count, columns: architecture.featureCount, values: features)
            let head = try HeadFit(penalty: penalty).fit(matrix, labels: labels, classes: 2)
            try write(FittedTensors(statistics: statistics, head: head), definition: definition)
            bar.finish()
            Terminal.output.line(
                "Fitted on \(labels.count) slices of \(cohort.studies) studies, \(labels.count { $0 == positive }) of "
                    + "them positive; \(head.convergence.iterations) steps, cross-entropy with penalty "
                    + "\(Presentation.decimals(head.convergence.objective, 4))"
                    + (head.convergence.isConverged ? "" : " (not converged)"))
        }
    }

    private func images(_ tensors: [SliceTensor], of preparation: PreparationDefinition) throws -> ImageBatch {
        guard let batch = CohortSlices.batch(tensors, of: preparation) else {
            throw CommandFault(ExitStatus.unexpected, "slices do not fill a batch.")
        }
        return batch
    }

    /// A last layer of zeros, so that the features can be computed before it is fitted.
    private func blankHead(_ architecture: ResidualArchitecture) throws -> [NamedTensor] {
        try architecture.tensors.filter { $0.name.hasPrefix("fc.") }.map { name, shape in
            try NamedTensor(name: name, shape: shape, values: [Float](repeating: 0, count: shape.elementCount ?? 0))
        }
    }

    /// Writes the fitted part and the complete model; puts the new digest into the pipeline file.
    private func write(_ fitted: FittedTensors, definition: PipelineDefinition) throws {
        // First what would be untrue of the new weights.
        if var card = ModelCard(of: pipeline) {
            card.forgetFormerWeights()
            try card.write(to: pipeline)
        }
        try fitted.write(
            to: pipeline + "/" + SeededNetwork.fittedFile, metadata: [SeededNetwork.seedKey: String(seed)])
        let model = definition.scoring.model
        let path = pipeline + "/" + model.file
        try SeededNetwork.complete(model.architecture, in: pipeline, to: path)
        let digest = try FileDigest.sha256(of: path)
        let file = pipeline + "/" + PipelineBundle.definitionFile
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw CommandFault(ExitStatus.cannotCreate, "\(file): cannot be read: \(error.localizedDescription)")
        }
        try CommandFault.ofWriting { () throws(FileFailure) in
            try DurableFile.write(text.replacingOccurrences(of: model.sha256, with: digest).utf8, to: file)
        }
        try ChangedBundle.renew(pipeline)
    }
}
