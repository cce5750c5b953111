import ArgumentParser
import GantryCore
import GantryModelling
import GantryPipeline
import GantryStore

/// `gantry evaluate`: stored verdicts against the truth.
struct EvaluateCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "evaluate",
        abstract: "Compares the store's verdicts with the truth: areas under the ROC curve, and a table of verdicts.",
        discussion: "The truth is a CSV file as `gantry phantom` writes it; studies that are in both are compared."
    )

    @Option(help: ArgumentHelp("CSV file of the truth.", valueName: "truth.csv"))
    var truth: String

    @OptionGroup var location: StoreLocation

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        try command {
            let truth = try Truth(path: truth)
            let store = try location.openForReading()
            var evaluation = Evaluation()
            for summary in try store.summaries() {
                guard let record = try store.latestRecord(of: summary.studyKey),
                    let isPositive = truth.studies[record.studyInstanceUID]
                else { continue }
                evaluation.add(record.result, isPositive: isPositive, slices: truth.slices)
            }
            guard evaluation.studies > 0 else {
                throw CommandFault(ExitStatus.noInput, "no study of the store is in the truth.")
            }
            if json { try JSONLines.print("evaluation", evaluation) } else { evaluation.printed() }
        }
    }
}

/// Counts and areas, as they are shown.
private struct Evaluation: Encodable {
    private var studyScores: [Double] = []
    private var studyTruth: [Bool] = []
    private var sliceScores: [Double] = []
    private var sliceTruth: [Bool] = []
    /// Verdicts by truth: `positive` and `negative`, each by finding.
    private var verdicts: [Bool: [Finding: Int]] = [:]

    /// Studies compared.
    var studies: Int { verdicts.values.reduce(0) { $0 + $1.values.reduce(0, +) } }

    mutating func add(_ result: StudyResult, isPositive: Bool, slices: [Truth.Slice: Bool]) {
        verdicts[isPositive, default: [:]][result.verdict.finding, default: 0] += 1
        if let probability = result.verdict.probability {
            studyScores.append(probability)
            studyTruth.append(isPositive)
        }
        guard let index = result.provenance.classes.firstIndex(of: result.provenance.positiveClass) else { return }
        for slice in result.slices where index < slice.probabilities.count {
            let key = Truth.Slice(sopInstanceUID: slice.sopInstanceUID, frameNumber: slice.frameNumber)
            guard let isPositiveSlice = slices[key] else { continue }
            sliceScores.append(slice.probabilities[index])
            sliceTruth.append(isPositiveSlice)
        }
    }

    private var studyArea: Double? { ROC.areaUnderCurve(scores: studyScores, isPositive: studyTruth) }
    private var sliceArea: Double? { ROC.areaUnderCurve(scores: sliceScores, isPositive: sliceTruth) }
    private func count(_ isPositive: Bool, _ finding: Finding) -> Int { verdicts[isPositive]?[finding] ?? 0 }

    enum Keys: String, CodingKey { case studies, slices, studyAUC, sliceAUC, truePositive, trueNegative }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(studies, forKey: .studies)
        try container.encode(sliceScores.count, forKey: .slices)
        try container.encode(studyArea, forKey: .studyAUC)
        try container.encode(sliceArea, forKey: .sliceAUC)
        func row(_ isPositive: Bool) -> [String: Int] {
            Dictionary(uniqueKeysWithValues: Finding.allCases.map { ($0.rawValue, count(isPositive, $0)) })
        }
        try container.encode(row(true), forKey: .truePositive)
        try container.encode(row(false), forKey: .trueNegative)
    }

    func printed() {
        let terminal = Terminal.output
        func area(_ value: Double?) -> String { value.map { Presentation.decimals($0, 3) } ?? "– (one class only)" }
        terminal.line("\(studies) studies   area under the ROC curve \(area(studyArea))")
        terminal.line("\(sliceScores.count) slices    area under the ROC curve \(area(sliceArea))\n")
        var table = Table(
            columns: [.init(title: "truth")]
                + Finding.allCases.map { .init(title: "judged \($0.rawValue)", isNumeric: true) })
        for isPositive in [true, false] {
            table.rows.append(
                .init(
                    cells: [(isPositive ? "positive" : "negative", nil)]
                        + Finding.allCases.map { ("\(count(isPositive, $0))", nil) }))
        }
        terminal.write(table.rendered(for: terminal))
    }
}
