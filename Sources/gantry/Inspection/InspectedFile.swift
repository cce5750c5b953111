import Foundation
import GantryCore
import GantryDICOM

/// One file as the reader sees it: its header, and what its pixels become. Without the patient's identity.
struct InspectedFile {
    /// What decoding every frame gave.
    struct Pixels: Encodable {
        /// Frames that became Hounsfield units.
        var decodedFrames = 0
        /// Smallest and largest Hounsfield value that is not padding.
        var smallestHU: Int?
        /// See `smallestHU`.
        var largestHU: Int?
        /// Mean of all pixels, padding included, HU.
        var meanHU: Double?
        /// Pixels whose value had to be clamped to Int16.
        var clampedPixels = 0
        /// Pixels that are padding.
        var paddingPixels = 0
        /// What else was noticed, of all frames together.
        var remarks: [SliceRemark] = []
        /// Frames that could not be decoded.
        var failures: [Failure] = []

        /// One frame that could not be decoded.
        struct Failure: Encodable {
            var frameNumber: Int
            var reason: FileReason
            var detail: String
        }
    }

    /// Path of the file as the person named it.
    var path: String
    /// Bytes; nil where that cannot be found out.
    var sizeBytes: Int?
    /// The header; nil where the file has none that can be read.
    var instance: SOPInstance?
    /// Why there is no header.
    var outcome: FileOutcome?
    /// What became of the pixels; nil where there is no image.
    var pixels: Pixels?
    /// What a second reader says of every frame; nil where it was not asked, or there is no image.
    var secondOpinion: SecondOpinion?

    /// Reads the header and all frames of the file that `input`, the scan of `path`, consists of, within `limits`, and
    /// asks a second reader about them too where that is wanted.
    ///
    /// **Throws** `ReaderFault` where the reader as a whole fails.
    init(_ path: String, input: InputFolder, limits: ReaderLimits, asksSecondReader: Bool = false) throws {
        self.path = path
        var facts = stat()
        sizeBytes = stat(PathText.systemPath(path), &facts) == 0 ? Int(facts.st_size) : nil
        outcome = input.outcomes.first ?? input.studies.flatMap(\.outcomes).first
        instance = input.studies.flatMap(\.series).flatMap(\.instances).first
        instance?.patient = Patient()
        instance?.study.accessionNumber = nil
        guard let instance, let description = instance.pixels else { return }
        var decoding = Decoding()
        do throws(ReaderFault) {
            try InputFolder.reader(limits: limits).read(
                root: input.root, slices: Self.slices(of: instance, description), padding: .keep, into: &decoding)
        } catch {
            guard error.code == .quarantined || error.code == .timedOut else { throw error }
            let failure = Pixels.Failure(
                frameNumber: decoding.pixels.decodedFrames + decoding.pixels.failures.count + 1,
                reason: error.code == .timedOut ? .readerTimedOut : .readerDied,
                detail: error.explanation)
            decoding.pixels.failures.append(failure)
        }
        pixels = decoding.result
        guard asksSecondReader else { return }
        let slices = Self.slices(of: instance, description)
        let opinions = InputFolder.secondReader(limits: limits).opinions(root: input.root, slices: slices) { .proceed }
        secondOpinion = SecondOpinion(extent: .all, slices: opinions)
    }

    /// Every frame. Where the image lies has no influence on its values, so a frame without a place gets one.
    private static func slices(of instance: SOPInstance, _ description: PixelDescription) -> [SliceSource] {
        let somewhere = SlicePlane(
            imagePositionPatient: Vector3(0, 0, 0), rowDirection: Vector3(1, 0, 0), columnDirection: Vector3(0, 1, 0),
            rowSpacingMillimetres: 1, columnSpacingMillimetres: 1)
        return instance.frames.enumerated().compactMap { index, frame in
            (frame.plane ?? somewhere).map { plane in
                SliceSource(
                    file: instance.file, sopInstanceUID: instance.sopInstanceUID, frameNumber: index + 1,
                    instanceNumber: instance.instanceNumber, positionMillimetres: plane.positionMillimetres,
                    rows: description.rows, columns: description.columns, plane: plane)
            }
        }
    }

    /// Takes the frames as they are decoded.
    private struct Decoding: SliceReceiver {
        var pixels = Pixels()
        private var sum = 0
        private var count = 0

        /// What was found, with the mean.
        var result: Pixels {
            var result = pixels
            if count > 0 { result.meanHU = Double(sum) / Double(count) }
            return result
        }

        mutating func receive(_ slice: DecodedSlice, hounsfield: Span<Int16>) -> ReadControl {
            pixels.decodedFrames += 1
            pixels.clampedPixels += slice.clampedPixels
            pixels.paddingPixels += slice.paddingPixels
            for remark in slice.remarks {
                if let index = pixels.remarks.firstIndex(where: { $0.code == remark.code }) {
                    pixels.remarks[index].count += remark.count
                    pixels.remarks[index].isDoubtful = pixels.remarks[index].isDoubtful || remark.isDoubtful
                } else {
                    pixels.remarks.append(remark)
                }
            }
            pixels.smallestHU = [pixels.smallestHU, slice.smallestHU].compactMap(\.self).min()
            pixels.largestHU = [pixels.largestHU, slice.largestHU].compactMap(\.self).max()
            for index in hounsfield.indices { sum += Int(hounsfield[index]) }
            count += hounsfield.count
            return .proceed
        }

        mutating func miss(_ source: SliceSource, outcome: FileOutcome) -> ReadControl {
            pixels.failures.append(
                .init(frameNumber: source.frameNumber, reason: outcome.reason, detail: outcome.detail))
            return .proceed
        }
    }
}

/// The file as a line of `inspect --json`.
extension InspectedFile: Encodable {
    private enum Keys: String, CodingKey {
        case file, sizeBytes, outcome, instance, sopClass, transferSyntax, isLossy, decoded, secondOpinion
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(path, forKey: .file)
        try container.encodeIfPresent(sizeBytes, forKey: .sizeBytes)
        try container.encodeIfPresent(outcome, forKey: .outcome)
        try container.encodeIfPresent(instance, forKey: .instance)
        try container.encodeIfPresent(pixels, forKey: .decoded)
        try container.encodeIfPresent(secondOpinion, forKey: .secondOpinion)
        guard let instance else { return }
        try container.encode(SOPClass.name(of: instance.sopClassUID.value), forKey: .sopClass)
        try container.encode(instance.transferSyntax.name, forKey: .transferSyntax)
        try container.encode(instance.transferSyntax.isLossy, forKey: .isLossy)
    }
}
