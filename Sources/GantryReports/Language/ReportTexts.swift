import GantryCore
import Mustache

/// What a language is made of: a text for everything that a page may say. Where one is missing, it does not compile.
protocol LanguageTexts: Sendable {
    /// Between the whole of a number and its decimals.
    static var decimalSign: String { get }

    static func text(_ text: ReportText) -> String
    /// A verdict, as a word that stands for itself.
    static func finding(_ finding: Finding) -> String
    /// The same on the scale.
    static func zone(_ finding: Finding) -> String
    static func quality(_ code: QualityFinding.Code) -> String
    /// Of files, as a heading over them, or beside one slice.
    static func reason(_ reason: FileReason) -> String
    static func disposition(_ disposition: FileDisposition) -> String
    static func rule(_ rule: RuleName) -> String
    static func precision(_ precision: Precision) -> String
    /// Why a series was tried and left.
    static func left(_ reason: CandidateTrial.Reason) -> String
    static func absence(_ absence: Progression.Absence) -> String
    static func obstacle(_ obstacle: Progression.Obstacle) -> String
    static func reservation(_ reservation: Progression.Reservation) -> String
    static func change(_ change: Progression.Change) -> String
}

/// Everything that a language has a text for.
package enum ReportWord: Hashable, Sendable, CaseIterable {
    case text(ReportText)
    case finding(Finding)
    case zone(Finding)
    case quality(QualityFinding.Code)
    case reason(FileReason)
    case disposition(FileDisposition)
    case rule(RuleName)
    case precision(Precision)
    case left(CandidateTrial.Reason)
    case absence(Progression.Absence)
    case obstacle(Progression.Obstacle)
    case reservation(Progression.Reservation)
    case change(Progression.Change)

    /// All of them.
    package static var allCases: [ReportWord] {
        ReportText.allCases.map(text) + Finding.allCases.flatMap { [finding($0), zone($0)] }
            + QualityFinding.Code.allCases.map(quality) + FileReason.allCases.map(reason)
            + FileDisposition.allCases.map(disposition) + RuleName.allCases.map(rule)
            + Precision.allCases.map(precision) + CandidateTrial.Reason.allCases.map(left)
            + Progression.Absence.allCases.map(absence) + Progression.Obstacle.allCases.map(obstacle)
            + Progression.Reservation.allCases.map(reservation) + Progression.Change.allCases.map(change)
    }
}

/// The fixed texts of the pages in one language, and numbers as it writes them.
///
/// In a template `{{texts.NAME}}` is the text of that name that has no holes.
package struct ReportTexts: Sendable, MustacheParent {
    /// Which.
    package let language: ReportLanguage
    private let texts: any LanguageTexts.Type

    /// Those of `language`.
    package init(_ language: ReportLanguage) {
        self.language = language
        texts =
            switch language {
            case .english: EnglishTexts.self
            case .german: GermanTexts.self
            case .pseudo: PseudoTexts.self
            }
    }

    /// What is said where no language was asked for.
    package static let english = ReportTexts(.english)

    /// The text with its holes, and with both forms where it is counted.
    package func callAsFunction(_ word: ReportWord) -> String {
        switch word {
        case .text(let text): texts.text(text)
        case .finding(let finding): texts.finding(finding)
        case .zone(let finding): texts.zone(finding)
        case .quality(let code): texts.quality(code)
        case .reason(let reason): texts.reason(reason)
        case .disposition(let disposition): texts.disposition(disposition)
        case .rule(let rule): texts.rule(rule)
        case .precision(let precision): texts.precision(precision)
        case .left(let reason): texts.left(reason)
        case .absence(let absence): texts.absence(absence)
        case .obstacle(let obstacle): texts.obstacle(obstacle)
        case .reservation(let reservation): texts.reservation(reservation)
        case .change(let change): texts.change(change)
        }
    }

    /// The text, with `values` in its holes.
    package func callAsFunction(_ text: ReportText, _ values: [String: String] = [:]) -> String {
        Self.filled(texts.text(text), values)
    }

    /// The form of the text for `count`, which stands in the hole of that name.
    package func callAsFunction(_ text: ReportText, count: Int, _ values: [String: String] = [:]) -> String {
        let forms = texts.text(text).split(separator: "|", omittingEmptySubsequences: false)
        let form = count == 1 ? forms.first : forms.last
        return Self.filled(String(form ?? ""), values.merging(["count": String(count)]) { given, _ in given })
    }

    /// The text as markup, with `values`, which are markup, in its holes.
    func markup(_ text: ReportText, _ values: [String: String] = [:]) -> String {
        Self.filled(MarkupEscaping.escaped(texts.text(text)), values)
    }

    /// Whether sentences that were stored, which are English, are in another language than the page.
    package var isForeign: Bool { language != .english }

    /// See `MustacheParent`.
    package func child(named name: String) -> Any? { ReportText(rawValue: name).map { texts.text($0) } }

    /// `text` with `values` for `{name}`; what a value says is no hole.
    private static func filled(_ text: String, _ values: [String: String]) -> String {
        guard !values.isEmpty else { return text }
        var result = ""
        var rest = Substring(text)
        while let open = rest.firstIndex(of: "{"), let close = rest[open...].firstIndex(of: "}") {
            let hole = rest[open...close]
            result += rest[..<open] + (values[String(hole.dropFirst().dropLast())] ?? String(hole))
            rest = rest[rest.index(after: close)...]
        }
        return result + rest
    }
}

// MARK: - Numbers

extension ReportTexts {
    /// A number that was written with a point, with the decimal sign of the language.
    func decimal(_ number: String) -> String {
        texts.decimalSign == "." ? number : number.replacing(".", with: texts.decimalSign)
    }

    /// See `DecimalText.fixed`.
    func fixed(_ value: Double, places: Int) -> String {
        value.isFinite ? decimal(DecimalText.fixed(value, places: places)) : self(.notANumber)
    }

    /// See `DecimalText.short`.
    func short(_ value: Double, places: Int) -> String {
        value.isFinite ? decimal(DecimalText.short(value, places: places)) : self(.notANumber)
    }

    /// See `DecimalText.probability`.
    func probability(_ value: Double, thresholds: [Double]) -> String {
        value.isFinite ? decimal(DecimalText.probability(value, thresholds: thresholds)) : self(.notANumber)
    }

    /// See `DecimalText.threshold`.
    func threshold(_ value: Double) -> String {
        value.isFinite ? decimal(DecimalText.threshold(value)) : self(.notANumber)
    }

    /// `0.44 to 0.51`.
    func interval(_ interval: ProbabilityInterval, thresholds: [Double]) -> String {
        self(
            .range,
            [
                "lower": probability(interval.lower, thresholds: thresholds),
                "upper": probability(interval.upper, thresholds: thresholds),
            ])
    }
}
