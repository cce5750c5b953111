import GantryCore

/// English with every vowel doubled and every text between guillemets: longer than any language is likely to be, word
/// for word, and what stands between no guillemets did not come from here.
enum PseudoTexts: LanguageTexts {
    static let decimalSign = EnglishTexts.decimalSign

    static func text(_ text: ReportText) -> String { marked(EnglishTexts.text(text)) }
    static func finding(_ finding: Finding) -> String { marked(EnglishTexts.finding(finding)) }
    static func zone(_ finding: Finding) -> String { marked(EnglishTexts.zone(finding)) }
    static func quality(_ code: QualityFinding.Code) -> String { marked(EnglishTexts.quality(code)) }
    static func reason(_ reason: FileReason) -> String { marked(EnglishTexts.reason(reason)) }
    static func disposition(_ disposition: FileDisposition) -> String { marked(EnglishTexts.disposition(disposition)) }
    static func rule(_ rule: RuleName) -> String { marked(EnglishTexts.rule(rule)) }
    static func precision(_ precision: Precision) -> String { marked(EnglishTexts.precision(precision)) }
    static func left(_ reason: CandidateTrial.Reason) -> String { marked(EnglishTexts.left(reason)) }
    static func absence(_ absence: Progression.Absence) -> String { marked(EnglishTexts.absence(absence)) }
    static func obstacle(_ obstacle: Progression.Obstacle) -> String { marked(EnglishTexts.obstacle(obstacle)) }
    static func reservation(_ reservation: Progression.Reservation) -> String {
        marked(EnglishTexts.reservation(reservation))
    }
    static func change(_ change: Progression.Change) -> String { marked(EnglishTexts.change(change)) }

    /// Each form of `text` marked; holes stay as they are.
    private static func marked(_ text: String) -> String {
        text.split(separator: "|", omittingEmptySubsequences: false).map { form in
            var isHole = false
            var result = "\u{AB}"
            for character in form {
                if character == "{" { isHole = true }
                if character == "}" { isHole = false }
                result.append(character)
                if !isHole, "aeiouAEIOU".contains(character) { result.append(character.lowercased()) }
            }
            return result + "\u{BB}"
        }.joined(separator: "|")
    }
}
