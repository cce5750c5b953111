import GantryCore

/// What a run has noted beside its recipe, in the section `made` of `recipe.yaml`: what the recipe's words came to.
public struct TrainingRecord: Sendable, Hashable {
    /// Key of the section.
    static let section = "made"

    /// Names of the classes, in the order of the logits.
    public var classes: [String]
    /// The class whose probability is judged.
    public var positiveClass: String
    /// The kernels that scored and trained, as `GANTRY_CPU` names them, and what OpenBLAS has chosen.
    public var kernels: String
    /// SHA-256 of the weight file that was begun with; nil where there was none.
    public var modelSHA256: String?
    /// SHA-256 of the manifest of data, `split.csv`.
    public var splitSHA256: String
    /// SHA-256 of the pipeline file that was given; nil where none was.
    public var pipelineSHA256: String?
    /// What was begun with, a sentence for the card.
    public var origin: String
    /// What must be seen of the data: leaks that were let through, what could not be read.
    public var remarks: [String]
    /// Version of Gantry.
    public var version: String

    /// A record of these parts.
    public init(
        classes: [String], positiveClass: String, kernels: String, modelSHA256: String?, splitSHA256: String,
        pipelineSHA256: String?, origin: String, remarks: [String], version: String
    ) {
        self.classes = classes
        self.positiveClass = positiveClass
        self.kernels = kernels
        self.modelSHA256 = modelSHA256
        self.splitSHA256 = splitSHA256
        self.pipelineSHA256 = pipelineSHA256
        self.origin = origin
        self.remarks = remarks
        self.version = version
    }

    /// Reads the section of a `recipe.yaml`. **Throws** every problem found.
    public init(yaml: String, file: String = TrainingRecipe.file) throws(PipelineFileProblems) {
        let problems = ProblemList(file: file)
        let top = YAMLSection(
            try PipelineDefinition.compose(yaml, file: file), name: "",
            keys: ["data", "network", "training", Self.section], at: nil, problems: problems)
        let section = top.section(
            Self.section,
            keys: [
                "classes", "positive-class", "kernels", "model-sha256", "split-sha256", "pipeline-sha256", "origin",
                "remarks",
                "version",
            ], required: true)
        self.init(
            classes: section.texts("classes"), positiveClass: section.text("positive-class"),
            kernels: section.text("kernels"),
            modelSHA256: section.value("model-sha256") == nil ? nil : section.text("model-sha256"),
            splitSHA256: section.text("split-sha256"),
            pipelineSHA256: section.value("pipeline-sha256") == nil ? nil : section.text("pipeline-sha256"),
            origin: section.text("origin"), remarks: section.texts("remarks", fallback: []),
            version: section.text("version"))
        guard problems.problems.isEmpty else { throw PipelineFileProblems(problems.problems) }
    }

    /// The section, to be put behind a recipe's.
    public var yaml: String {
        var lines = [
            "\(Self.section):", "  classes: \(list(classes.map(quoted)))",
            "  positive-class: \(quoted(positiveClass))", "  kernels: \(quoted(kernels))",
        ]
        if let modelSHA256 { lines.append("  model-sha256: \(quoted(modelSHA256))") }
        lines.append("  split-sha256: \(quoted(splitSHA256))")
        if let pipelineSHA256 { lines.append("  pipeline-sha256: \(quoted(pipelineSHA256))") }
        lines.append("  origin: \(quoted(origin))")
        lines.append("  remarks: \(list(remarks.map(quoted)))")
        lines.append("  version: \(quoted(version))")
        return lines.joined(separator: "\n") + "\n"
    }
}
