import GantryCore

/// Keeps in the store what a watch waits for, for `gantry status`.
///
/// Written only where it has changed, and not more often than every five seconds: a long transfer changes it at each
/// look. That it cannot be kept ends no watch; the next look tries again.
struct SettlingBoard {
    private static let leastPauseSeconds: Int64 = 5

    private let environment: RunEnvironment
    /// What the store has; a runner begins with nothing.
    private var shown = StudySettling.Waits()
    /// When it was last tried to change that.
    private var triedAt: Timestamp?

    /// A board on which nothing stands.
    init(_ environment: RunEnvironment) { self.environment = environment }

    /// Shows what `watched` waits for.
    mutating func show(_ watched: WatchedStudies) {
        let now = environment.settlingMoment
        if let triedAt, now < triedAt.advanced(bySeconds: Self.leastPauseSeconds) { return }
        let waits = watched.waits
        guard waits != shown else { return }
        triedAt = now
        if keep(waits, now: now) { shown = waits }
    }

    /// Takes away what stands there: nobody waits any more.
    func clear() {
        if shown != StudySettling.Waits() { try? environment.store.keep(nil) }
    }

    private func keep(_ waits: StudySettling.Waits, now: Timestamp) -> Bool {
        // The settling clock counts from anywhere; people have another.
        let offset = environment.clock.now().millisecondsSince1970 - now.millisecondsSince1970
        func moment(_ settling: Timestamp) -> Timestamp {
            Timestamp(millisecondsSince1970: settling.millisecondsSince1970 + offset)
        }
        do {
            guard waits != StudySettling.Waits() else {
                try environment.store.keep(nil)
                return true
            }
            let longest = try waits.longest.map { wait in
                Settling.Study(
                    studyKey: try environment.store.studyKey(of: wait.study), files: wait.files,
                    since: moment(wait.since), takenAt: wait.takenAt.map(moment), latestAt: moment(wait.latestAt))
            }
            try environment.store.keep(
                Settling(studies: waits.studies, unreadFiles: waits.unreadFiles, longest: longest))
            return true
        } catch {
            return false
        }
    }
}
