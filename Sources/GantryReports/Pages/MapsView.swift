import GantryCore

/// What is said of all maps of a study: the scale they share, and what they show.
struct MapsView {
    let scale: String
    /// The top of the scale.
    let top: String
    let meaning: String

    /// nil where no key slice has a map. **Throws** `.cannotEncode`.
    init?(_ result: StudyResult) throws(ReportFault) {
        guard let largest = result.keyPictures.mapScale,
            let map = result.keyPictures.compactMap(\.explanation?.map).first
        else { return nil }
        scale = try MapPicture.scale()
        top = MapOverlay.numberText(Double(largest))
        meaning =
            "Colour marks what speaks for \u{201C}\(result.provenance.positiveClass)\u{201D} in the network\u{2019}s "
            + "last stage (Grad-CAM), on a grid of \(map.rows) x \(map.columns) parts: it says roughly where, and "
            + "nothing of why. All slices of this study share the scale, in units of the network\u{2019}s output "
            + "before it becomes a probability."
    }
}
