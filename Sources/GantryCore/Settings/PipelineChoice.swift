/// A setting that is one of a few words: the raw values of an enumeration.
public struct PipelineChoice<Section: Sendable>: Sendable {
    /// The words, in the order of the cases.
    public let words: [String]
    private let reading: @Sendable (Section) -> String
    private let writing: @Sendable (inout Section, String) -> Bool

    /// The choice that stands at `place`.
    public init<Choice: CaseIterable & RawRepresentable<String> & Sendable>(
        _ place: PipelineSetting<Section>.Place<Choice>
    ) {
        words = Choice.allCases.map(\.rawValue)
        reading = { $0[keyPath: place].rawValue }
        writing = { section, word in
            guard let choice = Choice(rawValue: word) else { return false }
            section[keyPath: place] = choice
            return true
        }
    }

    /// The word that `section` says.
    public func word(in section: Section) -> String { reading(section) }

    /// Has `section` say `word`. Returns whether it is one of the words; nothing is changed where it is not.
    public func set(_ word: String, in section: inout Section) -> Bool { writing(&section, word) }
}
