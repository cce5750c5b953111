import GantryCore

/// Codes and rules of Core in words.
enum CodeText {
    /// `8-bit integers (int8)`.
    static func precision(_ precision: Precision) -> String {
        switch precision {
        case .f32: "32-bit floating point (f32)"
        case .bf16: "16-bit floating point (bf16)"
        case .int8: "8-bit integers (int8)"
        }
    }

    /// `Mean of the 3 highest slice probabilities`.
    static func aggregation(_ rule: AggregationRule, effectiveK: Int?) -> String {
        switch rule {
        case .topKMean(let k, let reference):
            let used = effectiveK ?? k
            let base = used == 1 ? "the highest slice probability" : "mean of the \(used) highest slice probabilities"
            guard let reference else { return base }
            let spacing = DecimalText.short(reference, places: 2)
            return base + " (\(k) at \(spacing) mm between slices, more where slices are thinner)"
        case .maximum: return "the highest slice probability"
        case .mean: return "mean of all slice probabilities"
        case .percentile(let p): return "percentile \(DecimalText.short(p, places: 2)) of the slice probabilities"
        case .noisyOr: return "noisy-or: one minus the product of (1 \u{2212} p) over all scored slices"
        case .fractionPositive(let threshold):
            return "fraction of slices at or above \(DecimalText.threshold(threshold))"
        }
    }

    /// The verdict as a word.
    static func finding(_ finding: Finding) -> String {
        switch finding {
        case .negative: "Negative"
        case .indeterminate: "Indeterminate"
        case .positive: "Positive"
        }
    }

    /// A quality finding's code in words.
    static func quality(_ code: QualityFinding.Code) -> String {
        switch code {
        case .missingSlices: "Slices are missing"
        case .unreadableSlices: "Slices could not be read"
        case .irregularSpacing: "Irregular slice spacing"
        case .acquisitionConflict: "More than one image at one position"
        case .tooFewSlices: "Too few slices scored"
        case .takenUnsettled: "Taken before the study was complete"
        case .tiltedGantry: "Tilted gantry"
        case .lossyCompression: "Lossy compression"
        case .clampedValues: "Hounsfield values out of range"
        case .strayBits: "Pixels with bits that mean nothing"
        case .wrappedSamples: "Pixel values outside their range"
        case .missingEndMarker: "Compressed data without an end mark"
        case .numberOfFramesZero: "A file says that it holds no image"
        case .rescaleDiffers: "Two conversions to Hounsfield units"
        case .betweenThresholds: "Probability between the thresholds"
        case .rejectedFiles: "Files were rejected"
        case .patientConflict: "Files name another patient"
        case .slicesWithdrawn: "Slices of an earlier revision are not here"
        case .notAChest: "Too little air for a chest"
        case .seriesContinues: "Another series goes on where this one ends"
        case .sparseSlices: "Much is left out between the slices"
        case .secondOpinionDiffers: "A second reader reads it differently"
        case .mapOutsideBody: "The network looked outside the body"
        case .unlikeTraining: "Unlike what the network was trained on"
        }
    }

    /// Why a series was tried and left, in words.
    static func left(_ reason: CandidateTrial.Reason) -> String {
        switch reason {
        case .nothingDecodable: "nothing could be decoded"
        case .notHounsfield: "no Hounsfield units"
        case .notAChest: "too little air for a chest"
        }
    }

    /// `1 slice`, `3 slices`; the noun's `plural` where it is not made by an s.
    static func count(_ number: Int, _ noun: String, _ plural: String? = nil) -> String {
        number == 1 ? "1 \(noun)" : "\(number) \(plural ?? noun + "s")"
    }
}
