/// A selection of slices as a pipeline file says it, the section `slices`: the name of a rule beside its settings.
public struct SliceSelectionSettings: RuleSettings, Hashable {
    /// The rule, by the key `select`.
    public var rule = Rule.lung
    /// Of `lung`.
    public var smallestLungFraction = 0.05
    /// Of `lung`.
    public var airRangeHU = -1000...(-400)

    /// DESIGN.md's defaults.
    public init() {}

    /// The rules by the names that a pipeline file gives them.
    public enum Rule: String, Sendable, Hashable, CaseIterable {
        /// `SliceSelectionRule.lung`
        case lung
        /// `SliceSelectionRule.all`
        case all
    }

    /// The section's key in the file.
    public static let section = "slices"
    /// The key that names the rule.
    public static let ruleKey = "select"

    /// The settings that a rule has.
    public static func table(of rule: Rule) -> SettingTable<SliceSelectionSettings> {
        let settings: [PipelineSetting<SliceSelectionSettings>] =
            switch rule {
            case .lung:
                [
                    PipelineSetting(
                        "smallest-lung-fraction", .number(\.smallestLungFraction, 0...1),
                        "air enclosed by the body, as a fraction of the body (after COVID-CTset, in HU)"),
                    PipelineSetting(
                        "air-hu", .wholeNumberRange(\.airRangeHU, -32768...LungArea.tissueAboveHU), unit: "HU",
                        "what counts as air"),
                ]
            case .all:
                []
            }
        return SettingTable(section, entering: .scoring, usual: SliceSelectionSettings(), settings)
    }
}

extension SliceSelectionSettings {
    /// The settings that say `selection`.
    public init(_ selection: SliceSelectionRule) {
        switch selection {
        case .all: rule = .all
        case .lung(let smallestFraction, let airRangeHU):
            smallestLungFraction = smallestFraction
            self.airRangeHU = airRangeHU
        }
    }

    /// The selection that the settings say.
    public var selection: SliceSelectionRule {
        switch rule {
        case .all: .all
        case .lung: .lung(smallestFraction: smallestLungFraction, airRangeHU: airRangeHU)
        }
    }
}
