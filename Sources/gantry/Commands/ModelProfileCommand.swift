import ArgumentParser
import Foundation
import GantryCore
import GantryGround
import GantryModelling
import GantryPipeline

/// `gantry model profile`: what a network's data look like to it, kept in its bundle.
struct ModelProfileCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "profile",
        abstract: "Keeps in a bundle what its network's data look like to it, so that others are told apart.",
        discussion: """
            Of studies or pictures like those that the network was trained on, the pooled features are computed in \
            each arithmetic that this CPU and the bundle have. Their mean and directions of most variance, and the \
            quantiles of the distance on a fifth of the patients that are held out (of pictures: a fifth of these; of \
            the studies that the bundle's split.csv lists: its validation side), are written to \
            \(ProfileFile.usualFile) in the bundle, and pipeline.yaml names it. From then on each slice \
            has a distance, and a study with too many slices beyond the quantile (judging.unlike-quantile, \
            judging.largest-share-unlike) is indeterminate: unlikeTraining. `gantry train` keeps this by itself.
            """
    )

    @Argument(help: "The bundle's folder.")
    var bundle: String

    @Option(help: ArgumentHelp("Folder of DICOM studies like those it was trained on.", valueName: "folder"))
    var studies: String?

    @Option(
        help: ArgumentHelp(
            "With --studies: table of slices, as for `gantry model quantize`; only those are taken.",
            valueName: "truth.csv"))
    var truth: String?

    @Option(help: ArgumentHelp("Folder of pictures, or an .npz file, for a bundle of pictures.", valueName: "path"))
    var images: String?

    @Option(help: ArgumentHelp("What the choice of the held-out fifth follows from.", valueName: "n"))
    var seed: UInt64 = 1

    @OptionGroup var trust: TrustOptions

    @Flag(help: "Print one JSON object.")
    var json = false

    func validate() throws {
        guard (studies == nil) != (images == nil) else { throw ValidationError("Give --studies or --images.") }
        guard truth == nil || studies != nil else { throw ValidationError("--truth is for --studies.") }
    }

    func run() throws {
        try command {
            try OutputOptions.refuse(bundle, among: [truth].compactMap(\.self))
            let inputs = ([studies] + [images.flatMap { $0.hasSuffix(".npz") ? nil : $0 }]).compactMap(\.self)
            try RunOptions.refuse(writing: [("the bundle", bundle)], into: inputs)
            try PipelineBundle.refuse(bundle, unlessFor: studies == nil ? .images : .ct)
            var fit = try ProfileFit(bundle: bundle, seed: seed, trust: trust.keys())
            if let studies {
                try fit.add(studies: studies, truth: try truth.map(Truth.init(path:)))
            } else if let images {
                try fit.add(images: images)
            }
            let profiles = try fit.profiles()
            if let first = fit.unreadable.first {
                Terminal.error.sentence(
                    "Note: \(counted(fit.unreadable.count, "picture")) could not be read and left out: \(first)"
                        .printable)
            }
            let path = bundle + "/" + ProfileFile.usualFile
            try profiles.write(to: path)
            try name(ProfileFile(file: ProfileFile.usualFile, sha256: try FileDigest.sha256(of: path)))
            var card = ModelCard(of: bundle) ?? ModelCard("# \(URL(filePath: bundle).lastPathComponent)\n")
            card.put(profile: profiles.section(by: "`gantry model profile` of Gantry \(Gantry.version)"))
            try card.write(to: bundle)
            try ChangedBundle.renew(bundle)
            guard !json else { return try JSONLines.print("profile", ProfileResult(profiles, seed: seed)) }
            Terminal.output.line("Wrote \(path)")
            for line in profiles.lines { Terminal.output.hanging("  \(line)", indent: 4) }
        }
    }

    /// Puts the file's name and digest into pipeline.yaml.
    private func name(_ profile: ProfileFile) throws {
        let path = bundle + "/" + PipelineBundle.definitionFile
        let text = try String(contentsOfFile: path, encoding: .utf8)
        guard let changed = PipelineText.naming(profile, in: text) else {
            throw CommandFault(
                ExitStatus.configuration,
                """
                \(path): its model section is not written one key a line, so it was left alone. Add to it: \
                features-file: \(profile.file), features-sha256: "\(profile.sha256)"
                """)
        }
        try CommandFault.ofWriting { () throws(FileFailure) in try DurableFile.write(changed.utf8, to: path) }
    }
}

/// What `--json` prints.
private struct ProfileResult: Encodable {
    struct Row: Encodable {
        let precision: String
        let fitted: Int
        let heldOut: Int
        let quantileShares: [Double]
        let quantileDistances: [Double]
    }

    let file = ProfileFile.usualFile
    let seed: UInt64
    let profiles: [Row]

    init(_ profiles: FeatureProfiles, seed: UInt64) {
        self.seed = seed
        self.profiles = Precision.allCases.compactMap { precision in
            profiles.entries[precision].map { entry in
                let quantiles = entry.profile.quantiles
                return Row(
                    precision: precision.rawValue, fitted: entry.profile.samples, heldOut: quantiles.samples,
                    quantileShares: quantiles.shares, quantileDistances: quantiles.distances)
            }
        }
    }
}
