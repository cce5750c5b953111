import GantryCore

/// What has been seen in a drop folder: headers are read once a file, as long as it does not change.
struct WatchLooks {
    private let environment: RunEnvironment
    private let root: String
    private let shown: String
    private var settling: StudySettling
    private var toScan: [String] = []
    private var instances: [String: SOPInstance] = [:]
    private var rejected: [String: FileOutcome] = [:]
    private var others: [String: FileOutcome] = [:]

    /// Nothing seen yet.
    init(environment: RunEnvironment, root: String, shown: String, settling: StudySettling) {
        self.environment = environment
        self.root = root
        self.shown = shown
        self.settling = settling
    }

    /// Enters one look.
    mutating func enter(_ view: DropFolderView) {
        let change = settling.look(view, now: environment.clock.now())
        toScan = change.toScan
        for path in change.stale {
            instances[path] = nil
            rejected[path] = nil
        }
        let before = others
        others = Dictionary(view.outcomes.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
        for outcome in view.outcomes where before[outcome.file] == nil {
            environment.observer.note(.fileEnded(outcome))
        }
    }

    /// Reads the headers of files that are at rest and were not read before.
    mutating func scan() throws(ReaderFault) {
        let control = WorkControl(environment)
        var rest = toScan[...]
        while !rest.isEmpty {
            let batch = Array(rest.prefix(max(1, environment.settings.scanBatch)))
            rest = rest.dropFirst(batch.count)
            // Nil: the run stops, and nothing is taken any more.
            guard let result = try environment.reader.scan(root: root, files: batch, control: { _ in control.ask() })
            else { return }
            for instance in result.instances {
                instances[instance.file] = instance
                settling.scanned(instance.file, study: instance.studyInstanceUID)
            }
            for outcome in result.outcomes {
                rejected[outcome.file] = outcome
                settling.scanned(outcome.file, study: nil)
                environment.observer.note(.fileEnded(outcome))
            }
        }
        toScan = Array(rest)
    }

    /// The studies to be taken now, which are then taken.
    mutating func due(once: Bool) -> [StudyInput] {
        let due = settling.due(now: environment.clock.now(), once: once)
        guard !due.isEmpty else { return [] }
        let forced = Dictionary(due.map { ($0.study, $0.isForced) }, uniquingKeysWith: { first, _ in first })
        return books().inputs.compactMap { input in
            guard let isForced = forced[input.study.studyInstanceUID] else { return nil }
            settling.taken(input.study.studyInstanceUID)
            var input = input
            input.takenUnsettled = isForced
            return input
        }
    }

    /// Everything seen, in order.
    func books() -> ScanBooks {
        ScanBooks(
            instances: Array(instances.values), outcomes: Array(rejected.values) + Array(others.values), root: root,
            shown: shown)
    }

    /// Whether everything seen is at rest, read and taken.
    var isDone: Bool { settling.isDone && toScan.isEmpty }

    /// When a study may become due without any change in the folder.
    var nextMoment: Timestamp? { settling.nextMoment() }
}
