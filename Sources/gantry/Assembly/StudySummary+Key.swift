import GantryCore
import GantryPipeline

extension [StudySummary] {
    /// The one study whose key is, or begins with, `text`.
    ///
    /// **Throws** `CommandFault`: 66 where there is none, 64 where there are several.
    func study(named text: String) throws(CommandFault) -> StudySummary {
        let matches = filter { $0.studyKey.value.hasPrefix(text.lowercased()) }
        if matches.count > 1 {
            throw CommandFault(
                ExitStatus.usage, "\(matches.count) studies have keys beginning with \(text). Give more digits.")
        }
        guard let match = matches.first else {
            throw CommandFault(
                ExitStatus.noInput, "no study has a key beginning with \(text). `gantry status` lists them.")
        }
        return match
    }
}
