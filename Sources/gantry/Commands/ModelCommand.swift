import ArgumentParser

/// `gantry model`: what has to do with the network alone.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract: "Looks at, runs, compares, converts, fits, completes and quantises a network; predicts pictures.",
        subcommands: [
            ModelInspectCommand.self, ModelRunCommand.self, ModelPredictCommand.self, ModelFitCommand.self,
            ModelSeedCommand.self,
            ModelQuantizeCommand.self, ModelConvertCommand.self, ModelDiffCommand.self,
        ]
    )
}
