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
        let pixels = counted(count, "pixel")
        let subject = counted(slices, "slice")
        let has = slices == 1 ? "has" : "have"
        switch code {
        case .strayBits:
            let words =
                "\(pixels) of \(subject) \(count == 1 ? "has" : "have") bits set that belong to no value, overlay or "
                + "padding (beyond Bits Stored)"
            return doubtful == 0
                ? words + "; they were left out."
                : words
                    + "; in \(counted(doubtful, "slice")) that is more than one pixel in a thousand, so the values "
                    + "are in doubt."
        case .wrappedSamples:
            return
                "\(subject) in lossless JPEG \(has) \(pixels) outside the range of values. They were wrapped round "
                + "into it, as some encoders mean it; spoilt data can look the same."
        case .missingEndMarker:
            return "\(subject) in JPEG-LS \(has) no end marker; every pixel is there."
        case .numberOfFramesZero:
            return
                "\(subject) \(slices == 1 ? "says" : "say") that there is no image (Number of Frames is 0); one is "
                + "there, and was used."
        case .rescaleDiffers:
            return
                "\(subject) \(has) a conversion to Hounsfield units that differs from the one of the file as a whole; "
                + "the slice's own was used."
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
