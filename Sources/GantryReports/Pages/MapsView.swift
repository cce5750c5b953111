import GantryCore

/// What is said of all maps of a study: the scale they share, and what they show.
struct MapsView {
    let scale: String
    /// The top of the scale.
    let top: String
    let meaning: String

    /// nil where no key slice has a map. **Throws** `.cannotEncode`.
    init?(_ result: StudyResult, _ texts: ReportTexts) throws(ReportFault) {
        guard let largest = result.keyPictures.mapScale,
            let map = result.keyPictures.compactMap(\.explanation?.map).first
        else { return nil }
        scale = try MapPicture.scale()
        top = texts.decimal(MapOverlay.numberText(Double(largest)))
        meaning = texts(
            .mapMeaning,
            [
                "class": result.provenance.positiveClass, "rows": String(map.rows), "columns": String(map.columns),
            ])
    }
}
