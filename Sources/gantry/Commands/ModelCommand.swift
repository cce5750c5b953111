import ArgumentParser

/// `gantry model`: what has to do with the network alone.
struct ModelCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "model",
        abstract:
            """
            Looks at, runs, compares, converts, quantises, calibrates and profiles a network, measures how repeatable \
            it is; predicts pictures.
            """,
        subcommands: [
            ModelInspectCommand.self, ModelRunCommand.self, ModelPredictCommand.self, ModelQuantizeCommand.self,
            ModelCalibrateCommand.self, ModelProfileCommand.self, ModelRepeatabilityCommand.self,
            ModelConvertCommand.self, ModelDiffCommand.self,
        ]
    )
}
