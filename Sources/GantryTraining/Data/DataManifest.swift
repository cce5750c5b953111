import GantryCore
import GantryGround

/// What a network was trained, validated and tested with: a file of the bundle.
///
/// A table separated by commas, `file,label,split,group,sha256`, a line a sample, each ended by LF: by side (training,
/// validation, test), then name, as bytes, whatever the order in which the samples came. The label is the class's name.
public struct DataManifest: Sendable, Hashable {
    private static let columns = ["file", "label", "split", "group", "sha256"]

    /// Names of the classes, in the order of the logits.
    public let classes: [String]
    /// The samples, each with its side, in the order of the lines. A text has no studies: they are nil when read.
    public let samples: [LabelledSample]

    /// The manifest of samples that have sides; one without counts as training.
    ///
    /// **Throws** `labelUnknown`, `contradiction` where two have one name.
    public init(_ samples: [LabelledSample], classes: [String]) throws(TrainingDataFault) {
        let order = DataSide.allCases
        var sorted: [LabelledSample] = []
        for side in order {
            var own = samples.filter { ($0.side ?? .train) == side }
            own.sort { pathPrecedes($0.name, $1.name) }
            sorted += own.map { sample in
                var sample = sample
                sample.side = side
                return sample
            }
        }
        var names: Set<String> = []
        for sample in sorted {
            guard classes.indices.contains(sample.label) else {
                throw TrainingDataFault(
                    .labelUnknown, subject: sample.name,
                    explanation: "Its label is \(sample.label), of \(classes.count) classes counted from 0.")
            }
            guard names.insert(sample.name).inserted else {
                throw TrainingDataFault(
                    .contradiction, subject: sample.name, explanation: "Two samples have this name.")
            }
        }
        self.classes = classes
        self.samples = sorted
    }

    /// The manifest in a text whose file is called `name`. The classes are those of the bundle.
    ///
    /// **Throws** `malformedTable` naming file and line, `labelUnknown`, `contradiction`.
    public init(_ text: String, name: String, classes: [String]) throws(TrainingDataFault) {
        let table = try DelimitedTable(text, name: name, requiring: Self.columns)
        let columns = Self.columns.map { table.column($0) }
        let indices = Dictionary(classes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
        var samples: [LabelledSample] = []
        for row in table.rows {
            let fields = columns.map { table.field($0, of: row) ?? "" }
            guard let side = DataSide(rawValue: fields[2]), !fields[0].isEmpty,
                fields[4].isEmpty || Hexadecimal.isLowerCase(fields[4], digits: 64)
            else {
                throw .malformedTable(
                    name, line: row.line, "has not a file, one of train, validation and test, and a SHA-256.")
            }
            guard let label = indices[fields[1]] else {
                throw TrainingDataFault(
                    .labelUnknown, subject: "\(name):\(row.line)",
                    explanation: "has the label \(fields[1]); the classes are \(classes.joined(separator: ", ")).")
            }
            samples.append(
                LabelledSample(
                    name: fields[0], label: label, group: fields[3].isEmpty ? nil : fields[3], side: side,
                    contentDigest: fields[4]))
        }
        try self.init(samples, classes: classes)
    }

    /// The table.
    public var text: String {
        let lines = samples.map { sample in
            let fields = [
                sample.name, classes[sample.label], (sample.side ?? .train).rawValue, sample.group,
                sample.contentDigest,
            ]
            return fields.map(DelimitedTable.quoted).joined(separator: ",") + "\n"
        }
        return Self.columns.joined(separator: ",") + "\n" + lines.joined()
    }

    /// SHA-256 of the text, in 64 lower-case hexadecimal digits.
    public var digest: String { SHA256.hash(Array(text.utf8)).hexadecimal }

    /// Samples of each class on a side.
    public func counts(of side: DataSide) -> [Int] {
        samples.reduce(into: [Int](repeating: 0, count: classes.count)) { counts, sample in
            if sample.side == side { counts[sample.label] += 1 }
        }
    }
}
