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
    init(_ picture: KeyPicture, rank: Int, result: StudyResult, mapScale: Float?, _ texts: ReportTexts)
        throws(ReportFault)
    {
        let slice = result.slice(at: picture.sliceIndex)
        self.rank = rank
        source = "data:image/png;base64," + Data(picture.png).base64EncodedString()
        columns = picture.columns
        rows = picture.rows
        place = texts(
            .picturePlace, ["number": String(picture.sliceIndex &+ 1), "all": String(result.slices.count)])
        alternative = texts(.pictureAlternative, ["place": place])
        position = slice.map { texts(.picturePosition, ["position": texts.fixed($0.positionMillimetres, places: 1)]) }
        probability = slice.flatMap { result.positiveProbability(of: $0) }.map {
            texts.probability($0, thresholds: [result.provenance.judging.slicePositiveFrom])
        }
        window = texts(
            picture.window.function == .linear ? .pictureWindow : .pictureWindowFunction,
            [
                "center": texts.short(picture.window.windowCenterHU, places: 2),
                "width": texts.short(picture.window.windowWidthHU, places: 2),
                "function": picture.window.function.rawValue,
            ])
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
            texts(.outsideBody, ["percent": texts.fixed($0 * 100, places: 1)])
        }
        part = Self.deciding(result).flatMap { deciding in
            guard deciding < result.keyPictures.count else { return nil }
            return texts(rank <= deciding ? .inNumber : .notInNumber)
        }
    }

    /// Which of the shown slices the study's number comes from, a sentence: as many as decide are seldom as many as are
    /// shown.
    static func meaning(of result: StudyResult, _ texts: ReportTexts) -> String {
        let shown = result.keyPictures.count
        guard let deciding = deciding(result) else {
            return texts(.numberOfAll, ["number": String(result.verdict.scoredSlices)])
        }
        let text: ReportText =
            switch deciding {
            case 1 where shown == 1: .numberOfOne
            case 1: .numberOfFirst
            case shown: .numberOfThese
            case ..<shown: .numberOfFirstOnes
            case _ where shown == 1: .numberOfMoreThanOne
            default: .numberOfMoreThanShown
            }
        return texts(text, ["number": String(deciding), "shown": String(shown)])
    }

    private static func deciding(_ result: StudyResult) -> Int? {
        result.provenance.judging.aggregation.decidingSlices(effectiveK: result.verdict.effectiveK)
    }
}
