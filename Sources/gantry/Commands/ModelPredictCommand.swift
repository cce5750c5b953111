import ArgumentParser
import GantryCore
import GantryImages
import GantryPipeline

/// `gantry model predict`: a bundle for images, on images.
struct ModelPredictCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "predict",
        abstract: "Says the class of PNG and JPEG files with a bundle for images.",
        discussion: """
            The bundle is one of `gantry train --images` or `gantry bundle create --input images`; pictures become the \
            network's input as it says. Of a folder, every file below it is taken whose name ends in .png, .jpg or \
            .jpeg. The class is the one of the highest probability; labels (`activation: sigmoid`) are those of 0.5 or \
            more. `judged` compares the positive class's probability with the bundle's thresholds. Files that \
            cannot be read are named, and the others are predicted all the same: exit code 8, and 65 where none can \
            be read.
            """
    )

    @Argument(help: "The folder of a pipeline bundle for images.")
    var bundle: String

    @Argument(help: "PNG and JPEG files, or folders of them.")
    var files: [String]

    @Option(help: ArgumentHelp("Threads to compute with. (default: one a core)", valueName: "n"))
    var threads: Int?

    @OptionGroup var trust: TrustOptions

    @Flag(help: "Print one JSON object a line instead of the table, with every digit.")
    var json = false

    func validate() throws {
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads takes 1 to 1024, not \(threads).")
        }
    }

    func run() throws {
        try command {
            let interruption = try Interruption()
            defer { withExtendedLifetime(interruption) {} }
            try PipelineBundle.refuse(bundle, unlessFor: .images)
            let model = try BundleModel.checked(folder: bundle, trust: trust.keys())
            RunOptions.noteArithmetic(of: model.bundle.definition)
            var scorer = try PictureScorer(model, threads: threads ?? CoreDivision.available)
            let found = try PictureFiles(files)
            try leaveWithoutPictures(found)
            let bar = interruption.bar
            defer { bar.finish() }

            var predictions: [Prediction] = []
            var (done, failed) = (0, found.refused.count)
            for sentence in found.refused { bar.log("gantry: \(sentence.printable)") }
            func keep(_ new: [Prediction]) throws {
                guard json else { return predictions += new }
                if !new.isEmpty { bar.finish() }
                for prediction in new { try JSONLines.print("prediction", prediction) }
            }
            func take(_ result: Result<PixelImage, ImageFault>, of file: PictureFiles.File) throws {
                done += 1
                switch result {
                case .success(let picture): try keep(try scorer.take(picture, of: file.shown))
                case .failure(let fault):
                    failed += 1
                    bar.log("gantry: \(Self.sentence(fault, of: file).printable)")
                }
                bar.show(
                    "predicting", fraction: Double(done) / Double(found.files.count),
                    detail: "\(done)/\(found.files.count) images")
            }
            let reader = ImageReader(executable: RunOptions.childExecutable)
            for run in found.runs {
                var thrown: (any Error)?
                try reader.read(
                    root: found.files[run.lowerBound].root, paths: run.map { found.files[$0].path }
                ) { index, result in
                    do {
                        try take(result, of: found.files[run.lowerBound + index])
                        return .proceed
                    } catch {
                        thrown = error
                        return .stop
                    }
                }
                if let thrown { throw thrown }
            }
            try keep(try scorer.finish())
            bar.finish()
            if !predictions.isEmpty {
                let described = model.bundle.definition.scoring.model
                Terminal.output.write(PredictionTable(predictions, of: described).rendered(for: .output))
            }
            try leave(failed: failed, of: found)
        }
    }

    /// What is wrong with a file, for a person.
    private static func sentence(_ fault: ImageFault, of file: PictureFiles.File) -> String {
        guard fault.code == .notAnImage, PictureFiles.isDICOM(file) else {
            return "\(file.shown): \(fault.explanation)"
        }
        return "\(file.shown): is DICOM, neither PNG nor JPEG. `gantry ingest` scores studies, with a bundle for CT; "
            + "`gantry extract --format png` makes pictures of slices"
    }

    /// Says what of the folders is left out. **Throws** `CommandFault` (66) where there is no picture.
    private func leaveWithoutPictures(_ found: PictureFiles) throws(CommandFault) {
        let ends = PictureFiles.nameEnds.joined(separator: ", ")
        guard found.files.isEmpty else {
            guard !found.others.isEmpty else { return }
            return Terminal.error.sentence(
                "Note: \(counted(found.others.count, "file")) whose "
                    + "\(found.others.count == 1 ? "name ends" : "names end") in none of \(ends) left out.")
        }
        guard found.refused.isEmpty else {
            throw CommandFault(ExitStatus.noInput, "no picture: \(found.refused.listed(3)).")
        }
        let isDICOM = found.others.prefix(3).contains(where: PictureFiles.isDICOM)
        throw CommandFault(
            ExitStatus.noInput,
            "\(files.joined(separator: ", ")): no file whose name ends in \(ends)"
                + (isDICOM ? ", but DICOM, which `gantry ingest` scores, with a bundle for CT." : "."))
    }

    /// Ends the command with 8 where a file could not be read, with 65 where none could.
    private func leave(failed: Int, of found: PictureFiles) throws(CommandFault) {
        guard failed > 0 else { return }
        let all = found.files.count + found.refused.count
        throw CommandFault(
            failed == all ? ExitStatus.badData : ExitStatus.someFailed,
            all == 1
                ? "the file cannot be read."
                : "\(failed) of \(all) files cannot be read; \(failed == 1 ? "it is" : "each is") named above.")
    }
}
