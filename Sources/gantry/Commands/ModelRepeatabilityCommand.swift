import ArgumentParser
import Foundation
import GantryCore
import GantryGround
import GantryModelling
import GantryPipeline

/// `gantry model repeatability`: how far two scans of the same lungs lie apart in a bundle's numbers, kept in it.
struct ModelRepeatabilityCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "repeatability",
        abstract: "Measures how far two scans of the same lungs lie apart, so that a change can be told from noise.",
        discussion: """
            Takes patients that were scanned twice while nothing changed, as `gantry phantom --scans 2` makes them, \
            and scores them with the bundle. From the differences of a patient's successive studies it computes 95 % \
            repeatability coefficients (1.96 x sqrt(2) x within-subject standard deviation; Bland and Altman, 1999) of \
            the probability, the lung in positive slices and the length of these, and writes them into pipeline.yaml \
            with the digest of the data, and into the card. From then on a patient's page calls a change more or less \
            where it is beyond them. No digest, score or verdict changes by that.

            Data that the network was trained on, as split.csv in the bundle says, are refused (65).
            """
    )

    @Argument(help: "The bundle's folder.")
    var bundle: String

    @Option(help: ArgumentHelp("Folder of DICOM studies, two or more of each patient.", valueName: "folder"))
    var studies: String

    @OptionGroup var trust: TrustOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        try command {
            let file = bundle + "/" + PipelineBundle.definitionFile
            try OutputOptions.refuse(bundle, among: [])
            try RunOptions.refuse(writing: [("the bundle", bundle)], into: [studies])
            let definition = try PipelineBundle.definition(folder: bundle)
            let scored = try ScoredStudies(
                bundle: bundle, studies: studies, named: nil, reports: nil, trust: trust)
            let trained = try TrainedSamples(bundle: bundle, classes: definition.scoring.model.classes)
            let fit = try RepeatabilityFit(scored, name: studies, trained: trained, bundle: bundle)
            try write(fit.repeatability(DefinitionDigest.measuring(definition)), to: file)
            var card = ModelCard(of: bundle) ?? ModelCard("# \(URL(filePath: bundle).lastPathComponent)\n")
            card.put(repeatability: fit.section(version: Gantry.version))
            try card.write(to: bundle)
            try ChangedBundle.renew(bundle)
            guard !json else { return try JSONLines.print("repeatability", fit) }
            for line in fit.lines { Terminal.output.hanging(line, indent: 2) }
            Terminal.output.line("Wrote \(file)")
            for remark in fit.remarks { Terminal.output.hanging("Note: \(remark.printable)", indent: 6) }
        }
    }

    private func write(_ repeatability: Repeatability, to file: String) throws {
        let text: String
        do {
            text = try String(contentsOfFile: file, encoding: .utf8)
        } catch {
            throw CommandFault(ExitStatus.configuration, "\(file): \(error.localizedDescription)")
        }
        guard let changed = PipelineText.measuring(repeatability, in: text) else {
            throw CommandFault(
                ExitStatus.configuration,
                """
                \(file): its section repeatability is not written one key a line, so it was left alone. Take the \
                section out, and begin again.
                """)
        }
        try CommandFault.ofWriting { () throws(FileFailure) in try DurableFile.write(changed.utf8, to: file) }
    }
}
