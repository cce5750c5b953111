import GantryCore

extension SettingTable {
    /// The lines of a pipeline file that say the settings of `section`; of `keys` alone where some are given. Each is
    /// explained by a comment unless `isExplained` is false.
    func lines(_ section: Section, only keys: [String]? = nil, isExplained: Bool = true) -> [String] {
        settings.filter { keys?.contains($0.key) ?? true }.flatMap { setting -> [String] in
            guard let text = setting.text(section, usual: usual) else { return [] }
            let entry = "\(setting.key): \(text)"
            return isExplained ? setting.lines(entry) : ["  " + entry]
        }
    }
}

extension RuleSettings {
    /// The lines of a pipeline file that say the rule and its settings.
    var lines: [String] { ["  \(Self.ruleKey): \(rule.rawValue)"] + Self.table(of: rule).lines(self) }
}

extension PipelineSetting {
    /// The longest line that a comment goes on.
    private static var longestLine: Int { 100 }

    /// The line of a pipeline file that says `entry`, with what it means: behind it, or, where that is long, above it.
    fileprivate func lines(_ entry: String) -> [String] {
        // As the page has it in a table, where a bar ends a cell.
        let meaning = meaning.replacing("\\|", with: "|")
        let line = "  \(entry)  # \(meaning)"
        guard line.count > Self.longestLine else { return [line] }
        var comment: [String] = []
        for word in meaning.split(separator: " ") {
            if let last = comment.last, last.count + word.count < Self.longestLine {
                comment[comment.count - 1] += " " + word
            } else {
                comment.append("  # " + word)
            }
        }
        return comment + ["  " + entry]
    }

    /// The value as a pipeline file says it; nil where it is built in, and not written.
    fileprivate func text(_ section: Section, usual: Section) -> String? {
        switch value {
        case .flag(let place): "\(section[keyPath: place])"
        case .wholeNumber(let place, _): "\(section[keyPath: place])"
        case .wholeNumberOrNone(let place, _): section[keyPath: place].map(String.init) ?? "none"
        case .wholeNumberRange(let place, _):
            list(["\(section[keyPath: place].lowerBound)", "\(section[keyPath: place].upperBound)"])
        case .number(let place, _), .requiredNumber(let place, _): shortest(section[keyPath: place])
        case .numberOrNone(let place, _): section[keyPath: place].map(shortest) ?? "none"
        case .choice(let choice): choice.word(in: section)
        case .choices(let choices): list(choices.words(in: section))
        case .numbers(let place, _): list(section[keyPath: place].map(shortest))
        case .texts(let place): list(section[keyPath: place].map(quoted))
        case .words(let place):
            section[keyPath: place] == usual[keyPath: place] ? nil : list(section[keyPath: place].map(quoted))
        }
    }
}

/// A list in one line.
func list(_ items: [String]) -> String { "[" + items.joined(separator: ", ") + "]" }

/// YAML's double-quoted style, control characters escaped.
func quoted(_ text: String) -> String {
    var result = "\""
    for scalar in text.unicodeScalars {
        switch scalar {
        case "\"": result += "\\\""
        case "\\": result += "\\\\"
        case "\n": result += "\\n"
        case "\t": result += "\\t"
        default:
            if scalar.properties.generalCategory == .control {
                result += "\\u" + Hexadecimal.text(scalar.value, digits: 4)
            } else {
                result.unicodeScalars.append(scalar)
            }
        }
    }
    return result + "\""
}
