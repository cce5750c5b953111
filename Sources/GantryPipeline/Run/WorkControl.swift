import GantryCore
import Synchronization

/// Whether what takes long goes on: the wish to stop, and for a study also its deadline and its lease, which is
/// prolonged when it is time.
///
/// One value for all that is done: scan, digest, reading and scoring ask it several times a second, from their own
/// threads. What it said once it says for ever.
final class WorkControl: Sendable {
    /// Why work was ended.
    enum End: Sendable, Equatable {
        /// The run was asked to stop.
        case stopped
        /// The study has had its time.
        case timedOut
        /// The lease could not be prolonged.
        case storeFault(StoreFault)
    }

    private struct State {
        var renewedAt: Timestamp
        var end: End?
    }

    private let environment: RunEnvironment
    /// Nil where no study is worked on.
    private let lease: StudyLease?
    private let deadline: Duration?
    private let state: Mutex<State>

    /// The control of work on no study: it goes on until the run is asked to stop.
    convenience init(_ environment: RunEnvironment) { self.init(environment, lease: nil, deadline: nil) }

    /// The control of work on a study under a lease that has just begun; its time begins now.
    convenience init(_ environment: RunEnvironment, lease: StudyLease) {
        let seconds = environment.settings.studySeconds
        self.init(environment, lease: lease, deadline: environment.steadyClock.elapsed() + .seconds(seconds))
    }

    private init(_ environment: RunEnvironment, lease: StudyLease?, deadline: Duration?) {
        self.environment = environment
        self.lease = lease
        self.deadline = deadline
        state = Mutex(State(renewedAt: environment.clock.now()))
    }

    /// Why the work was ended; nil where it was not.
    var end: End? { state.withLock { $0.end } }

    /// Whether to go on; so many of so many slices of the study are done, `scored` of them by the network.
    func ask(done: Int, of all: Int, scored: Int) -> ReadControl {
        if let lease { environment.observer.note(.slices(lease.studyKey, done: done, of: all, scored: scored)) }
        return ask()
    }

    /// Whether to go on.
    func ask() -> ReadControl {
        state.withLock { state in
            if state.end == nil { state.end = reasonToEnd(renewedAt: &state.renewedAt) }
            return state.end == nil ? .proceed : .stop
        }
    }

    private func reasonToEnd(renewedAt: inout Timestamp) -> End? {
        switch environment.stop.stopped {
        case .signal, .storeFault, .scorerFault: return .stopped
        // Studies in flight are finished.
        case .lowDisk: if lease == nil { return .stopped }
        case nil: break
        }
        if let deadline, environment.steadyClock.elapsed() >= deadline { return .timedOut }
        guard let lease else { return nil }
        let now = environment.clock.now()
        guard now >= renewedAt.advanced(bySeconds: environment.settings.renewAfterSeconds) else { return nil }
        do {
            try environment.store.renew(lease, leaseSeconds: environment.settings.leaseSeconds, now: now)
            renewedAt = now
            return nil
        } catch {
            return .storeFault(error)
        }
    }
}
