import GantryCore
import Synchronization

/// What a worker does between two slices: reports progress, prolongs its lease when it is time, notices a stop.
final class LeaseRenewal: Sendable {
    private struct State {
        var renewedAt: Timestamp
        var fault: StoreFault?
    }

    private let environment: RunEnvironment
    private let lease: StudyLease
    private let state: Mutex<State>

    /// The renewal of a lease that has just begun.
    init(_ environment: RunEnvironment, lease: StudyLease) {
        self.environment = environment
        self.lease = lease
        state = Mutex(State(renewedAt: environment.clock.now()))
    }

    /// The fault that ended the passage; nil where none did.
    var fault: StoreFault? { state.withLock { $0.fault } }

    /// Called before each slice, with the number of slices done and of all.
    func between(done: Int, all: Int) -> ReadControl {
        environment.observer.note(.slices(lease.studyKey, done: done, of: all))
        switch environment.stop.stopped {
        case .signal, .storeFault, .scorerFault: return .stop
        case .lowDisk, nil: break
        }
        let now = environment.clock.now()
        let isDue = state.withLock { now >= $0.renewedAt.advanced(bySeconds: environment.settings.renewAfterSeconds) }
        guard isDue else { return .proceed }
        do {
            try environment.store.renew(lease, leaseSeconds: environment.settings.leaseSeconds, now: now)
            state.withLock { $0.renewedAt = now }
            return .proceed
        } catch {
            state.withLock { $0.fault = error }
            return .stop
        }
    }
}
