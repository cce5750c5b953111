import ArgumentParser

/// `gantry bundle`: a network with everything that is needed to score with it, in one folder.
struct BundleCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "bundle",
        abstract: "Makes, checks and signs pipeline bundles.",
        subcommands: [
            BundleCreateCommand.self, BundleVerifyCommand.self, BundleSealCommand.self, BundleSignCommand.self,
            BundleKeyCommand.self,
        ]
    )
}
