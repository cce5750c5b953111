import ArgumentParser
import Foundation
import GantryCore
import GantryDICOM
import GantryPipeline

/// `gantry inspect`: what the reader sees and decides, without scoring.
struct InspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Shows what the reader sees and decides, without scoring.",
        discussion: """
            Studies, their series ranked with every rule passed or failed, geometry, transfer syntaxes, and the files \
            rejected, each with its reason. Someone who wonders why a series was not taken finds the answer here.
            """
    )

    @Argument(help: "A folder of DICOM files, or one file.")
    var path: String

    @Option(help: RunOptions.pipelineHelp)
    var pipeline: String?

    @Flag(help: "Print one JSON object a line.")
    var json = false

    func run() throws {
        try command {
            let rules = try InputFolder.rules(pipeline: pipeline)
            let limits = try InputFolder.limits(pipeline: pipeline)
            let input = try InputFolder.scan(path, limits: limits)
            let selections = input.studies.map { ($0, SeriesSelection.decide($0, rules: rules)) }
            if json {
                for (study, selection) in selections {
                    try JSONLines.print("inspected-study", InspectedStudy(study: study, selection: selection))
                }
                for outcome in input.outcomes { try JSONLines.print("file", outcome) }
            } else {
                for (study, selection) in selections { show(study, selection) }
                showFiles(input.outcomes)
            }
            guard !input.studies.isEmpty else {
                throw CommandFault(
                    ExitStatus.badData,
                    "\(path): no file of \(input.outcomes.count) is a DICOM object that can be read.")
            }
        }
    }

    private func show(_ study: Study, _ selection: SeriesSelection) {
        let terminal = Terminal.output
        let instances = study.series.reduce(0) { $0 + $1.instances.count }
        terminal.line(terminal.painted("Study \(study.studyInstanceUID)", .bold))
        terminal.line("  \(study.series.count) series, \(counted(instances, "instance"))")
        Presentation.printLedger(selection.decisions, on: terminal)
        if let stack = selection.chosen, !stack.geometry.gaps.isEmpty {
            for gap in stack.geometry.gaps {
                let missing = gap.missingSlices > 0 ? ", \(counted(gap.missingSlices, "slice")) missing" : ""
                terminal.line(
                    "  Gap after slice \(gap.afterSlice + 1): "
                        + "\(Presentation.decimals(gap.distanceMillimetres, 2)) mm\(missing)")
            }
        }
        let rejected = selection.outcomes.filter { $0.disposition == .rejected }
        if !rejected.isEmpty {
            terminal.line("  " + terminal.painted(counted(rejected.count, "file") + " rejected", .bold))
            Presentation.printOutcomes(rejected, on: terminal)
        }
        terminal.line()
    }

    private func showFiles(_ outcomes: [FileOutcome]) {
        let terminal = Terminal.output
        guard !outcomes.isEmpty else { return }
        terminal.line(terminal.painted(counted(outcomes.count, "file") + " of no study", .bold))
        Presentation.printOutcomes(outcomes, on: terminal)
    }
}

/// A study as `inspect --json` prints it; no patient's identity.
private struct InspectedStudy: Encodable {
    var studyInstanceUID: UID
    var series: [SeriesDecision]
    var chosenSeriesInstanceUID: UID?
    var slices: Int
    var geometry: SeriesGeometry?
    var files: [FileOutcome]

    init(study: Study, selection: SeriesSelection) {
        studyInstanceUID = study.studyInstanceUID
        series = selection.decisions
        chosenSeriesInstanceUID = selection.chosen?.seriesInstanceUID
        slices = selection.chosen?.slices.count ?? 0
        geometry = selection.chosen?.geometry
        files = selection.outcomes
    }
}
