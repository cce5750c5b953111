import GantryCore

/// The studies of a run: what is to be done, what is in flight, what waits, and how each ended.
struct StudiesInRun: Sendable {
    private struct Study {
        /// nil where only reports are outstanding.
        var studyInstanceUID: UID?
        /// Its newest files; nil where only reports are outstanding, and once they have come to their end.
        var input: StudyInput?
        var folder: String
        var fileCount: Int
        var place: PlaceInRun
    }

    /// No study will be added any more.
    var isClosed = false
    private var studies: [StudyKey: Study] = [:]
    private var order: [StudyKey] = []
    private var keys: [UID: StudyKey] = [:]

    // What workers ask for again and again: that must not cost more the more studies have come to their end.

    /// Keys of the studies that wait for a worker.
    private(set) var claimable: Set<StudyKey> = []
    /// Number of studies that a worker is at.
    private(set) var busy = 0
    /// When open studies are tried again.
    private var retries: [StudyKey: Timestamp] = [:]
    /// Ends of the files of finished studies, counted.
    private(set) var account = FileAccount()
    /// The studies that are in doubt about a file.
    private var doubting: [String: Set<UID>] = [:]

    private mutating func set(_ key: StudyKey, _ study: Study) {
        let known = studies.updateValue(study, forKey: key)
        if known == nil { order.append(key) }
        if known?.place.isBusy == true { busy -= 1 }
        if study.place.isBusy { busy += 1 }
        if case .open(let retryAt) = study.place {
            claimable.insert(key)
            retries[key] = retryAt
        } else {
            claimable.remove(key)
            retries[key] = nil
        }
        if let counted = known?.place.ended?.account { account = account - counted }
        if let counted = study.place.ended?.account { account = account + counted }
        if let uid = study.studyInstanceUID {
            for path in known?.place.ended?.filesInDoubt.paths ?? [] {
                doubting[path]?.remove(uid)
                if doubting[path]?.isEmpty == true { doubting[path] = nil }
            }
            for path in study.place.ended?.filesInDoubt.paths ?? [] { doubting[path, default: []].insert(uid) }
        }
    }

    // MARK: - Queueing

    /// Adds a study, or new files of a known one.
    mutating func put(_ key: StudyKey, _ input: StudyInput) {
        keys[input.study.studyInstanceUID] = key
        let meanwhile = PlaceInRun.Holding(hasNewFiles: true, hasUnreadFiles: true)
        set(
            key,
            Study(
                studyInstanceUID: input.study.studyInstanceUID, input: input, folder: input.folder,
                fileCount: input.fileCount,
                place: studies[key]?.place.with(meanwhile) ?? .open(retryAt: nil)))
    }

    /// Adds a study whose reports alone are outstanding.
    mutating func putReportsOnly(_ key: StudyKey) {
        guard studies[key] == nil else { return }
        set(key, Study(studyInstanceUID: nil, input: nil, folder: "", fileCount: 0, place: .open(retryAt: nil)))
    }

    /// Enters that nobody works on a study, whatever its files, for it stays in quarantine: its newest files come to
    /// these ends.
    mutating func keepInQuarantine(_ key: StudyKey, detail: String, files: [FileOutcome], at moment: Timestamp) {
        guard var study = studies[key] else { return }
        let ended = PlaceInRun.Ended(.quarantined(detail: detail), files: files, at: moment)
        study.input = nil
        study.place = study.place.with(PlaceInRun.Holding(quarantined: ended)) ?? .idle(ended)
        set(key, study)
    }

    // MARK: - Working

    /// A worker has claimed the study.
    mutating func begin(_ key: StudyKey) {
        guard var study = studies[key] else { return }
        study.place = .busy(PlaceInRun.Holding(hasUnreadFiles: study.input != nil))
        set(key, study)
    }

    /// Gives the study's newest files to the worker that holds it; nil where only reports are outstanding.
    mutating func take(_ key: StudyKey) -> StudyInput? {
        guard var study = studies[key], let input = study.input else { return nil }
        if var holding = study.place.holding {
            holding.hasUnreadFiles = false
            study.place = study.place.with(holding) ?? study.place
            set(key, study)
        }
        return input
    }

    /// The attempt has failed for now: the study is tried again at `moment`, unless it was left meanwhile.
    mutating func wait(_ key: StudyKey, until moment: Timestamp) {
        guard var study = studies[key] else { return }
        study.place = study.place.ended.map { .idle($0) } ?? .open(retryAt: moment)
        set(key, study)
    }

    /// The reports of the study's verdict have to wait.
    mutating func oweReports(_ key: StudyKey) {
        guard var study = studies[key], let holding = study.place.holding else { return }
        study.place = .reportsOwed(holding)
        set(key, study)
    }

    /// A worker writes the reports that the study owes.
    mutating func resume(_ key: StudyKey) {
        guard var study = studies[key], let holding = study.place.holding else { return }
        study.place = .busy(holding)
        set(key, study)
    }

    /// What follows from the end of a study: the line that says it, and the files with which it has to be queued again.
    typealias Aftermath = (line: StudyLine?, again: StudyInput?)

    /// Enters the end that a worker has come to with a study, at a moment, and lets go of its files. Where there are
    /// files that the worker was not given the study is open again: these are returned and have to be queued; there is
    /// then no line where the study was not finished.
    mutating func end(
        _ key: StudyKey, _ end: StudyEnd, files: [FileOutcome], at moment: Timestamp
    ) -> Aftermath {
        let neighbours = studies[key]?.input?.unreadableNeighbours ?? []
        return settle(key, PlaceInRun.Ended(end, files: files, neighbours: neighbours, at: moment)) {
            $0.hasUnreadFiles
        }
    }

    /// Enters that a worker's lease was lost, and what it did is dropped. Where files came since it claimed the study,
    /// that is open again with them; otherwise the study is the other attempt's.
    mutating func drop(_ key: StudyKey, at moment: Timestamp) -> Aftermath {
        settle(key, PlaceInRun.Ended(.unfinished, files: [], at: moment)) { $0.hasNewFiles }
    }

    private mutating func settle(
        _ key: StudyKey, _ ended: PlaceInRun.Ended, goesOn: (PlaceInRun.Holding) -> Bool
    ) -> Aftermath {
        guard var study = studies[key], let holding = study.place.holding else { return (nil, nil) }
        defer { set(key, study) }
        let line = StudyLine(studyKey: key, folder: study.folder, end: ended.end, endedAt: ended.at)
        if goesOn(holding), let input = study.input {
            study.place = .open(retryAt: nil)
            return (ended.end == .unfinished ? nil : line, input)
        }
        study.place = .idle(ended)
        study.input = nil
        return (line, nil)
    }

    // MARK: - What is known

    /// The earliest moment after `now` at which a study is to be tried again.
    func nextRetry(after now: Timestamp) -> Timestamp? { retries.values.filter { $0 > now }.min() }

    /// Number of studies that are to be tried again after `now`.
    func retries(after now: Timestamp) -> Int { retries.values.count { $0 > now } }

    /// The studies whose doubt hangs on a file, of `study` or of none, that has vanished or changed; and whether that
    /// is all: none that may come to such a doubt is still worked on.
    func doubting(_ path: String, of study: UID?) -> (studies: Set<UID>, isAll: Bool) {
        var found = doubting[path] ?? []
        guard let study, let place = keys[study].flatMap({ studies[$0]?.place }) else {
            return (found, busy == 0 && claimable.isEmpty)
        }
        if place.ended?.filesInDoubt.isAboutEveryFile ?? false { found.insert(study) }
        return (found, place.ended != nil)
    }

    /// The line of one study; nil where it is unknown.
    func line(of key: StudyKey) -> StudyLine? {
        studies[key].map { study in
            let ended = study.place.ended
            return StudyLine(
                studyKey: key, folder: study.folder, end: ended?.end ?? .unfinished, endedAt: ended?.at)
        }
    }

    /// One line a study in input order; studies that are still open are unfinished.
    func lines() -> [StudyLine] { order.compactMap(line(of:)) }

    /// Number of files of studies that are not at their end.
    var unfinishedFiles: Int {
        studies.values.reduce(0) { $0 + ($1.place.ended?.end ?? .unfinished == .unfinished ? $1.fileCount : 0) }
    }
}
