import ArgumentParser
import Foundation
import GantryCore
import GantryPipeline

/// `gantry train`: a network learns from image folders or CT studies; what comes out is a bundle.
struct TrainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "train",
        abstract: "Trains a network on folders of images or on CT studies, and makes a bundle of it.",
        discussion: """
            Begin with a trained network (--model) and freeze its beginning (--freeze), or from nothing \
            (--architecture). Patients, studies and pictures that are on two sides are refused. The bundle appears \
            before the first step; training.html in it shows how it goes, and after Ctrl-C, a crash or a power cut \
            `gantry train --resume BUNDLE` goes on to the same weights, byte for byte. docs/train.md begins with a \
            folder of images and ends with a scored study.
            """
    )

    @Option(help: ArgumentHelp("The bundle to make.", valueName: "bundle"))
    var output: String?

    @Option(help: ArgumentHelp("Go on with a bundle whose training was interrupted.", valueName: "bundle"))
    var resume: String?

    @Option(
        help: ArgumentHelp(
            "Recipe to begin with; flags override it. Every bundle has its own.", valueName: "recipe.yaml"))
    var recipe: String?

    @OptionGroup var options: TrainingOptions

    @Option(help: ArgumentHelp("Threads. They change no byte. (default: all cores)", valueName: "n"))
    var threads: Int?

    @Flag(
        name: .customLong("allow-other-kernels"),
        help: "With --resume: go on though this CPU computes otherwise than the one that began.")
    var allowOtherKernels = false

    @Flag(
        name: .customLong("dry-run"),
        help: "Read the data, measure some steps, say how long the whole would take and what it needs; make nothing.")
    var dryRun = false

    @Flag(help: "Print one JSON object an epoch on standard output.")
    var json = false

    func validate() throws {
        guard (resume == nil) != (output == nil) else {
            throw ValidationError("Give --output, a bundle to make, or --resume, one to go on with.")
        }
        guard !dryRun || resume == nil else {
            throw ValidationError("--dry-run is for a run that has not begun: with --output, not with --resume.")
        }
        if let threads, !(1...1024 ~= threads) { throw ValidationError("--threads takes 1 to 1024.") }
        if resume != nil {
            guard recipe == nil else {
                throw ValidationError("--resume goes on by the bundle's own recipe: leave --recipe out.")
            }
            var moved = TrainingRecipe()
            options.apply(to: &moved)
            let known = TrainingRecipe(data: Self.places(of: moved.data))
            guard moved == known else {
                throw ValidationError(
                    "--resume goes on by the bundle's own recipe. Besides it only --images, --studies and --truth may "
                        + "be given, where the data have moved; --threads, --json and --allow-other-kernels.")
            }
        } else if allowOtherKernels {
            throw ValidationError("--allow-other-kernels is for --resume.")
        }
    }

    /// What says where the data are, and nothing else.
    private static func places(of data: TrainingDataRecipe) -> TrainingDataRecipe {
        var places = TrainingDataRecipe()
        (places.images, places.studies, places.truth) = (data.images, data.studies, data.truth)
        return places
    }

    func run() throws {
        try command {
            let workers = threads ?? CoreDivision.available
            if let resume {
                var moved = TrainingRecipe()
                options.apply(to: &moved)
                try TrainingSession.resumed(
                    resume, moved: moved.data, workers: workers, allowsOtherKernels: allowOtherKernels, json: json)
            } else if let output {
                let recipe = try completeRecipe()
                if dryRun {
                    try TrainingSession.tried(recipe, output: output, workers: workers, json: json)
                } else {
                    try TrainingSession.begun(recipe, output: output, workers: workers, json: json)
                }
            }
        }
    }

    /// The recipe file's, overridden by flags. **Throws** `CommandFault`: 78 where the file is wrong, 64 where what it
    /// comes to contradicts itself.
    private func completeRecipe() throws(CommandFault) -> TrainingRecipe {
        var complete = TrainingRecipe()
        if let recipe {
            guard let text = try? String(contentsOfFile: recipe, encoding: .utf8) else {
                throw CommandFault(ExitStatus.configuration, "\(recipe): cannot be read.")
            }
            do {
                complete = try TrainingRecipe(yaml: text, file: URL(filePath: recipe).lastPathComponent)
            } catch {
                throw CommandFault(ExitStatus.configuration, error.description)
            }
        }
        options.apply(to: &complete)
        if let contradiction = complete.contradiction {
            // Where no flag has a part in it, the file is wrong.
            guard let recipe, options.isEmpty else { throw CommandFault(ExitStatus.usage, contradiction) }
            throw CommandFault(ExitStatus.configuration, "\(recipe): \(contradiction)")
        }
        return complete
    }
}
