/// A section of a pipeline file, or a part of one, in which one key names a rule, and each rule has its own settings.
public protocol RuleSettings: Sendable {
    /// The rules, by the names that the file gives them.
    associatedtype Rule: CaseIterable, RawRepresentable, Equatable where Rule.RawValue == String

    /// The section's key in the file.
    static var section: String { get }
    /// The key that names the rule.
    static var ruleKey: String { get }
    /// The settings that a rule has.
    static func table(of rule: Rule) -> SettingTable<Self>

    /// The defaults.
    init()
    /// The rule.
    var rule: Rule { get set }
}

extension RuleSettings {
    /// Every key: of the rule, and of what any of the rules has.
    public static var keys: [String] { [ruleKey] + Rule.allCases.flatMap { table(of: $0).keys } }
}
