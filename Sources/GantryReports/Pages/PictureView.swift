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

    init(_ picture: KeyPicture, rank: Int, result: StudyResult) {
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
    }
}
