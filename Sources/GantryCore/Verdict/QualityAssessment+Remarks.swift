extension QualityAssessment {
    /// A finding for each code of the remarks on `slices`, in the order of the codes; a failure where one is doubtful.
    static func remarks(on slices: [SliceRecord]) -> [QualityFinding] {
        SliceRemark.Code.allCases.compactMap { code in
            let remarks = slices.compactMap { $0.remarks.first { $0.code == code } }
            guard !remarks.isEmpty else { return nil }
            let doubtful = remarks.count(where: \.isDoubtful)
            let count = remarks.reduce(0) { $0 + min($1.count, 1 << 40) }
            return QualityFinding(
                code: code.finding, isFailure: doubtful > 0,
                detail: sentence(code, count: count, slices: remarks.count, doubtful: doubtful))
        }
    }

    private static func sentence(_ code: SliceRemark.Code, count: Int, slices: Int, doubtful: Int) -> String {
        switch code {
        case .strayBits:
            let words =
                "\(counted(count, "pixel")) of \(counted(slices, "slice")) have bits beyond Bits Stored that are no padding, "
                + "no declared overlay and no copies of the sign"
            return doubtful == 0
                ? words + "; they were left out."
                : words
                    + "; in \(counted(doubtful, "slice")) more than one pixel in a thousand, so that what the values "
                    + "are is in doubt."
        case .wrappedSamples:
            return
                "\(counted(slices, "slice")) in lossless JPEG whose samples leave their range were decoded modulo it "
                + "(\(counted(count, "pixel"))), as some encoders mean it; spoilt data can look the same."
        case .missingEndMarker:
            return
                "\(counted(slices, "slice")) in JPEG-LS without an end marker: what is there gives every sample, and a "
                + "stream that was cut short can look the same."
        case .numberOfFramesZero:
            return "Number of Frames is 0 for \(counted(slices, "slice")); the pixels of one frame are there."
        case .rescaleDiffers:
            return
                "The rescale of \(counted(slices, "frame")) differs from the one that all frames share; the frame's own "
                + "was taken."
        }
    }
}

extension SliceRemark.Code {
    /// The finding of the same name.
    fileprivate var finding: QualityFinding.Code {
        switch self {
        case .strayBits: .strayBits
        case .wrappedSamples: .wrappedSamples
        case .missingEndMarker: .missingEndMarker
        case .numberOfFramesZero: .numberOfFramesZero
        case .rescaleDiffers: .rescaleDiffers
        }
    }
}
