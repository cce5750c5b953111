import Dispatch
import Foundation
import GantryCore
import Synchronization

/// Takes what a plan wants of a second opinion on a thread of its own, while slices are read and scored.
final class SecondOpinionAside: Sendable {
    private let plan: OpinionPlan
    private let isStopped = Mutex(false)
    private let outcome = Mutex<[SliceOpinion]?>([])
    private let work = DispatchGroup()

    /// Begins at once; there is nothing to do where the plan wants nothing, or there is no second reader.
    init(_ plan: OpinionPlan, reader: (any SecondReader)?, root: String) {
        self.plan = plan
        guard let reader, !plan.wanted.isEmpty else { return }
        work.enter()
        let thread = Thread { [self] in
            let opinions = reader.opinions(root: root, slices: plan.wanted) {
                self.isStopped.withLock { $0 } ? .stop : .proceed
            }
            outcome.withLock { $0 = opinions }
            work.leave()
        }
        thread.name = "second opinion"
        thread.start()
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

    /// Waits for the end. `between` is asked several times a second whether to go on.
    func finish(between: () -> ReadControl) -> Outcome {
        while work.wait(timeout: .now() + .milliseconds(200)) == .timedOut {
            if between() == .stop { isStopped.withLock { $0 = true } }
        }
        guard let opinions = outcome.withLock({ $0 }) else { return .stopped }
        return .known(plan.completed(by: opinions))
    }

    /// Ends the work, soon if not at once, and waits for its end. Without effect where it is done.
    func stop() {
        isStopped.withLock { $0 = true }
        work.wait()
    }
}
