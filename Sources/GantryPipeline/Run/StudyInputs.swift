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
        var end: StudyEnd?
        var retryAt: Timestamp?
        var files: [FileOutcome] = []
        var fileCount: Int
    }

    private struct State {
        var entries: [StudyKey: Entry] = [:]
        var order: [StudyKey] = []
        var isClosed = false
        var finishedTally = FileCounts()
    }

    private let state = Mutex(State())

    /// Adds a study, or new files of a known one.
    func put(_ key: StudyKey, _ input: StudyInput) {
        state.withLock { state in
            if state.entries[key] == nil { state.order.append(key) }
            let generation = (state.entries[key]?.generation ?? 0) + 1
            state.entries[key] = Entry(
                input: input, folder: input.folder, generation: generation, isOpen: true, fileCount: input.fileCount)
        }
    }

    /// Adds a study whose reports alone are outstanding.
    func putReportsOnly(_ key: StudyKey) {
        state.withLock { state in
            guard state.entries[key] == nil else { return }
            state.order.append(key)
            state.entries[key] = Entry(input: nil, folder: "", generation: 1, isOpen: true, fileCount: 0)
        }
    }

    /// No study will be added any more.
    func close() { state.withLock { $0.isClosed = true } }

    /// Whether no study will be added any more.
    var isClosed: Bool { state.withLock { $0.isClosed } }

    /// Whether every study has come to its end.
    var isIdle: Bool { state.withLock { $0.entries.values.allSatisfy { !$0.isOpen } } }

    /// Keys of the studies that are not at their end.
    var open: Set<StudyKey> { state.withLock { Set($0.entries.filter(\.value.isOpen).keys) } }

    /// The input of a study, with its generation; nil where only reports are outstanding.
    func ticket(for key: StudyKey) -> Ticket? {
        state.withLock { state in
            guard let entry = state.entries[key], let input = entry.input else { return nil }
            return Ticket(input: input, generation: entry.generation)
        }
    }

    /// Notes that a study is tried again at a moment.
    func wait(_ key: StudyKey, until moment: Timestamp) { state.withLock { $0.entries[key]?.retryAt = moment } }

    /// The earliest moment after `now` at which a study is to be tried again.
    func nextRetry(after now: Timestamp) -> Timestamp? {
        state.withLock { state in
            state.entries.values.compactMap { $0.isOpen ? $0.retryAt : nil }.filter { $0 > now }.min()
        }
    }

    /// Notes the end of a study; its input is let go. False where new files came while it was worked on: the study
    /// stays open and has to be queued again.
    func end(_ key: StudyKey, generation: Int, _ end: StudyEnd, files: [FileOutcome]) -> Bool {
        state.withLock { state in
            guard var entry = state.entries[key] else { return true }
            entry.end = end
            entry.files = []
            entry.retryAt = nil
            guard entry.generation == generation else {
                state.entries[key] = entry
                return false
            }
            entry.isOpen = false
            entry.input = nil
            state.finishedTally = state.finishedTally + FileCounts(files)
            state.entries[key] = entry
            return true
        }
    }

    /// One line a study in input order; studies that are still open are unfinished.
    func lines() -> [StudyLine] {
        state.withLock { state in
            state.order.compactMap { key in
                state.entries[key].map {
                    StudyLine(studyKey: key, folder: $0.folder, end: $0.isOpen ? .unfinished : $0.end ?? .unfinished)
                }
            }
        }
    }

    /// Ends of the files of finished studies, counted.
    var tally: FileCounts { state.withLock { $0.finishedTally } }

    /// Number of files of studies that are not at their end.
    var unfinishedFiles: Int {
        state.withLock { $0.entries.values.reduce(0) { $0 + ($1.isOpen ? $1.fileCount : 0) } }
    }
}
