import GantryCore
import GantryGround
import GantryTraining

/// What a run learns from, read and prepared: names and labels in memory, pixels on the disk.
struct TrainingMaterial {
    /// Names of the classes, in the order of the logits.
    var classes: [String]
    /// The images, by class, then name, as bytes.
    var samples: [LabelledSample]
    /// What tells pictures apart and near ones together, of each image; nil of CT slices.
    var fingerprints: [PictureFingerprint?]
    /// Their pixels, as the network sees them.
    var inputs: any TrainingInputs
    /// Their pictures, for people and for comparing: small squares.
    var pictures: any TrainingPictures
    /// Bytes of the disk that their pixels take until the process ends.
    var byteCount: Int
    /// What could not be read, a sentence each.
    var unreadable: [String]
    /// What a person has to know of the data beside that.
    var remarks: [String] = []
    /// Studies in the order of their Study Instance UIDs; empty with images.
    var studies: [StudyMaterial.StudyFacts] = []
}

/// The images of a run as pictures.
protocol TrainingPictures: Sendable {
    /// Image `index`, as it is, or as it is met in `epoch`. **Throws** where the disk fails.
    func picture(_ index: Int, epoch: Int?) throws(FileFailure) -> PixelImage
}
