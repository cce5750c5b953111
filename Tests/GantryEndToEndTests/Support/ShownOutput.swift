import Foundation

/// Compares what a page shows of outputs with what is printed. The lines are the same, but for
/// - `…` alone on a line, which stands for any lines, also none;
/// - keys of 16 hexadecimal digits: the same one is printed wherever the same one is shown;
/// - lines of progress, which only a slow machine prints;
/// - moments (`2026-11-22 16:18`, `2026-11-22T16:18:01.234Z`) and what a run took (`in 13.9 s.`,
///   `85 slices a second.`);
/// - numbers with a fraction, which another CPU may round otherwise: one of the last digit shown, or 1e-5 of the
///   number;
/// - differences to another's arithmetic (`8.4e-07`): any two below 1e-4;
/// - what 8 bits differ by from Float32: each CPU's kernels have their own;
/// - what an epoch of training came to (`2/4    0.1081 ...`, `Wrote bands: epoch 4, ...`): rounding grows with every
///   step, and another CPU rounds otherwise.
struct ShownOutput {
    /// The key that is printed for each that is shown, of all that was compared.
    private var keys: [String: String] = [:]

    /// Whether `printed` is what a page shows as `shown`.
    mutating func matches(_ shown: [String], printed: [String]) -> Bool {
        // Progress, which a log gets every half minute: how many there are depends on the machine's speed.
        let speeds = #/^gantry: .*(slices (scored )?a second|headers? read)/#
        let labels = #/^gantry: (reading|scoring|comparing|choosing|profile|features|making|explaining|best)[^:]*: /#
        let printed = printed.filter { !$0.contains(speeds) && !$0.contains(labels) }
        guard let keys = Self.keys(of: shown[...], printed[...], knowing: keys) else { return false }
        self.keys = keys
        return true
    }

    /// A page's command with the keys that were printed, or as many of their digits, for those that are shown.
    func typed(_ command: String) -> String {
        command.split(separator: " ", omittingEmptySubsequences: false).map { word in
            guard word.count >= 4, let key = keys.first(where: { $0.key.hasPrefix(word) }) else { return String(word) }
            return String(key.value.prefix(word.count))
        }.joined(separator: " ")
    }

    /// The keys after these lines; nil where they are not the same.
    private static func keys(
        of shown: ArraySlice<String>, _ printed: ArraySlice<String>, knowing keys: [String: String]
    ) -> [String: String]? {
        guard let line = shown.first else { return printed.isEmpty ? keys : nil }
        if line == "…" {
            for start in printed.startIndex...printed.endIndex {
                if let keys = Self.keys(of: shown.dropFirst(), printed[start...], knowing: keys) { return keys }
            }
            return nil
        }
        guard let other = printed.first, let known = Self.keys(of: line, other, knowing: keys) else { return nil }
        return Self.keys(of: shown.dropFirst(), printed.dropFirst(), knowing: known)
    }

    private static func keys(of shown: String, _ printed: String, knowing keys: [String: String]) -> [String: String]? {
        let (words, others) = (Self.words(of: shown), Self.words(of: printed))
        guard words.count == others.count else { return nil }
        var keys = keys
        for (word, other) in zip(words, others) {
            if isKey(word) && isKey(other) {
                guard keys[word, default: other] == other else { return nil }
                keys[word] = other
            } else if word != other && !isSameNumber(word, other) {
                return nil
            }
        }
        return keys
    }

    private static func words(of line: String) -> [String] {
        line.replacing(#/\d{4}-\d\d-\d\d( \d\d:\d\d|T\d\d:\d\d:\d\d\.\d{3}Z)/#, with: "MOMENT")
            .replacing(#/ in \d+\.\d s\./#, with: " in SECONDS.")
            .replacing(#/ \d+(\.\d)? slices a second\./#, with: " SPEED.")
            .replacing(#/^( *probability of \S+, mean and largest difference:) .*/#) { "\($0.output.1) FIGURES" }
            .replacing(#/^( *\d+\/\d+) .*\d (s|min|h)(  best)?$/#) { "\($0.output.1) FIGURES" }
            .replacing(#/^(Wrote \S+: epoch) \d+, validation .*/#) { "\($0.output.1) FIGURES" }
            .matches(of: #/[A-Za-z0-9.+\-]+|[^A-Za-z0-9.+\-]/#).map { String($0.output) }
    }

    private static func isKey(_ word: String) -> Bool { word.wholeMatch(of: #/[0-9a-f]{16}/#) != nil }

    private static func isSameNumber(_ shown: String, _ printed: String) -> Bool {
        guard let form = shown.wholeMatch(of: #/-?\d+\.(\d+)(e[+\-]\d+)?/#)?.output,
            printed.wholeMatch(of: #/-?\d+\.\d+(e[+\-]\d+)?/#) != nil,
            let number = Double(shown), let other = Double(printed)
        else { return false }
        if form.2 != nil { return abs(number) < 1e-4 && abs(other) < 1e-4 }
        // A little more, for decimals are not exact.
        return abs(number - other) <= 1.001 * max(pow(10, -Double(form.1.count)), 1e-5 * abs(number))
    }
}
