import GantryCore

/// A stored verdict with the images it was reached on: what every object is made from.
struct ReportSubject {
    let record: StudyRecord
    let source: StudySource
    let names: ObjectNames

    /// **Throws** `.notAvailable` where the store kept no images with the verdict.
    init(_ record: StudyRecord) throws(ReportFault) {
        guard let source = record.result.source else {
            throw ReportFault(
                .notAvailable, subject: record.studyKey.value,
                explanation: "not available: judged by version \(record.result.provenance.gantryVersion), and the "
                    + "store did not keep then what the images say of themselves; a run that judges the study anew "
                    + "keeps it")
        }
        self.record = record
        self.source = source
        names = ObjectNames(record)
    }

    var result: StudyResult { record.result }
    var provenance: Provenance { record.result.provenance }

    /// One slice with the image that it is.
    struct Slice {
        let record: SliceRecord
        let image: SourceImage

        /// The frame, where the image has several; nil where it has one.
        var frame: Int? {
            image.numberOfFrames > 1 || SOPClass.enhancedCT.contains(image.sopClassUID.value)
                ? record.frameNumber : nil
        }
    }

    /// Every slice that has a score.
    var scored: [Slice] { slices.filter { $0.record.reason == .scored } }

    /// The slices that are shown, highest probability first.
    var key: [(picture: KeyPicture, slice: Slice)] {
        result.keyPictures.compactMap { picture in
            slices.first { $0.record.index == picture.sliceIndex }.map { (picture: picture, slice: $0) }
        }
    }

    private var slices: [Slice] { zip(result.slices, source.images).map(Slice.init) }

    /// What the verdict's number is; nil where there is none, or a network's oddity made it none from 0 to 1.
    var probability: Double? { result.verdict.probability.flatMap { (0...1).contains($0) ? $0 : nil } }

    /// Scored slices at or above the slice threshold.
    var positiveSlices: Int {
        guard let index = provenance.classes.firstIndex(of: provenance.positiveClass) else { return 0 }
        return result.slices.count { slice in
            slice.reason == .scored && slice.probabilities.indices.contains(index)
                && slice.probabilities[index] >= provenance.judging.slicePositiveFrom
        }
    }

    // MARK: - Times

    /// The images' own offset from UTC; nil where they name none.
    var timezoneOffset: String? {
        source.attributes.timezoneOffsetFromUTC.flatMap { DICOMMoment.minutes(ofOffset: $0) == nil ? nil : $0 }
    }

    /// A moment by the clocks that the images' times are meant by.
    func moment(_ timestamp: Timestamp) -> DICOMMoment {
        DICOMMoment(
            timestamp,
            minutesAheadOfUTC: DICOMMoment.minutes(ofOffset: timezoneOffset) ?? source.minutesAheadOfUTC)
    }

    /// DT of a moment, by the same clocks. What `TimezoneOffsetFromUTC` says holds for it too; it is said once more
    /// but where it is none, which DCMTK refuses.
    func dateTime(_ timestamp: Timestamp) -> String {
        let (moment, offset) = (moment(timestamp), timezoneOffset ?? "")
        return moment.date + moment.time + (DICOMMoment.minutes(ofOffset: offset) == 0 ? "" : offset)
    }
}
