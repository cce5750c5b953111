/// A language that the pages of a report are written in, by the name that pipeline files and commands give it.
public enum ReportLanguage: String, Sendable, Hashable, Codable, CaseIterable {
    case english = "en"
    case german = "de"
    /// English with every text marked and made longer, to see that a page has room and that no text is left in one
    /// language; nothing for people to read.
    case pseudo

    /// What a page calls it (BCP 47): `XA` is no country, and by convention that of pseudo-languages.
    package var tag: String { self == .pseudo ? "en-XA" : rawValue }
}
