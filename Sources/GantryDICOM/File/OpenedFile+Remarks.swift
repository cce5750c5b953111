import CDICOM
import GantryCore

/// What a person should know of a slice that was decoded all the same.
extension OpenedFile {
    /// The remarks on frame `number`, from 1, of which decoding found `facts`.
    func remarks(onFrame number: Int, _ facts: CDICOMHounsfieldFacts) -> [SliceRemark.Code: Int] {
        var remarks: [SliceRemark.Code: Int] = [:]
        if facts.stray_cells > 0 { remarks[.strayBits] = Int(facts.stray_cells) }
        if facts.wrapped_samples > 0 { remarks[.wrappedSamples] = Int(facts.wrapped_samples) }
        if facts.lacks_end { remarks[.missingEndMarker] = 1 }
        if saysNoFrames { remarks[.numberOfFramesZero] = 1 }
        if attributes(ofFrame: number)?.contradictsSharedRescale == true { remarks[.rescaleDiffers] = 1 }
        return remarks
    }
}
