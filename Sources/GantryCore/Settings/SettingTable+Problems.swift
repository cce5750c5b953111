extension SettingTable {
    /// What in `section` lies outside its range, in the order of the table; empty where nothing does.
    func problems(of section: Section) -> [DefinitionProblem] {
        settings.compactMap { setting in
            setting.problem(in: section).map { (self.section + "." + setting.key, $0) }
        }
    }
}

extension PipelineSetting {
    fileprivate func problem(in section: Section) -> String? {
        switch value {
        case .flag, .choice, .choices:
            nil
        case .wholeNumber(let place, let range):
            problem(section[keyPath: place], range)
        case .wholeNumberOrNone(let place, let range):
            section[keyPath: place].flatMap { problem($0, range) }
        case .wholeNumberRange(let place, let range):
            problem(section[keyPath: place], range)
        case .number(let place, let range), .requiredNumber(let place, let range):
            problem(section[keyPath: place], range)
        case .numberOrNone(let place, let range):
            section[keyPath: place].flatMap { problem($0, range) }
        case .numbers(let place, let range):
            section[keyPath: place].lazy.compactMap { problem($0, range) }.first
        case .texts(let place), .words(let place):
            section[keyPath: place].contains("") ? "expected names; found an empty one" : nil
        }
    }

    private func problem(_ number: Int, _ range: ClosedRange<Int>) -> String? {
        range.contains(number)
            ? nil : outside("\(range.lowerBound)", "\(range.upperBound)", found: "\(number)")
    }

    private func problem(_ found: ClosedRange<Int>, _ range: ClosedRange<Int>) -> String? {
        range.contains(found)
            ? nil
            : outside(
                "\(range.lowerBound)", "\(range.upperBound)", found: "\(found.lowerBound) to \(found.upperBound)")
    }

    /// Not a number lies in no range.
    private func problem(_ number: Double, _ range: ClosedRange<Double>) -> String? {
        range.contains(number)
            ? nil
            : outside(
                range.lowerBound.writtenInFull(decimals: 0), range.upperBound.writtenInFull(decimals: 0),
                found: "\(number)")
    }

    private func outside(_ lowest: String, _ highest: String, found: String) -> String {
        "expected \(lowest) to \(highest)\(unit.map { " \($0)" } ?? ""); found \(found)"
    }
}
