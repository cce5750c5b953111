/// The part of a recipe that says what is learned from.
public struct TrainingDataRecipe: Sendable, Hashable {
    /// A folder of images, one folder a class, or an `.npz` file as MedMNIST has it; nil with `studies`.
    public var images: String?
    /// A folder of CT studies; nil with `images`.
    public var studies: String?
    /// Labels of studies, series or slices; needed with `studies`.
    public var truth: String?
    /// A table of images with their sides, and labels where the folders do not tell them; nil where there is none.
    public var split: String?
    /// The pipeline file whose preparation, series and slices are used with `studies`; nil: those of the model's
    /// bundle, or the defaults.
    public var pipeline: String?
    /// Share of the patients that go to validation where nobody says which.
    public var validation: Double
    /// The class whose probability is judged; nil: the second of two by their order, the last of more.
    public var positiveClass: String?
    /// The largest share of images that may be unreadable.
    public var largestUnreadable: Double
    /// The most slices of a study that are learned from, spread evenly; nil: all that the pipeline selects.
    public var slicesPerStudy: Int?
    /// Whether images on two sides are let through, and written into the card.
    public var allowsLeaks: Bool

    /// The defaults.
    public init() {
        validation = 0.2
        largestUnreadable = 0.01
        allowsLeaks = false
    }

    /// The section `data`, but for what names files, and `positive-class`.
    public static let settings = SettingTable(
        "data", entering: nil, usual: TrainingDataRecipe(),
        [
            PipelineSetting(
                "validation", .number(\.validation, 0.01...0.9),
                "share of the patients that validate, where no folder or table says which"),
            PipelineSetting(
                "largest-unreadable", .number(\.largestUnreadable, 0...1),
                "the largest share of images that may be unreadable"),
            PipelineSetting(
                "slices-per-study", .wholeNumberOrNone(\.slicesPerStudy, 1...100_000),
                "the most slices of a study that are learned from, spread evenly"),
            PipelineSetting(
                "allow-leaks", .flag(\.allowsLeaks),
                "whether to go on where the same patient, study or picture is in training and in validation"),
        ])
}
