extension QualityFinding.Code {
    /// What the code says, without the numbers of a study: stands where its own sentence may quote something.
    var sentence: String {
        switch self {
        case .missingSlices: "Slices are missing between neighbours."
        case .unreadableSlices: "Slices of the chosen series could not be decoded or read."
        case .irregularSpacing: "Distances between slices differ."
        case .acquisitionConflict: "Several images lie at one position."
        case .tooFewSlices: "Fewer slices were scored than the pipeline asks for."
        case .takenUnsettled: "The study was taken before its folder was quiet."
        case .tiltedGantry: "The gantry was tilted."
        case .lossyCompression: "Pixel data had been compressed with loss."
        case .clampedValues: "Hounsfield values were clamped to 16 bits."
        case .strayBits: "Pixels have bits beyond Bits Stored that mean nothing."
        case .wrappedSamples: "Samples of lossless JPEG left their range and were taken modulo it."
        case .missingEndMarker: "JPEG-LS images have no end marker."
        case .numberOfFramesZero: "Number of Frames is 0, and one frame is there."
        case .rescaleDiffers: "A frame's own rescale and the one that all frames share differ."
        case .betweenThresholds: "The probability lies between the two thresholds."
        case .rejectedFiles: "Files of this study were rejected."
        case .patientConflict: "Files of this study name another patient than the others."
        case .slicesWithdrawn: "Slices that an earlier revision was judged on are not here any more."
        case .notAChest: "The body encloses too little air for a chest."
        case .seriesContinues: "Another series goes on where the scored one ends."
        case .sparseSlices: "The slices show less than half of the way from one to the next."
        case .secondOpinionDiffers: "A second reader reads a slice differently."
        case .mapOutsideBody: "On key slices much of what the network looked at lies outside the body."
        case .unlikeTraining: "Too many slices are unlike what the network was trained on."
        }
    }
}

extension StudyFailure.Code {
    /// What the code says, likewise.
    var sentence: String {
        switch self {
        case .noSuitableSeries: "No series passes the rules."
        case .nothingReadable: "No file of the study could be read."
        case .notHounsfield: "The values cannot be Hounsfield units."
        case .quarantined: "The reader died twice."
        case .readerFault: "The reader could not be started, or the folder was gone."
        case .readerTimedOut: "The reader took too long."
        case .scorerFault: "The network failed."
        case .reportFault: "Reports could not be written."
        case .timedOut: "The study took too long."
        }
    }
}
