import ArgumentParser
import Foundation
import GantryCore
import GantryDICOM
import GantryPipeline
import GantryReports

/// `gantry extract`: the chosen series as Hounsfield units.
struct ExtractCommand: ParsableCommand {
    /// What is written.
    enum Format: String, ExpressibleByArgument, CaseIterable {
        /// One Int16 array [slices, rows, columns] of HU.
        case npy
        /// Windowed 8-bit slices.
        case png
    }

    static let configuration = CommandConfiguration(
        commandName: "extract",
        abstract: "Writes the chosen series of each study as Hounsfield units.",
        discussion: """
            npy: one Int16 array [slices, rows, columns] in slice order (by position along the normal), and a .json of \
            geometry and SOP Instance UIDs. png: windowed 8-bit slices. Padding keeps its rescaled value. Names are \
            made of the Series Instance UID.
            """
    )

    @Argument(help: "A folder of DICOM files, or one file.")
    var path: String

    @Option(help: ArgumentHelp("Folder to write into.", valueName: "folder"))
    var output: String

    @Option(help: ArgumentHelp("Series Instance UID to take instead of the chosen one.", valueName: "uid"))
    var series: String?

    @Option(
        parsing: .unconditional, help: ArgumentHelp("Window for png: centre and width in HU.", valueName: "c,w"))
    var window: String = "-600,1500"

    @Option(help: "npy or png.")
    var format: Format = .npy

    @Option(help: RunOptions.pipelineHelp)
    var pipeline: String?

    private func parsedWindow() throws -> Window {
        let parts = window.split(separator: ",").compactMap { Double($0.trimmingCharacters(in: .whitespaces)) }
        guard parts.count == 2, parts[0].isFinite, parts[1].isFinite, parts[1] >= 1 else {
            throw ValidationError("--window takes centre,width in HU with a width of at least 1, such as -600,1500.")
        }
        return Window(windowCenterHU: parts[0], windowWidthHU: parts[1])
    }

    func validate() throws {
        _ = try parsedWindow()
        if let series, UID(series) == nil { throw ValidationError("--series \(series) is no DICOM UID.") }
    }

    func run() throws {
        try command {
            let window = try parsedWindow()
            try RunOptions.refuse(writing: [("--output", output)], into: [path])
            let rules = try InputFolder.rules(pipeline: pipeline)
            let limits = try InputFolder.limits(pipeline: pipeline)
            let input = try InputFolder.scan(path, limits: limits)
            let stacks = try stacks(of: input, rules: rules)
            do {
                try FileManager.default.createDirectory(atPath: output, withIntermediateDirectories: true)
            } catch {
                throw CommandFault(ExitStatus.cannotCreate, "\(output): cannot be made: \(error.localizedDescription)")
            }
            var missed = 0
            let reader = try InputFolder.reader(limits: limits)
            for (stack, name) in zip(stacks, Self.names(of: stacks)) {
                var writer = try SeriesExtraction(
                    stack: stack, folder: output, name: name, format: format, window: window,
                    spacingToleranceMillimetres: rules.spacingToleranceMillimetres)
                defer { writer.discard() }
                do throws(ReaderFault) {
                    try reader.read(root: input.root, slices: stack.slices, padding: .keep, into: &writer)
                } catch {
                    // One series that cannot be read does not keep the others from being written.
                    guard error.code == .quarantined else { throw error }
                    Terminal.error.line("gantry: series \(stack.seriesInstanceUID): \(error.description.printable)")
                }
                missed += try writer.finish()
            }
            if missed > 0 {
                let all = stacks.reduce(0) { $0 + $1.slices.count }
                throw CommandFault(
                    missed == all ? ExitStatus.badData : ExitStatus.someFailed,
                    "\(missed) of \(all) slices were not extracted; each is named above with its reason.")
            }
        }
    }

    /// The series' UIDs, with `-1`, `-2` and so on behind where several stacks are of one series.
    static func names(of stacks: [SliceStack]) -> [String] {
        let counts = Dictionary(stacks.map { ($0.seriesInstanceUID, 1) }, uniquingKeysWith: +)
        var seen: [UID: Int] = [:]
        return stacks.map { stack in
            let uid = stack.seriesInstanceUID
            seen[uid, default: 0] += 1
            return counts[uid] == 1 ? uid.value : "\(uid)-\(seen[uid] ?? 0)"
        }
    }

    private func stacks(of input: InputFolder, rules: SeriesRules) throws -> [SliceStack] {
        guard let series, let uid = UID(series) else {
            let stacks = input.studies.compactMap { SeriesSelection.decide($0, rules: rules).chosen }
            guard !stacks.isEmpty else {
                throw CommandFault(
                    ExitStatus.badData,
                    "\(path): no series passes the rules; `gantry inspect` says why, --series takes one by its UID.")
            }
            return stacks
        }
        guard let found = input.studies.flatMap(\.series).first(where: { $0.seriesInstanceUID == uid }) else {
            throw CommandFault(ExitStatus.noInput, "\(path): has no series \(uid).")
        }
        // Of a series of several parts the one of most slices, the first among equals.
        let parts = SliceStack.stacking(found, rules: rules).compactMap(\.stack)
        guard let stack = parts.reversed().max(by: { $0.slices.count < $1.slices.count }) else {
            throw CommandFault(
                ExitStatus.badData, "series \(uid): no slice has position, orientation and pixel spacing.")
        }
        return [stack]
    }
}
