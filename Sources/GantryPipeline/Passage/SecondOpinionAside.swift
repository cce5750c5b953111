import GantryCore
import GantryGround
import Synchronization

/// Takes what a plan wants of a second opinion on a thread of its own, while slices are read and scored.
final class SecondOpinionAside: Sendable {
    /// The work, which does not hold its thread.
    private final class Work: Sendable {
        let isStopped = Mutex(false)
        let outcome = Mutex<[SliceOpinion]?>([])
    }

    private let plan: OpinionPlan
    private let work = Work()
    private let thread: JoinableThread?

    /// Begins at once; there is nothing to do where the plan wants nothing, or there is no second reader. `control` is
    /// asked several times a second. Where the system refuses another thread the calling one does it.
    init(_ plan: OpinionPlan, reader: (any SecondReader)?, root: String, control: WorkControl) {
        self.plan = plan
        guard let reader, !plan.wanted.isEmpty else {
            thread = nil
            return
        }
        let take: @Sendable () -> Void = { [work] in
            let opinions = reader.opinions(root: root, slices: plan.wanted) {
                work.isStopped.withLock { $0 } ? .stop : control.ask()
            }
            work.outcome.withLock { $0 = opinions }
        }
        thread = try? JoinableThread(name: "opinion", take)
        if thread == nil { take() }
    }

    /// Whether there was anything to ask.
    var hasAsked: Bool { !plan.wanted.isEmpty }

    /// What came of it.
    enum Outcome {
        /// It was asked to stop before the end.
        case stopped
        /// What is known now; nil where nobody was ever asked.
        case known(SecondOpinion?)
    }

    /// Waits for the end.
    func finish() -> Outcome {
        thread?.join()
        guard let opinions = work.outcome.withLock({ $0 }) else { return .stopped }
        return .known(plan.completed(by: opinions))
    }

    /// Ends the work, soon if not at once, and waits for its end. Without effect where it is done.
    func stop() {
        work.isStopped.withLock { $0 = true }
        thread?.join()
    }
}
