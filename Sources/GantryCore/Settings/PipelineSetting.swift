/// One setting of a pipeline file, as a row of its section's table (`SettingTable`): what reads and writes the key,
/// what refuses a value, what is digested, and the row of docs/pipeline.md follow from it.
public struct PipelineSetting<Section: Sendable>: Sendable {
    /// Its key in the section.
    public var key: String
    /// Where the value stands in the section, and what it may be.
    public var value: Value
    /// The unit of a number, as the key or the page says it: `mm`, `pixels`.
    public var unit: String?
    /// How the value stands in JSON; nil where the section is not coded by its table.
    public var coding: Coding?
    /// What it means, in the words of its row in docs/pipeline.md, links left out.
    public var meaning: String

    /// A setting.
    public init(
        _ key: String, _ value: Value, unit: String? = nil, coded coding: Coding? = nil, _ meaning: String
    ) {
        self.key = key
        self.value = value
        self.unit = unit
        self.coding = coding
        self.meaning = meaning
    }

    /// Where a value stands.
    public typealias Place<Kind> = WritableKeyPath<Section, Kind> & Sendable

    /// The type of a value, where it stands, and its range, ends included.
    public enum Value: Sendable {
        /// `true` or `false`.
        case flag(Place<Bool>)
        /// A whole number.
        case wholeNumber(Place<Int>, ClosedRange<Int>)
        /// A whole number, or `none`, which is nil.
        case wholeNumberOrNone(Place<Int?>, ClosedRange<Int>)
        /// Two whole numbers, the lower one first: what lies between them, ends included.
        case wholeNumberRange(Place<ClosedRange<Int>>, ClosedRange<Int>)
        /// A number.
        case number(Place<Double>, ClosedRange<Double>)
        /// A number, or `none`, which is nil.
        case numberOrNone(Place<Double?>, ClosedRange<Double>)
        /// A number that has no default.
        case requiredNumber(Place<Double>, ClosedRange<Double>)
        /// A number for each channel of the network's input.
        case numbers(Place<[Double]>, ClosedRange<Double>)
        /// A list of texts.
        case texts(Place<[String]>)
        /// A list of texts whose default is built in, and too long to be repeated in a file that is written.
        case words(Place<[String]>)
        /// One of a few words.
        case choice(PipelineChoice<Section>)
        /// One or several of a few words, each once.
        case choices(PipelineChoices<Section>)
    }

    /// Under which name, and when, a value stands in the JSON of which a digest is taken.
    public enum Coding: Sendable {
        /// In every definition: the settings that were there when a digest was first taken of the section.
        case always(String)
        /// Where it differs from its default: every setting that came later, so that the digest of a definition that
        /// does not name it stays what it was.
        case whereChanged(String)
    }
}
