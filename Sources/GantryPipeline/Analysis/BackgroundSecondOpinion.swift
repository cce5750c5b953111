import GantryCore
import GantryGround
import Synchronization

/// Takes what a plan wants of a second opinion on a thread of its own, while slices are read and scored.
final class BackgroundSecondOpinion: Sendable {
    /// The work, which does not hold its thread.
    private final class Work: Sendable {
        let isStopped = Mutex(false)
        let opinions = Mutex<[SliceOpinion]>([])
    }

    private let plan: OpinionPlan
    private let control: WorkControl
    private let work = Work()
    private let hasBegun: Bool
    private let thread: JoinableThread?

    /// Begins at once; there is nothing to do where the plan wants nothing, or there is no second reader. `control` is
    /// asked several times a second. Where the system refuses another thread the calling one does it.
    init(_ plan: OpinionPlan, reader: (any SecondReader)?, root: String, control: WorkControl) {
        self.plan = plan
        self.control = control
        hasBegun = reader != nil
        guard let reader, !plan.wanted.isEmpty else {
            thread = nil
            return
        }
        let take: @Sendable () -> Void = { [work] in
            let opinions = reader.opinions(root: root, slices: plan.wanted) {
                work.isStopped.withLock { $0 } ? .stop : control.ask()
            }
            work.opinions.withLock { $0 = opinions }
        }
        thread = try? JoinableThread(name: "opinion", take)
        if thread == nil { take() }
    }

    /// Whether there was anything to ask.
    var hasAsked: Bool { !plan.wanted.isEmpty }

    /// What came of it.
    enum Outcome {
        /// The work on the study was ended before, and not for its time.
        case stopped
        /// What is known now; nil where nobody was ever asked.
        case known(SecondOpinion?)
    }

    /// Waits for the end. Where the study has had its time before, what is still to be said is missing, with a remark:
    /// no verdict waits for it, and none is lost for it.
    func finish() -> Outcome {
        thread?.join()
        let opinions = work.opinions.withLock { $0 }
        let unasked = plan.wanted.dropFirst(opinions.count)
        guard !unasked.isEmpty, hasBegun else { return .known(plan.completed(by: opinions)) }
        let why: String
        switch control.end {
        case .timedOut: why = "the study's time was over"
        case nil: why = "the second reader said nothing"
        case .stopped, .storeFault: return .stopped
        }
        let missing = unasked.map { SliceOpinion.missing(on: $0, because: "no second opinion: " + why) }
        return .known(plan.completed(by: opinions + missing))
    }

    /// Ends the work, soon if not at once, and waits for its end. Without effect where it is done.
    func stop() {
        work.isStopped.withLock { $0 = true }
        thread?.join()
    }
}
