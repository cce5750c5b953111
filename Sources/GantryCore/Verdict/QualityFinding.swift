/// Something noticed about a study's quality.
public struct QualityFinding: Sendable, Hashable, Codable {
    /// What, as a code that programs can rely on.
    public var code: Code
    /// Whether it makes the verdict indeterminate.
    public var isFailure: Bool
    /// A sentence for a person, with numbers and units. No patient identity.
    public var detail: String
    /// Files that it is about and that are among the ends of no study's files, for a person at the terminal; reports
    /// and logs leave them out.
    public var files: [FileOutcome]?
    /// SOP Instance UIDs of slices that are not here any more (`.slicesWithdrawn`), for whoever judges next; reports
    /// and logs leave them out.
    public var absentInstances: [UID]?

    /// A finding.
    public init(code: Code, isFailure: Bool, detail: String) {
        self.code = code
        self.isFailure = isFailure
        self.detail = detail
    }

    /// Codes of quality findings.
    public enum Code: String, Sendable, Hashable, Codable, CaseIterable {
        /// Slices are missing between neighbours.
        case missingSlices
        /// Slices of the chosen series could not be decoded or read.
        case unreadableSlices
        /// Distances between slices differ, without a whole slice missing.
        case irregularSpacing
        /// Several images at one position, of which one was kept; a failure where nothing says which is the later, or
        /// where there are so many that the volume may be mixed of several.
        case acquisitionConflict
        /// Fewer slices were scored than the pipeline asks for.
        case tooFewSlices
        /// The study was taken before its folder was quiet.
        case takenUnsettled
        /// The gantry was tilted.
        case tiltedGantry
        /// Pixel data had been compressed with loss.
        case lossyCompression
        /// Hounsfield values were clamped to Int16.
        case clampedValues
        /// Pixels have bits beyond Bits Stored that mean nothing; a failure where they are more than a few.
        case strayBits
        /// Lossless JPEG whose samples leave their range and were taken modulo it: spoilt data can look the same.
        case wrappedSamples
        /// JPEG-LS images had no end marker, and every sample was there.
        case missingEndMarker
        /// Number of Frames was 0, and one frame was there.
        case numberOfFramesZero
        /// A frame's own rescale and the one that all frames share differ.
        case rescaleDiffers
        /// The probability lies between the two thresholds.
        case betweenThresholds
        /// Files of this study were rejected; a failure where they may have been slices.
        case rejectedFiles
        /// Files of this study name another patient than the others.
        case patientConflict
        /// Slices that an earlier revision was judged on are not there any more.
        case slicesWithdrawn
        /// The body encloses too little air for a chest.
        case notAChest
        /// Another series goes on where the scored one ends, and the slice there still shows lung.
        case seriesContinues
        /// The slices show less than half of the way from one to the next.
        case sparseSlices
        /// A second reader reads attributes or pixels of a slice differently.
        case secondOpinionDiffers
        /// On key slices much of what the network looked at lies outside the body. Never a failure.
        case mapOutsideBody
        /// More slices than the pipeline accepts are unlike what the network was trained on.
        case unlikeTraining
    }
}
