import Foundation
import GantryCore
import GantryModelling
import GantryPipeline
import GantryStore

/// The key slices of a study in the store, with the maps that were kept when it was judged.
enum StoredExplanation {
    /// Writes them into `folder`. **Throws** `CommandFault`: 66 where there is no such study, no verdict or no map; 73.
    static func write(
        _ key: String, of store: SQLiteStudyStore, to folder: String
    ) throws -> (account: ExplanationFolder.Account, items: [ExplainedItem]) {
        let summary = try store.summaries().study(named: key)
        guard let record = try store.latestRecord(of: summary.studyKey) else {
            throw CommandFault(ExitStatus.noInput, "study \(summary.studyKey) has no verdict, and no key slices.")
        }
        let result = record.result
        guard let top = result.keyPictures.mapScale else {
            throw CommandFault(
                ExitStatus.noInput,
                "study \(summary.studyKey) has no maps: `report.explain` was off when it was judged, or an earlier "
                    + "version judged it. `gantry explain BUNDLE --study FOLDER` makes them from its images.")
        }
        let unfinished = try ExplanationFolder.open(folder)
        defer { unfinished.discard() }
        let classIndex = result.provenance.classes.firstIndex(of: result.provenance.positiveClass)
        var items: [ExplainedItem] = []
        for picture in result.keyPictures {
            guard let explanation = picture.explanation else { continue }
            let slice = result.slices.first { $0.index == picture.sliceIndex }
            let name = ExplainedItem.name(ofSlice: picture.sliceIndex + 1)
            // Pictures are decoded in a child, whoever made them.
            try unfinished.write(Data(picture.png), as: "key-slice.png")
            items.append(
                ExplainedItem(
                    name: name, shown: "\(picture.sliceIndex + 1) of \(result.slices.count)",
                    picture: try ExplainedPicture.read(
                        root: unfinished.url.path, path: "key-slice.png", shown: "the picture of \(name)"),
                    map: explanation.map, seen: nil,
                    probability: classIndex.flatMap { index in
                        slice.flatMap { $0.probabilities.indices.contains(index) ? $0.probabilities[index] : nil }
                    }, outsideBodyShare: explanation.outsideBodyShare,
                    slice: slice.map {
                        .init(
                            studyInstanceUID: record.studyInstanceUID.value, sopInstanceUID: $0.sopInstanceUID.value,
                            frameNumber: $0.frameNumber, number: picture.sliceIndex + 1)
                    }))
        }
        let account = ExplanationFolder.Account(
            class: result.provenance.positiveClass, method: "gradcam", stage: ExplainedStage.last,
            pipelineName: result.provenance.pipelineName, pipelineVersion: result.provenance.pipelineVersion,
            modelSHA256: result.provenance.modelSHA256)
        return (try ExplanationFolder.write(items, top: top, account: account, to: unfinished), items)
    }
}
