/// Figures of a network, or of what a store holds, against the truth: what `evaluation.json` says, and what
/// `evaluation.html` is made of.
public struct EvaluationReport: Sendable, Encodable {
    /// How intervals of areas were made.
    public struct Bootstrap: Sendable, Hashable, Encodable {
        /// Draws of the patients.
        public var draws: Int
        /// What they follow from.
        public var seed: UInt64

        /// So many draws from a seed.
        public init(draws: Int, seed: UInt64) {
            self.draws = draws
            self.seed = seed
        }
    }

    /// Version of Gantry that computed.
    public var gantryVersion: String
    /// The store or the bundle, as a person named it.
    public var evaluated: String
    /// The file or the folder that says what is true.
    public var truth: String
    /// Names of the classes, or labels, in the order of the probabilities.
    public var classes: [String]
    /// The class that is judged.
    public var positiveClass: String
    /// What made probabilities of the logits.
    public var activation: Activation
    /// Below it a case is judged negative.
    public var negativeBelow: Double
    /// From it on a case is judged positive.
    public var positiveFrom: Double
    /// Studies that are in both, the store and the truth.
    public var studies: Int
    /// Slices of them of which the truth is known.
    public var slices: Int
    /// Pictures.
    public var images: Int
    /// Verdicts of what is truly positive.
    public var truePositive: [Finding: Int]
    /// Verdicts of what is truly negative.
    public var trueNegative: [Finding: Int]
    /// Studies or pictures that are indeterminate because they are unlike what the network was trained on, of those of
    /// which it was measured; nil where it was of none.
    public var unlikeTraining: EvaluationShare?
    /// How intervals of areas were made.
    public var bootstrap: Bootstrap
    /// Studies and slices, or images.
    public var levels: [EvaluationLevel]
    /// Groups of studies: those that differ first, then by attribute and name.
    public var groups: [EvaluationGroup]
    /// What was said definitely and is not so, the worst first.
    public var wrong: [EvaluationWrong]
    /// How many there are: `wrong` has at most some of them.
    public var wrongCases: Int
    /// Another bundle or store beside it; nil where none was asked for.
    public var comparison: EvaluationComparison?
    /// What a person has to know, in sentences: what could not be computed or compared, and why.
    public var remarks: [String]

    /// A report of these parts.
    public init(
        gantryVersion: String, evaluated: String, truth: String, classes: [String], positiveClass: String,
        activation: Activation, negativeBelow: Double, positiveFrom: Double, studies: Int, slices: Int, images: Int,
        truePositive: [Finding: Int], trueNegative: [Finding: Int],
        unlikeTraining: EvaluationShare? = nil, bootstrap: Bootstrap, levels: [EvaluationLevel],
        groups: [EvaluationGroup] = [], wrong: [EvaluationWrong] = [], wrongCases: Int = 0,
        comparison: EvaluationComparison? = nil, remarks: [String] = []
    ) {
        self.gantryVersion = gantryVersion
        self.evaluated = evaluated
        self.truth = truth
        self.classes = classes
        self.positiveClass = positiveClass
        self.activation = activation
        self.negativeBelow = negativeBelow
        self.positiveFrom = positiveFrom
        self.studies = studies
        self.slices = slices
        self.images = images
        self.truePositive = truePositive
        self.trueNegative = trueNegative
        self.unlikeTraining = unlikeTraining
        self.bootstrap = bootstrap
        self.levels = levels
        self.groups = groups
        self.wrong = wrong
        self.wrongCases = wrongCases
        self.comparison = comparison
        self.remarks = remarks
    }

    /// The figures of the positive class among cases of one kind; nil where there are none.
    public func positive(_ unit: EvaluationUnit) -> EvaluationLabel? {
        levels.first { $0.unit == unit }?.labels.first { $0.label == positiveClass }
    }

    private enum CodingKeys: String, CodingKey {
        case gantryVersion, evaluated, truth, classes, positiveClass, activation, negativeBelow, positiveFrom
        case studies, slices, images, studyAUC, sliceAUC, imageAUC, truePositive, trueNegative, bootstrap, levels
        case unlikeTraining
        case groups, wrong, wrongCases, comparison, remarks
    }

    /// Areas and counts of verdicts as plain numbers first of all; what is missing is null.
    public func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        func row(_ counts: [Finding: Int]) -> [String: Int] {
            Finding.allCases.reduce(into: [:]) { $0[$1.rawValue] = counts[$1] ?? 0 }
        }
        try container.encode(gantryVersion, forKey: .gantryVersion)
        try container.encode(evaluated, forKey: .evaluated)
        try container.encode(truth, forKey: .truth)
        try container.encode(classes, forKey: .classes)
        try container.encode(positiveClass, forKey: .positiveClass)
        try container.encode(activation, forKey: .activation)
        try container.encode(negativeBelow, forKey: .negativeBelow)
        try container.encode(positiveFrom, forKey: .positiveFrom)
        try container.encode(studies, forKey: .studies)
        try container.encode(slices, forKey: .slices)
        try container.encode(images, forKey: .images)
        try container.encode(positive(.study)?.area.value, forKey: .studyAUC)
        try container.encode(positive(.slice)?.area.value, forKey: .sliceAUC)
        try container.encode(positive(.image)?.area.value, forKey: .imageAUC)
        try container.encode(row(truePositive), forKey: .truePositive)
        try container.encode(row(trueNegative), forKey: .trueNegative)
        try container.encode(unlikeTraining, forKey: .unlikeTraining)
        try container.encode(bootstrap, forKey: .bootstrap)
        try container.encode(levels, forKey: .levels)
        try container.encode(groups, forKey: .groups)
        try container.encode(wrong, forKey: .wrong)
        try container.encode(wrongCases, forKey: .wrongCases)
        try container.encode(comparison, forKey: .comparison)
        try container.encode(remarks, forKey: .remarks)
    }
}
