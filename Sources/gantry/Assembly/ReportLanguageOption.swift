import ArgumentParser
import GantryCore

/// In which language reports are written.
struct ReportLanguageOption: ParsableArguments {
    @Option(
        name: .customLong("language"),
        help: ArgumentHelp(
            "Language of what is for people: \(Self.known). pseudo is English, marked and made longer, to look at the "
                + "layout.",
            valueName: "name"))
    private var name: String = ReportLanguage.english.rawValue

    private static var known: String { ReportLanguage.allCases.map(\.rawValue).joined(separator: ", ") }

    /// Which.
    var language: ReportLanguage { ReportLanguage(rawValue: name) ?? .english }

    func validate() throws {
        guard ReportLanguage(rawValue: name) != nil else {
            throw ValidationError("--language takes \(Self.known), not \(name).")
        }
    }
}
