/// A setting that is a list of one or several of a few words: the raw values of an enumeration.
public struct PipelineChoices<Section: Sendable>: Sendable {
    /// The words, in the order of the cases.
    public let all: [String]
    private let reading: @Sendable (Section) -> [String]
    private let writing: @Sendable (inout Section, [String]) -> Bool

    /// The choices that stand at `place`.
    public init<Choice: CaseIterable & RawRepresentable<String> & Sendable>(
        _ place: PipelineSetting<Section>.Place<[Choice]>
    ) {
        all = Choice.allCases.map(\.rawValue)
        reading = { $0[keyPath: place].map(\.rawValue) }
        writing = { section, words in
            let choices = words.compactMap { Choice(rawValue: $0) }
            guard !words.isEmpty, choices.count == words.count, Set(words).count == words.count else { return false }
            section[keyPath: place] = choices
            return true
        }
    }

    /// The words that `section` says.
    public func words(in section: Section) -> [String] { reading(section) }

    /// Has `section` say `words`. Returns whether each is one of the words, and there once, and there is one; nothing
    /// is changed where not.
    public func set(_ words: [String], in section: inout Section) -> Bool { writing(&section, words) }
}

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
