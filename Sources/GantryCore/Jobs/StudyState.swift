/// Where a study stands. Drawn in docs/state-machine.md; the store's CHECKs enforce the same.
public enum StudyState: String, Sendable, Hashable, Codable, CaseIterable {
    /// Waiting for a worker.
    case queued
    /// A worker holds its lease.
    case running
    /// A transient failure; to be tried again at a set time.
    case waiting
    /// Result committed, reports still to be written.
    case judged
    /// Result committed and reports written.
    case done
    /// A permanent failure: there is no verdict, and the reason is stored.
    case failed
    /// The reader died twice on it; only a person takes it up again (`gantry ingest FOLDER --retry-quarantined`).
    case quarantined

    /// The states a study may move to from here.
    public var successors: Set<StudyState> {
        switch self {
        case .queued: [.running]
        case .running: [.queued, .waiting, .judged, .done, .failed, .quarantined]
        case .waiting: [.running, .queued]
        case .judged: [.done, .running, .queued]
        case .done: [.queued]
        case .failed: [.queued]
        case .quarantined: [.queued]
        }
    }
}
