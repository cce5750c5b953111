import ArgumentParser
import Foundation
import GantryCore
import GantryDICOMWriting
import GantryPhantom
import GantryPipeline

/// `gantry phantom`: synthetic chest CT as DICOM, with the truth beside it.
struct PhantomCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "phantom",
        abstract: "Makes synthetic chest CT studies as DICOM files, with the truth of each slice.",
        discussion: """
            Half of the studies are positive, half of these hard; half of the negative ones have something that is \
            easily taken for disease. Noise, kernel, thickness, field of view, breathing, body, disease and what is \
            taken for it vary from study to study, unless --fix holds them. The same options give the same patients, \
            pixels and UIDs. truth.csv says for each slice whether disease is in it, of which kind, and how much. \
            --enhanced writes multi-frame objects of the same pixels. --samples writes the project's SampleStudies \
            instead.
            """
    )

    @Option(help: ArgumentHelp("Folder to write into.", valueName: "folder"))
    var output: String

    @Option(help: "Other seeds give other patients.")
    var seed: UInt64 = 1

    @Option(help: ArgumentHelp("Number of studies, each of a patient of its own.", valueName: "n"))
    var studies: Int = 8

    @Option(help: ArgumentHelp("Slices a study.", valueName: "n"))
    var slices: Int = 40

    @Option(help: ArgumentHelp("Rows and columns.", valueName: "n"))
    var matrix: Int = 256

    @Option(
        help: ArgumentHelp(
            "How often each patient is scanned: the same chest and disease, with other noise, kernel and position. "
                + "Each scan is a study more.",
            valueName: "n"))
    var scans: Int = 1

    @Option(
        help: ArgumentHelp(
            "Does not vary what is named (may be repeated): all, "
                + PhantomMixture.Variation.allCases.map(\.rawValue).joined(separator: ", ")
                + ". Each has a middling value, or one behind =: noise=20, kernel=sharp, disease=peak/lobar.",
            valueName: "what"))
    var fix: [String] = []

    @Flag(help: "The headers say the same of dose, kernel, thickness and window, whatever the pixels show.")
    var equalHeaders = false

    @Option(
        help: ArgumentHelp(
            "Grey levels as a viewer of this window exports them, as if they were Hounsfield units.",
            valueName: "centre,width"))
    var exportedWindow: String?

    @Flag(help: "Write each series as one Enhanced CT object with a frame a slice.")
    var enhanced = false

    @Option(
        help: ArgumentHelp("How the files are encoded: a lossless transfer syntax.", valueName: "uid"))
    var transferSyntax: String = TransferSyntax.explicitVRLittleEndian.uid

    @Option(help: ArgumentHelp("Threads. They change no byte. (default: all cores)", valueName: "n"))
    var threads: Int?

    @Flag(help: "Write the project's sample studies; the other options have no effect, but --threads.")
    var samples = false

    func validate() throws {
        guard (1...100_000).contains(studies) else { throw ValidationError("--studies takes 1 to 100000.") }
        guard (2...10_000).contains(slices) else { throw ValidationError("--slices takes 2 to 10000.") }
        guard (16...1024).contains(matrix) else { throw ValidationError("--matrix takes 16 to 1024.") }
        guard (1...24).contains(scans) else { throw ValidationError("--scans takes 1 to 24.") }
        if let threads, !(1...1024 ~= threads) { throw ValidationError("--threads takes 1 to 1024.") }
        guard DICOMObjectWriter.transferSyntaxes.contains(TransferSyntax(transferSyntax)) else {
            let known = DICOMObjectWriter.transferSyntaxes.map { "\($0.uid) (\($0.name))" }
            throw ValidationError("--transfer-syntax takes one of \(known.joined(separator: ", ")).")
        }
        _ = try mixture()
        _ = try window()
    }

    /// What varies. **Throws** what of `--fix` is not understood.
    private func mixture() throws -> PhantomMixture {
        var mixture = PhantomMixture.all
        do {
            for word in fix { try mixture.hold(word) }
        } catch {
            throw ValidationError("--fix: \(error)")
        }
        return mixture
    }

    private func window() throws -> GreyWindow? {
        guard let exportedWindow else { return nil }
        let numbers = exportedWindow.split(separator: ",", omittingEmptySubsequences: false).map { Float($0) }
        guard numbers.count == 2, let centre = numbers[0], let width = numbers[1], abs(centre) <= 4000,
            (1...8000).contains(width)
        else {
            throw ValidationError("--exported-window takes two numbers, such as -600,1500; the width is 1 to 8000.")
        }
        return GreyWindow(centreHU: centre, widthHU: width)
    }

    func run() throws {
        try command {
            let studies = try samples ? PhantomCatalogue.sampleStudies : cohort()
            let speed = PhantomSpeed()
            let bar = ProgressBar()
            var done = 0
            func written(_ study: PhantomStudy, _ files: Int) {
                done += 1
                speed.count(study)
                bar.show(
                    "making studies", fraction: Double(done) / Double(studies.count),
                    detail: "\(done)/\(studies.count), \(files) files, \(speed.slicesPerSecond) slices a second")
            }
            do {
                let threads = threads ?? CoreDivision.available
                if samples {
                    try PhantomCatalogue.writeSampleStudies(to: output, threads: threads, written: written)
                } else {
                    try PhantomWriter(folder: output).write(studies, threads: threads, written: written)
                }
            } catch {
                bar.finish()
                throw CommandFault(ExitStatus.cannotCreate, "\(error)")
            }
            bar.finish()
            Terminal.output.line("\(studies.count) studies in \(output), truth in \(output)/truth.csv")
            Terminal.output.line("\(speed.slices) slices, \(speed.slicesPerSecond) slices a second.")
        }
    }

    private func cohort() throws -> [PhantomStudy] {
        var cohort = PhantomCatalogue.cohort(
            seed: seed, count: studies, sliceCount: slices, matrix: matrix, mixture: try mixture(), scans: scans)
        let window = try window()
        for index in cohort.indices {
            cohort[index].isEnhanced = enhanced
            cohort[index].transferSyntax = TransferSyntax(transferSyntax)
            cohort[index].hasUsualHeaders = equalHeaders
            cohort[index].exportedWindow = window
        }
        return cohort
    }
}

/// How fast slices are made.
private final class PhantomSpeed {
    private let start = ContinuousClock.now
    /// Axial slices so far.
    private(set) var slices = 0

    func count(_ study: PhantomStudy) { slices += study.sentSlices.count * study.kernels.count }

    /// To two digits.
    var slicesPerSecond: String {
        let passed = max((ContinuousClock.now - start) / .seconds(1), 1e-3)
        let speed = Double(slices) / passed
        return speed < 10 ? String(format: "%.1f", speed) : String(Int(speed.rounded()))
    }
}
