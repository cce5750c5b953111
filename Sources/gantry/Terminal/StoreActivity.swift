import GantryCore
import GantryStore

/// What is going on at a store just now, which its studies do not tell: whether a runner is alive, and what it waits
/// for.
struct StoreActivity {
    let runner: StoreRunner
    /// What the runner's drop folder waits for; nil where that is nothing.
    let settling: Settling?

    /// What is going on at `store`. Ask before the studies are read: what they say is then not older.
    init(_ store: SQLiteStudyStore) throws(StoreFault) {
        runner = store.runner
        // A runner that was killed waits for nothing any more, whatever it has left there.
        settling = if case .alive = runner { try store.settling() } else { nil }
    }

    /// What is to be said of a study in `state`; nil where there is nothing.
    func note(on state: StudyState) -> String? {
        guard state == .running, runner == .absent else { return nil }
        return "no runner is alive: the next `gantry ingest` or `gantry watch` takes it up"
    }

    /// Lines for a person.
    var lines: [String] {
        var lines: [String] = []
        switch runner {
        case .absent: lines.append("Runner: none is alive")
        case .alive(let pid, let name):
            let (number, words) = (pid.map { ", pid \($0)" } ?? "", name.map { " (\($0.printable))" } ?? "")
            lines.append("Runner: alive\(number)\(words)")
        case .unknown(let why): lines.append("Runner: it cannot be told whether one is alive (\(why))")
        }
        guard let settling else { return lines }
        var parts: [String] = []
        if settling.studies > 0 { parts.append(counted(settling.studies, "study", "studies")) }
        if settling.unreadFiles > 0 {
            let files = counted(settling.unreadFiles, "file")
            parts.append(files + " whose \(settling.unreadFiles == 1 ? "header is" : "headers are") not read yet")
        }
        lines.append("Settling: " + parts.joined(separator: ", and "))
        for study in settling.longest {
            let due = study.takenAt.map { "at \(Presentation.minute($0).suffix(5)), or " } ?? ""
            lines.append(
                "  \(study.studyKey)  \(counted(study.files, "file")) since \(Presentation.minute(study.since)); due "
                    + "\(due)at \(Presentation.minute(study.latestAt).suffix(5)) at the latest")
        }
        if settling.studies > settling.longest.count {
            lines.append("  and \(settling.studies - settling.longest.count) more")
        }
        return lines
    }
}

/// The same as a JSON line, behind those of the studies.
extension StoreActivity: Encodable {
    /// A runner for a program.
    struct Runner: Encodable {
        /// Absent where it cannot be told.
        var alive: Bool?
        var pid: Int?
        var name: String?
    }

    /// The runner for a program.
    var runnerObject: Runner {
        switch runner {
        case .absent: Runner(alive: false)
        case .alive(let pid, let name): Runner(alive: true, pid: pid, name: name)
        case .unknown: Runner()
        }
    }

    enum Keys: String, CodingKey { case runner, settling }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: Keys.self)
        try container.encode(runnerObject, forKey: .runner)
        try container.encodeIfPresent(settling, forKey: .settling)
    }
}
