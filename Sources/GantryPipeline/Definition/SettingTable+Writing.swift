import GantryCore

extension SettingTable {
    /// The lines of a pipeline file that say the settings of `section`.
    func lines(_ section: Section) -> [String] {
        settings.compactMap { setting in
            setting.text(section, usual: usual).map { "  \(setting.key): \($0)" }
        }
    }
}

extension PipelineSetting {
    /// The value as a pipeline file says it; nil where it is built in, and not written.
    fileprivate func text(_ section: Section, usual: Section) -> String? {
        switch value {
        case .flag(let place): "\(section[keyPath: place])"
        case .wholeNumber(let place, _): "\(section[keyPath: place])"
        case .wholeNumberOrNone(let place, _): section[keyPath: place].map(String.init) ?? "none"
        case .number(let place, _), .requiredNumber(let place, _): shortest(section[keyPath: place])
        case .numberOrNone(let place, _): section[keyPath: place].map(shortest) ?? "none"
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
