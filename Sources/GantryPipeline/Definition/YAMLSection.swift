import GantryCore
import Yams

/// The problems found so far while a pipeline file is read, so that a person sees all of them at once.
final class ProblemList {
    private let file: String
    private(set) var problems: [PipelineFileProblem] = []

    init(file: String) { self.file = file }

    func add(at mark: Mark?, _ sentence: String) {
        problems.append(
            PipelineFileProblem(file: file, line: mark?.line ?? 1, column: mark?.column ?? 1, sentence: sentence))
    }
}

/// One mapping of a pipeline file, read key by key. Whatever is wrong goes to the problem list, and the fallback is
/// returned so that reading goes on.
struct YAMLSection {
    /// Place of the mapping.
    let mark: Mark?
    private let problems: ProblemList
    private let entries: [(key: String, keyMark: Mark?, value: Node)]
    /// It is no mapping: one problem says so, and none is made of the keys that it cannot have.
    private let isBroken: Bool
    /// How sentences name it: `series`, or empty for the whole file.
    private let name: String

    /// A section of `node`; empty, with a problem, where it is no mapping. Keys outside `keys` are problems.
    init(_ node: Node?, name: String, keys: [String], at mark: Mark?, problems: ProblemList) {
        self.mark = node?.mark ?? mark
        self.name = name
        self.problems = problems
        guard let node else {
            isBroken = false
            entries = []
            return
        }
        guard let mapping = node.mapping else {
            problems.add(at: node.mark, "expected keys and values\(name.isEmpty ? "" : " below `\(name)`")")
            isBroken = true
            entries = []
            return
        }
        var entries: [(key: String, keyMark: Mark?, value: Node)] = []
        for (key, value) in mapping {
            guard let text = key.scalar?.string else {
                problems.add(at: key.mark, "expected a key, found a list or a mapping")
                continue
            }
            if keys.contains(text) {
                entries.append((text, key.mark, value))
            } else {
                let hint = suggestion(for: text, among: keys)
                problems.add(at: key.mark, "unknown key `\(printable(text))`\(hint)")
            }
        }
        isBroken = false
        self.entries = entries
    }

    /// The value at `key`; nil where it is absent, with a problem where it is `required`.
    func value(_ key: String, required: Bool = false) -> Node? {
        if let entry = entries.first(where: { $0.key == key }) { return entry.value }
        if required { missing(key) }
        return nil
    }

    /// Place of the value at `key`, or of the section.
    func mark(of key: String) -> Mark? { entries.first { $0.key == key }?.value.mark ?? mark }

    /// Notes a problem at the value of `key`.
    func add(at key: String, _ sentence: String) { problems.add(at: mark(of: key), sentence) }

    /// The section below `key`; an empty one where it is absent.
    func section(_ key: String, keys: [String], required: Bool = false) -> YAMLSection {
        YAMLSection(value(key, required: required), name: key, keys: keys, at: mark, problems: problems)
    }

    /// The sections of the list at `key`; nil where it is absent or no list.
    func sections(_ key: String, keys: [String]) -> [YAMLSection]? {
        guard let node = value(key) else { return nil }
        guard let list = node.sequence else {
            problems.add(at: node.mark, "`\(key)`: expected a list")
            return nil
        }
        return list.map { YAMLSection($0, name: key, keys: keys, at: node.mark, problems: problems) }
    }

    /// The text at `key`; a number written without quotes is text too. Required where there is no `fallback`.
    func text(_ key: String, fallback: String? = nil) -> String {
        guard let node = value(key, required: fallback == nil) else { return fallback ?? "" }
        guard let scalar = node.scalar else {
            problems.add(at: node.mark, "`\(key)`: expected text")
            return fallback ?? ""
        }
        if scalar.string.isEmpty && fallback == nil { problems.add(at: node.mark, "`\(key)`: must not be empty") }
        return scalar.string
    }

    /// The list of texts at `key`.
    func texts(_ key: String, fallback: [String]? = nil) -> [String] {
        guard let node = value(key, required: fallback == nil) else { return fallback ?? [] }
        guard let list = node.sequence else {
            problems.add(at: node.mark, "`\(key)`: expected a list of texts")
            return fallback ?? []
        }
        return list.compactMap { item in
            guard let text = item.scalar?.string, !text.isEmpty else {
                problems.add(at: item.mark, "`\(key)`: expected text")
                return nil
            }
            return text
        }
    }

    /// The yes or no at `key`.
    func flag(_ key: String, fallback: Bool) -> Bool {
        guard let node = value(key) else { return fallback }
        guard let scalar = node.scalar, scalar.style == .plain, scalar.string == "true" || scalar.string == "false"
        else {
            problems.add(at: node.mark, "`\(key)`: expected true or false, found \(found(node))")
            return fallback
        }
        return scalar.string == "true"
    }

    /// The number at `key`, within `range`.
    func number(_ key: String, in range: ClosedRange<Double>, fallback: Double? = nil) -> Double {
        guard let node = value(key, required: fallback == nil) else { return fallback ?? range.lowerBound }
        guard let number = plainNumber(node) else {
            problems.add(at: node.mark, "`\(key)`: expected a number, found \(found(node))")
            return fallback ?? range.lowerBound
        }
        return checked(number, key: key, in: range, at: node.mark) ?? fallback ?? range.lowerBound
    }

    /// The whole number at `key`, within `range`.
    func integer(_ key: String, in range: ClosedRange<Int>, fallback: Int? = nil) -> Int {
        guard let node = value(key, required: fallback == nil) else { return fallback ?? range.lowerBound }
        guard let number = plainInteger(node) else {
            problems.add(at: node.mark, "`\(key)`: expected a whole number, found \(found(node))")
            return fallback ?? range.lowerBound
        }
        guard range.contains(number) else {
            problems.add(
                at: node.mark, "`\(key)`: \(number) is outside \(range.lowerBound) to \(range.upperBound)")
            return fallback ?? range.lowerBound
        }
        return number
    }

    /// The list of whole numbers at `key`, each within `range`; it may not be absent.
    func wholeNumbers(_ key: String, in range: ClosedRange<Int>) -> [Int] {
        guard let node = value(key, required: true) else { return [] }
        guard let list = node.sequence else {
            problems.add(at: node.mark, "`\(key)`: expected a list of whole numbers")
            return []
        }
        return list.compactMap { item in
            guard let number = plainInteger(item), range.contains(number) else {
                problems.add(
                    at: item.mark,
                    "`\(key)`: expected a whole number of \(range.lowerBound) to \(range.upperBound), found "
                        + "\(found(item))"
                )
                return nil
            }
            return number
        }
    }

    /// The two whole numbers at `key`, the lower one first, both within `range`.
    func wholeNumberRange(_ key: String, in range: ClosedRange<Int>, fallback: ClosedRange<Int>) -> ClosedRange<Int> {
        let ends = numbers(
            key, in: Double(range.lowerBound)...Double(range.upperBound),
            fallback: [Double(fallback.lowerBound), Double(fallback.upperBound)])
        guard ends.count == 2, let lower = Int(exactly: ends[0]), let upper = Int(exactly: ends[1]), lower <= upper
        else {
            // One that is no number, or lies outside, has its problem.
            if value(key)?.sequence?.count == ends.count {
                add(at: key, "`\(key)`: expected two whole numbers, the lower one first")
            }
            return fallback
        }
        return lower...upper
    }

    /// The list of numbers at `key`, each within `range`.
    func numbers(_ key: String, in range: ClosedRange<Double>, fallback: [Double]) -> [Double] {
        guard let node = value(key) else { return fallback }
        guard let list = node.sequence else {
            problems.add(at: node.mark, "`\(key)`: expected a list of numbers")
            return fallback
        }
        return list.compactMap { item in
            guard let number = plainNumber(item) else {
                problems.add(at: item.mark, "`\(key)`: expected a number, found \(found(item))")
                return nil
            }
            return checked(number, key: key, in: range, at: item.mark)
        }
    }

    /// The word at `key`, one of the raw values of `Choice`.
    func choice<Choice: CaseIterable & RawRepresentable<String>>(_ key: String, fallback: Choice?) -> Choice? {
        word(key, of: Choice.allCases.map(\.rawValue), fallback: fallback?.rawValue).flatMap(Choice.init(rawValue:))
    }

    /// The word at `key`, one of `all`; required where there is no `fallback`.
    func word(_ key: String, of all: [String], fallback: String?) -> String? {
        guard let node = value(key, required: fallback == nil) else { return fallback }
        if let text = node.scalar?.string, all.contains(text) { return text }
        let hint = node.scalar.map { suggestion(for: $0.string, among: all) } ?? ""
        problems.add(
            at: node.mark, "`\(key)`: expected one of \(all.joined(separator: ", ")), found \(found(node))\(hint)")
        return fallback
    }

    /// The list of words at `key`, at least one, each one of `all` and there once.
    func words(_ key: String, of all: [String], fallback: [String]) -> [String] {
        guard let node = value(key) else { return fallback }
        guard let list = node.sequence, !list.isEmpty else {
            problems.add(
                at: node.mark, "`\(key)`: expected a list of \(all.joined(separator: ", ")), found \(found(node))")
            return fallback
        }
        var words: [String] = []
        for item in list {
            guard let word = item.scalar?.string, all.contains(word) else {
                let hint = item.scalar.map { suggestion(for: $0.string, among: all) } ?? ""
                problems.add(
                    at: item.mark,
                    "`\(key)`: expected one of \(all.joined(separator: ", ")), found \(found(item))\(hint)")
                continue
            }
            if words.contains(word) { problems.add(at: item.mark, "`\(key)`: names \(word) twice") }
            words.append(word)
        }
        return words
    }

    private func missing(_ key: String) {
        guard !isBroken else { return }
        problems.add(at: mark, "`\(key)` is missing\(name.isEmpty ? "" : " below `\(name)`")")
    }

    private func checked(_ number: Double, key: String, in range: ClosedRange<Double>, at mark: Mark?) -> Double? {
        guard range.contains(number) else {
            problems.add(
                at: mark,
                "`\(key)`: \(shortest(number)) is outside \(shortest(range.lowerBound)) to "
                    + "\(shortest(range.upperBound))"
            )
            return nil
        }
        return number
    }
}

/// A finite decimal number written without quotes; nil otherwise.
private func plainNumber(_ node: Node) -> Double? {
    guard let scalar = node.scalar, scalar.style == .plain, !scalar.string.isEmpty,
        scalar.string.utf8.allSatisfy({ "+-.0123456789eE".utf8.contains($0) }),
        let number = Double(scalar.string), number.isFinite
    else { return nil }
    return number
}

/// A whole decimal number written without quotes; nil otherwise.
private func plainInteger(_ node: Node) -> Int? {
    guard let scalar = node.scalar, scalar.style == .plain else { return nil }
    return Int(scalar.string)
}

private func found(_ node: Node) -> String {
    switch node {
    case .scalar(let scalar) where scalar.string.isEmpty: "nothing"
    case .scalar(let scalar) where scalar.style == .doubleQuoted:
        "`\"\(printable(scalar.string))\"`, a text: leave the quotes out"
    case .scalar(let scalar) where scalar.style == .singleQuoted:
        "`'\(printable(scalar.string))'`, a text: leave the quotes out"
    case .scalar(let scalar): "`\(printable(scalar.string))`"
    case .mapping: "a mapping"
    case .sequence: "a list"
    case .alias: "an alias"
    }
}

/// Text from a file as a sentence may quote it: without control characters, at most 40 characters.
func printable(_ text: String) -> String {
    let clean = String(
        String.UnicodeScalarView(
            text.unicodeScalars.prefix(41).map { $0.properties.generalCategory == .control ? "?" : $0 }))
    return clean.count > 40 ? clean.prefix(39) + "…" : clean
}

/// A number without a fraction where it has none.
func shortest(_ number: Double) -> String {
    Int(exactly: number).map(String.init) ?? String(number)
}

/// `; did you mean `a` or `b`?`; empty where nothing is near.
func suggestion(for text: String, among words: [String]) -> String {
    let near = nearest(to: text, among: words).prefix(3).map { "`\($0)`" }
    return near.isEmpty ? "" : "; did you mean \(near.joined(separator: " or "))?"
}

/// The words among `words` that differ from `text`, or begin with what differs from it, in the fewest letters; none
/// where all differ by more than a third.
package func nearest(to text: String, among words: [String]) -> [String] {
    guard text.count <= 40 else { return [] }
    let distances = words.compactMap { word -> (word: String, distance: Int)? in
        let whole = editDistance(text, word)
        // A name that was begun: `resnet50` of `resnet50-v1.5`.
        let beginning =
            text.count >= 4 && word.dropFirst(text.count).first == "-"
            ? editDistance(text, String(word.prefix(text.count))) : whole
        if beginning <= text.count / 4 { return (word, min(whole, beginning)) }
        return whole <= max(1, word.count / 3) ? (word, whole) : nil
    }
    guard let least = distances.map(\.distance).min() else { return [] }
    return distances.filter { $0.distance == least }.map(\.word)
}

/// Number of letters to insert, remove, replace or swap with their neighbour (optimal string alignment).
private func editDistance(_ left: String, _ right: String) -> Int {
    let left = Array(left)
    let right = Array(right)
    var rows = [Array(0...right.count)]
    for (i, letter) in left.enumerated() {
        var row = [i + 1]
        for (j, other) in right.enumerated() {
            var cost = min(rows[i][j + 1] + 1, row[j] + 1, rows[i][j] + (letter == other ? 0 : 1))
            if i > 0, j > 0, letter == right[j - 1], left[i - 1] == other { cost = min(cost, rows[i - 1][j - 1] + 1) }
            row.append(cost)
        }
        rows.append(row)
    }
    return rows[left.count][right.count]
}
