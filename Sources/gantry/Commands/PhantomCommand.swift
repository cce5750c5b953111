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
            Half of the studies are positive, half of these hard; a third has a low dose. The same seed gives the same \
            patients, pixels and UIDs. truth.csv says for each slice whether disease is in it. \
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

    @Flag(help: "Write each series as one Enhanced CT object with a frame a slice.")
    var enhanced = false

    @Option(
        help: ArgumentHelp("How the files are encoded: a lossless transfer syntax.", valueName: "uid"))
    var transferSyntax: String = TransferSyntax.explicitVRLittleEndian.uid

    @Flag(help: "Write the project's sample studies; the other options have no effect.")
    var samples = false

    func validate() throws {
        guard (1...100_000).contains(studies) else { throw ValidationError("--studies takes 1 to 100000.") }
        guard (2...10_000).contains(slices) else { throw ValidationError("--slices takes 2 to 10000.") }
        guard (16...1024).contains(matrix) else { throw ValidationError("--matrix takes 16 to 1024.") }
        guard DICOMObjectWriter.transferSyntaxes.contains(TransferSyntax(transferSyntax)) else {
            let known = DICOMObjectWriter.transferSyntaxes.map { "\($0.uid) (\($0.name))" }
            throw ValidationError("--transfer-syntax takes one of \(known.joined(separator: ", ")).")
        }
    }

    func run() throws {
        try command {
            let bar = ProgressBar()
            var done = 0
            let count = samples ? PhantomCatalogue.sampleStudies.count : studies
            func written(_: PhantomStudy, _ files: Int) {
                done += 1
                bar.show(
                    "making studies", fraction: Double(done) / Double(count), detail: "\(done)/\(count), \(files) files"
                )
            }
            do {
                if samples {
                    try PhantomCatalogue.writeSampleStudies(to: output, written: written)
                } else {
                    var cohort = PhantomCatalogue.cohort(seed: seed, count: studies, sliceCount: slices, matrix: matrix)
                    for index in cohort.indices {
                        cohort[index].isEnhanced = enhanced
                        cohort[index].transferSyntax = TransferSyntax(transferSyntax)
                    }
                    try PhantomWriter(folder: output).write(cohort, written: written)
                }
            } catch {
                bar.finish()
                throw CommandFault(ExitStatus.cannotCreate, "\(error)")
            }
            bar.finish()
            Terminal.output.line("\(count) studies in \(output), truth in \(output)/truth.csv")
        }
    }
}
