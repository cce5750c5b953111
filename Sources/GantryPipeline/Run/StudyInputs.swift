import GantryCore
import Synchronization

/// The studies a run works on: what is to be done, what is in flight, what waits, and how each ended. Shared by the
/// thread that finds studies and those that work on them.
final class StudyInputs: Sendable {
    /// A worker's right to the input it was given.
    struct Ticket: Sendable {
        var input: StudyInput
        var generation: Int
    }

    private struct Entry {
        var input: StudyInput?
        var folder: String
        var generation: Int
        var isOpen: Bool
        var isBusy: Bool
        var begunGeneration = 0
        var end: StudyEnd?
        var endedAt: Timestamp?
        var retryAt: Timestamp?
        var fileCount: Int
        /// Ends of its files, counted; nil while the study is open. Files of a study that is taken again are counted
        /// once, as they ended last.
        var tally: FileCounts?
    }

    /// Every study of the run, and of those what workers ask for again and again: that must not cost more the more
    /// studies have come to their end.
    private struct State {
        private(set) var entries: [StudyKey: Entry] = [:]
        private(set) var order: [StudyKey] = []
        var keys: [UID: StudyKey] = [:]
        /// Open, and held by no worker.
        private(set) var claimable: Set<StudyKey> = []
        /// Number of studies that a worker holds.
        private(set) var held = 0
        /// When open studies are tried again.
        private(set) var retries: [StudyKey: Timestamp] = [:]
        /// Sum over all entries.
        private(set) var tally = FileCounts()
        var isClosed = false

        mutating func set(_ key: StudyKey, _ entry: Entry) {
            let known = entries.updateValue(entry, forKey: key)
            if known == nil { order.append(key) }
            if known?.isBusy == true { held -= 1 }
            if entry.isBusy { held += 1 }
            if entry.isOpen && !entry.isBusy { claimable.insert(key) } else { claimable.remove(key) }
            retries[key] = entry.isOpen ? entry.retryAt : nil
            if let counted = known?.tally { tally = tally - counted }
            if let counted = entry.tally { tally = tally + counted }
        }
    }

    private let state = Mutex(State())

    /// Adds a study, or new files of a known one.
    func put(_ key: StudyKey, _ input: StudyInput) {
        state.withLock { state in
            let known = state.entries[key]
            state.keys[input.study.studyInstanceUID] = key
            state.set(
                key,
                Entry(
                    input: input, folder: input.folder, generation: (known?.generation ?? 0) + 1, isOpen: true,
                    isBusy: known?.isBusy ?? false, begunGeneration: known?.begunGeneration ?? 0,
                    fileCount: input.fileCount))
        }
    }

    /// Adds a study whose reports alone are outstanding.
    func putReportsOnly(_ key: StudyKey) {
        state.withLock { state in
            guard state.entries[key] == nil else { return }
            state.set(key, Entry(input: nil, folder: "", generation: 1, isOpen: true, isBusy: false, fileCount: 0))
        }
    }

    /// No study will be added any more.
    func close() { state.withLock { $0.isClosed = true } }

    /// Whether no study will be added any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Keys of the studies that are not at their end and that no worker holds.
    var claimable: Set<StudyKey> { state.withLock { $0.claimable } }

    /// Number of studies that workers hold.
    var held: Int { state.withLock { $0.held } }

    /// A worker holds the study, until its end or its next attempt is entered.
    func begin(_ key: StudyKey) {
        state.withLock { state in
            guard var entry = state.entries[key] else { return }
            entry.isBusy = true
            entry.begunGeneration = entry.generation
            state.set(key, entry)
        }
    }

    /// The generation of the files that the worker holding the study began with.
    func begunGeneration(of key: StudyKey) -> Int { state.withLock { $0.entries[key]?.begunGeneration ?? 0 } }

    /// The input of a study, with its generation; nil where only reports are outstanding.
    func ticket(for key: StudyKey) -> Ticket? {
        state.withLock { state in
            guard let entry = state.entries[key], let input = entry.input else { return nil }
            return Ticket(input: input, generation: entry.generation)
        }
    }

    /// Notes that a study is tried again at a moment.
    func wait(_ key: StudyKey, until moment: Timestamp) {
        state.withLock { state in
            guard var entry = state.entries[key] else { return }
            entry.retryAt = moment
            entry.isBusy = false
            state.set(key, entry)
        }
    }

    /// The earliest moment after `now` at which a study is to be tried again.
    func nextRetry(after now: Timestamp) -> Timestamp? {
        state.withLock { state in state.retries.values.filter { $0 > now }.min() }
    }

    /// Number of studies that are to be tried again after `now`.
    func retries(after now: Timestamp) -> Int { state.withLock { $0.retries.values.count { $0 > now } } }

    /// Enters the end of a study, at a moment, and lets go of its input. Returns the line of that end. Where `generation`
    /// is not that of its newest files, the study stays open: its newest input is returned too and has to be queued
    /// again; there is then no line where the study was not finished.
    func end(
        _ key: StudyKey, generation: Int, _ end: StudyEnd, files: [FileOutcome], at moment: Timestamp
    ) -> (line: StudyLine?, again: StudyInput?) {
        state.withLock { state in
            guard var entry = state.entries[key] else { return (nil, nil) }
            defer { state.set(key, entry) }
            entry.end = end
            entry.endedAt = moment
            entry.retryAt = nil
            entry.isBusy = false
            let line = StudyLine(studyKey: key, folder: entry.folder, end: end, endedAt: moment)
            if entry.generation != generation, let input = entry.input {
                return (end == .unfinished ? nil : line, input)
            }
            entry.isOpen = false
            entry.input = nil
            entry.tally = FileCounts(files)
            return (line, nil)
        }
    }

    /// Enters that nobody works on a study, whatever its files: its newest ones come to these ends.
    func leave(_ key: StudyKey, _ end: StudyEnd, files: [FileOutcome], at moment: Timestamp) {
        state.withLock { state in
            guard var entry = state.entries[key] else { return }
            entry.end = end
            entry.endedAt = moment
            entry.retryAt = nil
            entry.isOpen = false
            entry.input = nil
            entry.tally = FileCounts(files)
            state.set(key, entry)
        }
    }

    /// Whether a study's verdict is in a doubt that its files may lift, or it has none although it was tried; nil where
    /// it is not at its end.
    func isInDoubt(_ study: UID) -> Bool? {
        state.withLock { state in
            guard let key = state.keys[study], let entry = state.entries[key] else { return false }
            if entry.isOpen { return nil }
            switch entry.end {
            case .judged(let verdict), .unchanged(let verdict), .unreported(let verdict, _):
                return verdict.isDoubtOfFiles
            case .failed: return true
            case .quarantined, .unfinished, nil: return false
            }
        }
    }

    /// The line of one study; nil where it is unknown.
    func line(of key: StudyKey) -> StudyLine? {
        state.withLock { state in state.entries[key].map { Self.line(key, $0) } }
    }

    private static func line(_ key: StudyKey, _ entry: Entry) -> StudyLine {
        guard !entry.isOpen, let end = entry.end else {
            return StudyLine(studyKey: key, folder: entry.folder, end: .unfinished)
        }
        return StudyLine(studyKey: key, folder: entry.folder, end: end, endedAt: entry.endedAt)
    }

    /// One line a study in input order; studies that are still open are unfinished.
    func lines() -> [StudyLine] {
        state.withLock { state in
            state.order.compactMap { key in state.entries[key].map { Self.line(key, $0) } }
        }
    }

    /// Ends of the files of finished studies, counted.
    var tally: FileCounts { state.withLock { $0.tally } }

    /// Number of files of studies that are not at their end.
    var unfinishedFiles: Int {
        state.withLock { $0.entries.values.reduce(0) { $0 + ($1.isOpen || $1.end == .unfinished ? $1.fileCount : 0) } }
    }
}
