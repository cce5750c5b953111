import GantryCore
import GantryImages
import GantryPipeline

/// A PNG or JPEG file that is explained.
enum ExplainedPicture {
    /// The picture at `path`, with its map. **Throws** `CommandFault`: 66 where there is none, 64 where it is a folder,
    /// 65 where it cannot be read; `ImageFault`; what `check` throws.
    static func item(_ path: String, explainer: Explainer, check: () throws -> Void) throws -> ExplainedItem {
        guard let definition = explainer.bundle.definition.scoring.preparation.imagePreparation else {
            throw CommandFault(ExitStatus.configuration, "\(explainer.bundle.folder): has no preparation of images.")
        }
        let preparation = try PicturePreparation(definition)
        let found = try PictureFiles([path])
        guard InputFolder.isFile(path), let file = found.files.first else {
            throw CommandFault(ExitStatus.usage, "--image \(path): takes one PNG or JPEG file.")
        }
        let picture = try read(root: file.root, path: file.path, shown: file.shown)
        let (probability, map) = try explainer.explain(
            preparation.tensor(preparation.resized(picture)), check: check)
        return ExplainedItem(
            name: "image", shown: file.shown, picture: picture, map: map,
            seen: preparation.seenArea(width: picture.width, height: picture.height), probability: probability)
    }

    /// The picture `path` below `root`, decoded in a child. **Throws** `CommandFault` (65), `ImageFault`.
    static func read(root: String, path: String, shown: String) throws -> PixelImage {
        var outcome: Result<PixelImage, ImageFault>?
        try ImageReader(executable: RunOptions.childExecutable).read(root: root, paths: [path]) { _, result in
            outcome = result
            return .stop
        }
        switch outcome {
        case .success(let picture): return picture
        case .failure(let fault): throw CommandFault(ExitStatus.badData, "\(shown): \(fault.explanation)")
        case nil: throw CommandFault(ExitStatus.unexpected, "\(shown): nothing was read.")
        }
    }
}
