import ArgumentParser
import GantryCore
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTensors

/// `gantry model diff`: what two models have in common and what not.
struct ModelDiffCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "diff",
        abstract: "Compares two models of any format: architecture, tensors, and what is computed with them.",
        discussion: """
            Tensors are compared by name. Files that hold the same network in other tensors, as after an export that \
            folds batch norms into the convolutions, are also compared layer by layer with the batch norms folded in. \
            --stride and --batch-norm-epsilon hold for both where a file does not say them. Exit code 0 whatever is \
            found, unless --within is given.
            """
    )

    @Argument(help: "A pipeline bundle's folder, or a weight file.")
    var first: String

    @Argument(help: "Another one.")
    var second: String

    @OptionGroup var conventions: ConventionOptions
    @OptionGroup var trust: TrustOptions

    @Option(
        help: ArgumentHelp(
            "End with 65 unless both compute the same: no folded layer differs by more than this share of its largest "
                + "weight.", valueName: "share"))
    var within: Float?

    @Flag(help: "List every tensor that differs, not only the ten that differ most.")
    var all = false

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        if let within, !(within >= 0) { throw ValidationError("--within takes 0 or more.") }
    }

    func run() throws {
        try command {
            let keys = try trust.keys()
            // Of a bundle its Float32 model, whatever it is scored in.
            let a = try OpenedModel(
                first, said: conventions.said, choice: conventions.choice, trust: keys, precision: .f32)
            let b = try OpenedModel(
                second, said: conventions.said, choice: conventions.choice, trust: keys, precision: .f32)
            let difference = try CommandFault.ofWeightFile { () throws(WeightsError) in
                try WeightDifference((a.architecture, a.weights), (b.architecture, b.weights))
            }
            if json {
                try JSONLines.print("model-difference", Report(a.architecture, b.architecture, difference))
            } else {
                show(a.architecture, b.architecture, difference)
                if let one = a.activation, let other = b.activation, one != other {
                    paragraph(
                        "Their probabilities are not the same: the first has a \(one.rawValue), the second a "
                            + "\(other.rawValue).")
                }
            }
            try judge(difference)
        }
    }

    private func judge(_ difference: WeightDifference) throws {
        guard let within else { return }
        guard let folded = difference.folded else {
            throw CommandFault(ExitStatus.badData, "\(first), \(second): they are different networks.")
        }
        if let worst = folded.max(by: { $0.relative < $1.relative }), worst.relative > within {
            throw CommandFault(
                ExitStatus.badData,
                "\(first), \(second): \(worst.name) differs by \(worst.relative.writtenInTwoDigits) of its largest "
                    + "weight, more than \(within).")
        }
    }

    private func show(_ a: ResidualArchitecture, _ b: ResidualArchitecture, _ difference: WeightDifference) {
        let terminal = Terminal.output
        for (path, architecture) in [(first, a), (second, b)] {
            terminal.line(path.printable)
            let stride =
                architecture.hasStridedBottlenecks ? ", stride \(architecture.stridePosition.rawValue)" : ""
            paragraph("\(architecture.summary)\(stride), epsilon \(architecture.batchNormEpsilon)", indent: "  ")
        }
        terminal.line("")
        if difference.isSame, a == b { return terminal.line("The same network: every tensor has the same bits.") }
        list("only in the first", difference.onlyInFirst)
        list("only in the second", difference.onlyInSecond)
        list("of another shape", difference.misshapen.map { "\($0.name) \($0.first), \($0.second)" })
        let changed = difference.tensors.filter { $0.largest > 0 }.sorted { $0.relative > $1.relative }
        terminal.line("\(changed.count) of \(difference.tensors.count) tensors of the same name and shape differ.")
        if !changed.isEmpty {
            var table = Table(columns: [
                .init(title: "tensor"), .init(title: "largest difference", isNumeric: true),
                .init(title: "of its largest value", isNumeric: true),
            ])
            for entry in all ? changed[...] : changed.prefix(10) {
                table.rows.append(
                    .init(cells: [
                        (entry.name, nil), (entry.largest.writtenInTwoDigits, nil),
                        (entry.relative.writtenInTwoDigits, nil),
                    ]))
            }
            terminal.write(table.rendered(for: terminal))
            if !all, changed.count > 10 { terminal.line("… and \(changed.count - 10) more (--all)") }
        }
        terminal.line("")
        guard let folded = difference.folded else {
            return terminal.line("They are different networks: what they compute is not compared.")
        }
        guard let worst = folded.max(by: { $0.relative < $1.relative }), worst.relative > 0 else {
            return terminal.line("With batch norms folded in, every layer is the same.")
        }
        paragraph(
            "With batch norms folded in, \(worst.name) differs most: by \(worst.relative.writtenInTwoDigits) of its "
                + "largest weight.")
    }

    private func paragraph(_ text: String, indent: String = "") {
        for line in text.wrapped(Terminal.output.columns - indent.count) { Terminal.output.line(indent + line) }
    }

    private func list(_ title: String, _ names: [String]) {
        guard !names.isEmpty else { return }
        let shown = all ? names[...] : names.prefix(10)
        let more = names.count > shown.count ? ", … and \(names.count - shown.count) more (--all)" : ""
        for (index, line) in "\(names.count) \(title): \(shown.joined(separator: ", "))\(more)".wrapped(
            Terminal.output.columns - 2
        ).enumerated() {
            Terminal.output.line(index == 0 ? line : "  " + line)
        }
    }

    private struct Report: Encodable {
        struct Entry: Encodable {
            var name: String
            var largest: Float
            var relative: Float
        }
        var same: Bool
        var first: ResidualArchitecture
        var second: ResidualArchitecture
        var onlyInFirst: [String]
        var onlyInSecond: [String]
        var misshapen: [String]
        var tensors: [Entry]
        var folded: [Entry]?

        init(_ a: ResidualArchitecture, _ b: ResidualArchitecture, _ difference: WeightDifference) {
            same = difference.isSame && a == b
            (first, second) = (a, b)
            onlyInFirst = difference.onlyInFirst
            onlyInSecond = difference.onlyInSecond
            misshapen = difference.misshapen.map(\.name)
            tensors = difference.tensors.map(Self.finite)
            folded = difference.folded.map { $0.map(Self.finite) }
        }

        /// JSON has no infinity.
        private static func finite(_ entry: WeightDifference.Entry) -> Entry {
            Entry(
                name: entry.name, largest: min(entry.largest, .greatestFiniteMagnitude),
                relative: min(entry.relative, .greatestFiniteMagnitude))
        }
    }
}
