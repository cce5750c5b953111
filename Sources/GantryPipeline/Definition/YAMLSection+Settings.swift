import GantryCore

extension YAMLSection {
    /// The section below this one that `table` is of, with the keys that it has besides the table's: those in front,
    /// and those behind.
    func section<Section>(
        of table: SettingTable<Section>, leading: [String] = [], trailing: [String] = []
    ) -> YAMLSection {
        section(table.section, keys: leading + table.keys + trailing)
    }

    /// What this section says of the settings of `table`; what it does not say is as usual.
    func read<Section>(_ table: SettingTable<Section>) -> Section {
        var section = table.usual
        for setting in table.settings { read(setting, into: &section) }
        return section
    }

    /// The rule that this section names, with its settings; what it does not say is as usual. Settings of other rules
    /// are problems.
    func read<Settings: RuleSettings>(_ type: Settings.Type) -> Settings {
        let usual = Settings().rule
        let rule: Settings.Rule = choice(Settings.ruleKey, fallback: usual) ?? usual
        let table = Settings.table(of: rule)
        for key in Settings.keys where key != Settings.ruleKey && value(key) != nil && !table.keys.contains(key) {
            add(at: key, "`\(key)` has no meaning with `\(Settings.ruleKey): \(rule.rawValue)`")
        }
        var settings = read(table)
        settings.rule = rule
        return settings
    }

    private func read<Section>(_ setting: PipelineSetting<Section>, into section: inout Section) {
        let key = setting.key
        switch setting.value {
        case .flag(let place):
            section[keyPath: place] = flag(key, fallback: section[keyPath: place])
        case .wholeNumber(let place, let range):
            section[keyPath: place] = integer(key, in: range, fallback: section[keyPath: place])
        case .wholeNumberOrNone(let place, let range):
            guard let node = value(key) else { return }
            section[keyPath: place] = node.scalar?.string == "none" ? nil : integer(key, in: range)
        case .wholeNumberRange(let place, let range):
            section[keyPath: place] = wholeNumberRange(key, in: range, fallback: section[keyPath: place])
        case .number(let place, let range):
            section[keyPath: place] = number(key, in: range, fallback: section[keyPath: place])
        case .numberOrNone(let place, let range):
            guard let node = value(key) else { return }
            section[keyPath: place] = node.scalar?.string == "none" ? nil : number(key, in: range)
        case .requiredNumber(let place, let range):
            section[keyPath: place] = number(key, in: range)
        case .numbers(let place, let range):
            section[keyPath: place] = numbers(key, in: range, fallback: section[keyPath: place])
        case .texts(let place), .words(let place):
            section[keyPath: place] = texts(key, fallback: section[keyPath: place])
        case .choices(let choices):
            let words = words(key, of: choices.all, fallback: choices.words(in: section))
            _ = choices.set(words, in: &section)
        case .choice(let choice):
            // What is none of the words is a problem, and the section stays as it was.
            _ = choice.set(word(key, of: choice.words, fallback: choice.word(in: section)) ?? "", in: &section)
        }
    }
}
