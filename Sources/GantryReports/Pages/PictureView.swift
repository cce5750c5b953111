import FoundationEssentials
import GantryCore

/// One key picture with its caption.
struct PictureView {
    let rank: Int
    let source: String
    let alternative: String
    let columns: Int
    let rows: Int
    let place: String
    let position: String?
    let probability: String?
    let window: String
    let left: String
    let right: String
    let top: String
    let bottom: String
    let uid: String?
    /// Whether the slice is among those that make the study's number; nil where all shown ones are, or all scored
    /// ones.
    let part: String?
    /// The map over it; nil where there is none.
    let map: String?
    /// How much of the map lies outside the body.
    let outsideBody: String?

    /// `mapScale`: the top of the study's scale. **Throws** `.cannotEncode`.
    init(_ picture: KeyPicture, rank: Int, result: StudyResult, mapScale: Float?) throws(ReportFault) {
        let slice = result.slice(at: picture.sliceIndex)
        self.rank = rank
        source = "data:image/png;base64," + Data(picture.png).base64EncodedString()
        columns = picture.columns
        rows = picture.rows
        place = "Slice \(picture.sliceIndex &+ 1) of \(result.slices.count)"
        alternative = "\(place), axial CT picture"
        position = slice.map { DecimalText.fixed($0.positionMillimetres, places: 1) + " mm" }
        probability = slice.flatMap { result.positiveProbability(of: $0) }.map {
            DecimalText.probability($0, thresholds: [result.provenance.judging.slicePositiveFrom])
        }
        let centre = DecimalText.short(picture.window.windowCenterHU, places: 2)
        let width = DecimalText.short(picture.window.windowWidthHU, places: 2)
        let function = picture.window.function == .linear ? "" : " (\(picture.window.function.rawValue))"
        window = "C \(centre) / W \(width) HU\(function)"
        left = picture.orientation.left
        right = picture.orientation.right
        top = picture.orientation.top
        bottom = picture.orientation.bottom
        uid = slice.map { $0.name(result.multiFrameUIDs) }
        if let explanation = picture.explanation, let mapScale {
            map = try MapPicture.overlay(
                explanation.map, top: mapScale, rows: picture.rows, columns: picture.columns)
        } else {
            map = nil
        }
        outsideBody = picture.explanation?.outsideBodyShare.map {
            DecimalText.fixed($0 * 100, places: 1) + " % of the map outside the body"
        }
        part = Self.deciding(result).flatMap { deciding in
            guard deciding < result.keyPictures.count else { return nil }
            return rank <= deciding ? "in the study\u{2019}s number" : "not in the study\u{2019}s number"
        }
    }

    /// Which of the shown slices the study's number comes from, a sentence: as many as decide are seldom as many as are
    /// shown.
    static func meaning(of result: StudyResult) -> String {
        let shown = result.keyPictures.count
        guard let deciding = deciding(result) else {
            return "The study\u{2019}s number comes from all \(result.verdict.scoredSlices) scored slices."
        }
        switch deciding {
        case 1 where shown == 1: return "The study\u{2019}s number is that of this slice."
        case 1: return "The study\u{2019}s number is that of the first; the others come next."
        case shown: return "The study\u{2019}s number is the mean of these \(deciding)."
        case ..<shown: return "The study\u{2019}s number is the mean of the first \(deciding); the others come next."
        case _ where shown == 1:
            return
                "The study\u{2019}s number is the mean of the \(deciding) highest slices; the first of them is shown."
        default:
            return
                "The study\u{2019}s number is the mean of the \(deciding) highest slices; the first \(shown) of them "
                + "are shown."
        }
    }

    private static func deciding(_ result: StudyResult) -> Int? {
        result.provenance.judging.aggregation.decidingSlices(effectiveK: result.verdict.effectiveK)
    }
}
