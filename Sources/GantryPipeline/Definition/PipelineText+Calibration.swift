import GantryCore

extension PipelineText {
    /// `yaml` with what was fitted behind the training: temperature and digest of the data in its section `model`, both
    /// thresholds in its section `judging`, in place of those it has.
    ///
    /// Nil where the sections are not written one key a line, so that only a person can change them; what is returned
    /// has been read back.
    public static func calibrating(
        _ calibration: ModelCalibration, negativeBelow: Double, positiveFrom: Double, in yaml: String
    ) -> String? {
        guard var expected = try? PipelineDefinition(yaml: yaml) else { return nil }
        expected.scoring.model.calibration = calibration
        (expected.judging.negativeBelow, expected.judging.positiveFrom) = (negativeBelow, positiveFrom)
        var lines = lines(of: yaml)
        if lines.last == "" { lines.removeLast() }
        put("positive-from", shortest(positiveFrom), in: "judging", &lines)
        put("negative-below", shortest(negativeBelow), in: "judging", &lines)
        put("calibration-sha256", "\"\(calibration.dataSHA256)\"", in: "model", after: "sha256", &lines)
        put("temperature", shortest(calibration.temperature), in: "model", after: "sha256", &lines)
        let text = lines.joined()
        guard let found = try? PipelineDefinition(yaml: text), found == expected else { return nil }
        return text
    }

    /// Takes a key out of a section, where it has it in a line of its own.
    static func take(_ key: String, out section: String, _ lines: inout [String]) {
        guard let head = lines.firstIndex(where: { $0.hasPrefix(section + ":") }) else { return }
        let own = keys(behind: head, lines)
        if let place = own.first(where: { isKey(key, lines[$0]) }) { lines.remove(at: place) }
    }

    /// The lines of the section whose first is `head`, without that. Comments and empty lines belong to the section
    /// that they stand in.
    private static func keys(behind head: Int, _ lines: [String]) -> Range<Int> {
        let next =
            lines[(head + 1)...].firstIndex { line in
                guard let first = line.first else { return false }
                return first != " " && first != "#" && !first.isNewline
            } ?? lines.endIndex
        return head + 1..<next
    }

    private static func isKey(_ key: String, _ line: String) -> Bool {
        line.hasPrefix(" ") && line.drop { $0 == " " }.hasPrefix(key + ":")
    }

    /// Gives a key of a section a value: in its line, or in a new one behind the line of `other` or of the section,
    /// which is added where there is none.
    static func put(
        _ key: String, _ value: String, in section: String, after other: String? = nil, _ lines: inout [String]
    ) {
        let end = lines.first.flatMap { $0.last?.isNewline == true ? String($0.suffix(1)) : nil } ?? "\n"
        if let last = lines.last, last.last?.isNewline != true { lines[lines.count - 1] = last + end }
        guard let head = lines.firstIndex(where: { $0.hasPrefix(section + ":") }) else {
            lines += ["\(section):\(end)", "  \(key): \(value)\(end)"]
            return
        }
        let own = keys(behind: head, lines)
        if let place = own.first(where: { isKey(key, lines[$0]) }) {
            let line = lines[place]
            let comment = line.range(of: " #").map { line[$0.lowerBound...].filter { !$0.isNewline } } ?? ""
            lines[place] = "\(line.prefix { $0 == " " })\(key): \(value)\(comment)\(end)"
            return
        }
        let place = other.flatMap { other in own.first { isKey(other, lines[$0]) } } ?? head
        let indented = own.map { lines[$0] }.first { $0.hasPrefix(" ") && $0.drop { $0 == " " }.first != "#" }
        let indentation = indented.map { String($0.prefix { $0 == " " }) } ?? "  "
        lines.insert("\(indentation)\(key): \(value)\(end)", at: place + 1)
    }
}
