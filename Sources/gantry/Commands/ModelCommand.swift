import ArgumentParser

/// `gantry model`: what has to do with the network alone.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract:
            """
            Looks at, runs, compares, converts, fits, completes, quantises, calibrates and profiles a network; \
            predicts pictures.
            """,
        subcommands: [
            ModelInspectCommand.self, ModelRunCommand.self, ModelPredictCommand.self, ModelFitCommand.self,
            ModelSeedCommand.self,
            ModelQuantizeCommand.self, ModelCalibrateCommand.self, ModelProfileCommand.self, ModelConvertCommand.self,
            ModelDiffCommand.self,
        ]
    )
}
