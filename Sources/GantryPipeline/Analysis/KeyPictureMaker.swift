import GantryCore
import GantryGround
import Synchronization

/// Makes the pictures of a study's key slices, and shows on them where the network looked.
struct KeyPictureMaker: Sendable {
    let environment: RunEnvironment
    let stack: SliceStack
    /// The class whose maps are made.
    let positiveClassIndex: Int

    /// Why a key slice has no picture, or no map.
    struct PictureFailure: Error {
        let isOfScorer: Bool
        let description: String
        let disposition: FaultDisposition

        init(_ fault: ReportFault) {
            (isOfScorer, description, disposition) = (false, fault.description, fault.disposition)
        }

        init(_ fault: ScorerFault) {
            (isOfScorer, description, disposition) = (true, fault.description, fault.disposition)
        }
    }

    /// The pictures with their maps, made by as many threads as scored: no slice is left to be scored meanwhile.
    func pictures(of best: [PictureCandidate]) throws(PictureFailure) -> [KeyPicture] {
        let grey = GreyTable(definition.window)
        let made = Mutex<[Int: Result<KeyPicture, PictureFailure>]>([:])
        WorkerThreads.forEach(count: best.count, workers: environment.settings.scoringThreads, state: {}) { _, index in
            let picture = Result { () throws(PictureFailure) in try keyPicture(of: best[index], grey) }
            made.withLock { $0[index] = picture }
        }
        let pictures = made.withLock { $0 }
        var found: [KeyPicture] = []
        for index in best.indices {
            guard let picture = try pictures[index]?.get() else { continue }
            found.append(picture)
        }
        return found
    }

    private var definition: ReportDefinition { environment.bundle.definition.report }

    private func keyPicture(
        of candidate: PictureCandidate, _ grey: GreyTable
    ) throws(PictureFailure) -> KeyPicture {
        let png: [UInt8]
        do throws(ReportFault) {
            png = try environment.reports.png(
                pixels: grey.levels(of: candidate.hounsfield.span), rows: candidate.rows,
                columns: candidate.columns)
        } catch {
            throw PictureFailure(error)
        }
        return KeyPicture(
            sliceIndex: candidate.index, window: definition.window,
            orientation: PatientOrientation(stack.slices[candidate.index].plane), rows: candidate.rows,
            columns: candidate.columns, png: png, explanation: try explanation(of: candidate))
    }

    /// Where the network looked on a key slice: one more pass. nil where that is not wanted.
    private func explanation(of candidate: PictureCandidate) throws(PictureFailure) -> SliceExplanation? {
        guard definition.explain else { return nil }
        let hounsfield = candidate.hounsfield.span
        do throws(ScorerFault) {
            let tensor = environment.scorer.prepare(hounsfield, rows: candidate.rows, columns: candidate.columns)
            let maps = try environment.scorer.activationMaps(of: [tensor], classIndex: positiveClassIndex)
            guard let map = maps.first else { return nil }
            let body = LungArea.body(hounsfield: hounsfield, rows: candidate.rows, columns: candidate.columns)
            return SliceExplanation(map: map, outsideBodyShare: body.flatMap { map.share(outside: $0) })
        } catch {
            throw PictureFailure(error)
        }
    }
}
