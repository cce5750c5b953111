import Foundation
import GantryArrays
import GantryCore
import GantryGround
import GantryImages
import GantryPipeline
import GantryTraining

/// Pictures of a folder or of an `.npz` file, decoded and resized once.
struct ImageMaterial: TrainingInputs, TrainingPictures {
    private let preparation: PicturePreparation
    private let file: SampleFile
    private let places: [SampleFile.Place]
    private let augmentation: PhotoAugmentation?
    private let seed: UInt64

    /// The square picture of an image. **Throws** where the disk fails.
    private func resized(_ index: Int) throws(FileFailure) -> PixelImage {
        let side = preparation.definition.inputSize
        let channels = preparation.definition.channels
        var pixels = [UInt16](repeating: 0, count: side * side * channels)
        try pixels.withUnsafeMutableBufferPointer { target throws(FileFailure) in
            try file.read(places[index], into: target)
        }
        guard let picture = PixelImage(width: side, height: side, channels: channels, pixels: pixels) else {
            preconditionFailure("what was written is read")
        }
        return picture
    }

    /// See `TrainingInputs`.
    func write(_ index: Int, epoch: Int?, into input: UnsafeMutableBufferPointer<Float>) throws(FileFailure) {
        var planes = preparation.planes(try resized(index))
        augment(&planes, index, epoch)
        preparation.normalise(&planes)
        _ = input.update(from: planes)
    }

    /// See `TrainingPictures`.
    func picture(_ index: Int, epoch: Int?) throws(FileFailure) -> PixelImage {
        let picture = try resized(index)
        guard epoch != nil, augmentation != nil else { return picture }
        var planes = preparation.planes(picture)
        augment(&planes, index, epoch)
        let count = planes.count / picture.channels
        let pixels = picture.pixels.indices.map { place -> UInt16 in
            let (pixel, channel) = place.quotientAndRemainder(dividingBy: picture.channels)
            return UInt16((min(max(planes[channel * count + pixel], 0), 1) * 65535).rounded())
        }
        return PixelImage(width: picture.width, height: picture.height, channels: picture.channels, pixels: pixels)
            ?? picture
    }

    private func augment(_ planes: inout [Float], _ index: Int, _ epoch: Int?) {
        guard let epoch, let augmentation else { return }
        let side = preparation.definition.inputSize
        augmentation.draw(
            side: side, CounterRandom(seed: seed, epoch: epoch, sample: index, purpose: .augmentation)
        ).apply(to: &planes, side: side)
    }
}

extension ImageMaterial {
    /// Reads all images that the recipe names, or `manifest` where a run goes on; square pictures go into a file in
    /// `folder`.
    ///
    /// **Throws** `ImageFault`, `TrainingDataFault`, `CommandFault` (65) where too many cannot be read, `FileFailure`,
    /// `ExitCode` where a signal has come.
    static func load(
        _ recipe: TrainingRecipe, as manifest: DataManifest? = nil, preparation definition: ImagePreparation,
        in folder: String, bar: ProgressBar,
        check: () throws -> Void
    ) throws -> TrainingMaterial {
        guard let path = recipe.data.images else { preconditionFailure("a recipe of images") }
        let preparation = try PicturePreparation(definition)
        let file = try SampleFile(in: folder)
        let listed = try ListedImages(path, split: recipe.data.split, manifest: manifest)
        var read: [(sample: LabelledSample, fingerprint: PictureFingerprint, place: SampleFile.Place)] = []
        var unreadable: [String] = []
        var failure: (any Error)?
        try listed.read { index, result in
            do {
                try check()
                switch result {
                case .failure(let fault): unreadable.append(fault.description)
                case .success(let picture):
                    let square = preparation.resized(picture)
                    let place = try square.pixels.withUnsafeBufferPointer { all throws(FileFailure) in
                        try file.append(all)
                    }
                    let fingerprint = PictureFingerprint(picture)
                    var sample = listed.samples[index]
                    sample.contentDigest = fingerprint.contentDigest
                    read.append((sample, fingerprint, place))
                }
            } catch {
                failure = error
                return .stop
            }
            bar.show(
                "reading images", fraction: Double(index + 1) / Double(max(listed.samples.count, 1)),
                detail: "\(Presentation.grouped(index + 1))/\(Presentation.grouped(listed.samples.count))")
            return .proceed
        }
        if let failure { throw failure }
        bar.finish()
        let share = Double(unreadable.count) / Double(max(listed.samples.count, 1))
        // What a manifest names and cannot be read is missed by name.
        if manifest == nil, share > recipe.data.largestUnreadable {
            throw CommandFault(
                ExitStatus.badData,
                "\(path): \(counted(unreadable.count, "image")) of \(listed.samples.count) cannot be read, more than "
                    + "--largest-unreadable \(recipe.data.largestUnreadable) allows:\n"
                    + unreadable.prefix(10).map { "  " + $0 }.joined(separator: "\n")
                    + (unreadable.count > 10 ? "\n  and \(unreadable.count - 10) more" : ""))
        }
        read.sort { $0.sample.precedes($1.sample) }
        let material = ImageMaterial(
            preparation: preparation, file: file, places: read.map(\.place),
            augmentation: recipe.augmentation == .photo ? PhotoAugmentation() : nil, seed: recipe.training.seed)
        return TrainingMaterial(
            classes: listed.classes, samples: read.map(\.sample), fingerprints: read.map(\.fingerprint),
            inputs: material, pictures: material, byteCount: file.byteCount, unreadable: unreadable,
            remarks: listed.remarks)
    }
}
