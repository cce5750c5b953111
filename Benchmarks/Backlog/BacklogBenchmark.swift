import Foundation
import GantryCore
import GantryPipeline
import GantryReports
import GantryStore

/// What a look at a drop folder and a study cost, with few and with many studies behind them: `gantry watch` with its
/// own store and reports, a reader and a network that cost nothing, and a folder that shows one study after the other;
/// then a look of the real folder, with the studies on disk.
@main
enum BacklogBenchmark {
    /// Studies over which a cost is taken.
    static let window = 100

    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let folder = arguments.first, let studies = Int(arguments.dropFirst().first ?? "100000"),
            studies >= 2 * window
        else {
            FileHandle.standardError.write(Data("usage: backlog-benchmark NEW-FOLDER [STUDIES, at least 200]\n".utf8))
            exit(64)
        }
        let laps = try run(in: folder, studies: studies)
        print("behind it    a look, ms    a study, ms    files and pages at rest before it")
        for end in [2 * window, studies] {
            let behind = end - window
            let (look, study) = (median(laps.looks[behind..<end]), median(laps.studies[behind..<end]))
            print(
                "\(behind)".padding(toLength: 13, withPad: " ", startingAt: 0)
                    + String(format: "%.3f", look * 1000).padding(toLength: 14, withPad: " ", startingAt: 0)
                    + String(format: "%.2f", study * 1000).padding(toLength: 15, withPad: " ", startingAt: 0)
                    + "\(behind * MadeStudies.slices)")
        }
        print("on disk      a look, ms    with a study added, ms    the first look, ms")
        for studies in [window, studies] {
            let looks = try FolderLooks(in: "\(folder)/drop-\(studies)", studies: studies, repetitions: window)
            print(
                "\(studies)".padding(toLength: 13, withPad: " ", startingAt: 0)
                    + String(format: "%.3f", median(looks.idle[...]) * 1000)
                    .padding(toLength: 14, withPad: " ", startingAt: 0)
                    + String(format: "%.3f", median(looks.added[...]) * 1000)
                    .padding(toLength: 26, withPad: " ", startingAt: 0)
                    + String(format: "%.1f", looks.first * 1000))
        }
    }

    private static func median(_ seconds: ArraySlice<Double>) -> Double { seconds.sorted()[seconds.count / 2] }

    private static func run(in folder: String, studies: Int) throws -> Laps {
        var rules = SeriesRules(fewestSlices: MadeStudies.slices)
        rules.smallestLungMillilitres = 0
        let definition = PipelineDefinition(
            name: "backlog", version: "1", description: "",
            scoring: ScoringDefinition(
                model: ModelDescription(
                    file: "model.safetensors", sha256: String(repeating: "0", count: 64),
                    architecture: .resNet50(classes: 2), classes: ["negative", "positive"], positiveClass: "positive"),
                preparation: PreparationDefinition(), sliceSelection: .all, seriesRules: rules),
            judging: JudgingDefinition(aggregation: .mean, fewestScoredSlices: 3),
            report: ReportDefinition(keyPictures: 1))
        let course = Course(studies: studies)
        let environment = RunEnvironment(
            bundle: PipelineBundle(folder: "bundle", definition: definition, modelPath: "bundle/model.safetensors"),
            reader: MadeStudies(), scorer: ConstantScorer(),
            store: try SQLiteStudyStore(path: folder + "/store.sqlite", access: .runner(name: "backlog")),
            reports: try FolderReportWriter(outputFolder: folder + "/reports"), observer: course,
            settings: RunSettings(gantryVersion: "benchmark"), freeSpace: { nil })
        course.atEnd = { environment.requestStop(.signal(15)) }
        let summary = WatchRun(
            environment, folder: course, root: "/drop", shown: "drop",
            settings: WatchSettings(settleSeconds: 1, studyQuietSeconds: 0, once: false)
        ).run()
        guard summary.studies.count == studies, summary.account.scored == studies * MadeStudies.slices else {
            throw BacklogFault(
                description: "\(summary.studies.count) studies, \(summary.account.scored) files scored: \(summary)")
        }
        return course.laps
    }
}

/// The run did not do what it was to be measured on.
struct BacklogFault: Error, CustomStringConvertible {
    var description: String
}
