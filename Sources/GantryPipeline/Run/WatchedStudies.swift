import GantryCore

/// What has been seen in a drop folder: headers are read once a file, as long as it does not change, and kept until
/// their study is taken. Where files come for a study that was taken, its other headers are read once more.
struct WatchedStudies {
    private let environment: RunEnvironment
    private let root: String
    private let shown: String
    private var settling: StudySettling
    private var toScan: [String] = []
    /// Headers of studies that wait.
    private var instances: [String: SOPInstance] = [:]
    /// Ends of files of no study, by their folder and path.
    private var outcomes: [String: [String: FileOutcome]] = [:]
    /// Files that were taken, and have vanished or changed since, of which it is not known yet which studies are in
    /// doubt about them; with those that are known.
    private var left: [(file: StudySettling.Left, doubting: Set<UID>)] = []
    /// Whether all files were gone at one look, and none has come since.
    private var isEmptied = false

    /// Nothing seen yet.
    init(environment: RunEnvironment, root: String, shown: String, settling: StudySettling) {
        self.environment = environment
        self.root = root
        self.shown = shown
        self.settling = settling
    }

    /// Enters one look.
    mutating func enter(_ view: DropFolderView) {
        let filesBefore = settling.fileCount
        let change = settling.look(view, now: environment.settlingMoment)
        left += change.left.map { ($0, []) }
        let changed = Set(change.stale).union(view.gone).union(view.unsettled)
        for path in changed {
            instances[path] = nil
            setOutcome(nil, of: path)
        }
        let known = Set(toScan)
        toScan = toScan.filter { !changed.contains($0) } + change.toScan.filter { !known.contains($0) }
        for outcome in view.outcomes {
            setOutcome(outcome, of: outcome.file)
        }
        if !view.outcomes.isEmpty { environment.observer.note(.filesEnded(view.outcomes)) }
        noteEmptiness(filesBefore: filesBefore)
    }

    /// A folder that loses all its files at once is in all likelihood a share that is not mounted any more: what is
    /// there now is what lies below it.
    private mutating func noteEmptiness(filesBefore: Int) {
        let files = settling.fileCount
        if isEmptied && files > 0 {
            isEmptied = false
            environment.observer.note(.dropFolderFilled(files: files))
        } else if filesBefore > 1 && files == 0 && outcomes.isEmpty {
            isEmptied = true
            environment.observer.note(.dropFolderEmpty(files: filesBefore))
        }
    }

    private mutating func setOutcome(_ outcome: FileOutcome?, of path: String) {
        let folder = RelativePath.folder(of: path)
        outcomes[folder, default: [:]][path] = outcome
        if outcomes[folder]?.isEmpty == true { outcomes[folder] = nil }
    }

    /// Reads the headers of files that are at rest and were not read before.
    mutating func scan() throws(ReaderFault) {
        while !toScan.isEmpty {
            let batch = Array(toScan.prefix(max(1, environment.settings.scanBatch)))
            // Nil: the run stops, and nothing is taken any more.
            guard let result = try headers(of: batch) else { return }
            toScan.removeFirst(batch.count)
            enter(result)
        }
    }

    private func headers(of files: [String]) throws(ReaderFault) -> ScanResult? {
        let control = WorkControl(environment)
        return try environment.reader.scan(root: root, files: files, control: { _ in control.ask() })
    }

    private mutating func enter(_ result: ScanResult) {
        for instance in result.instances {
            instances[instance.file] = instance
            settling.scanned(instance.file, study: instance.studyInstanceUID)
        }
        for outcome in result.outcomes {
            setOutcome(outcome, of: outcome.file)
            instances[outcome.file] = nil
            settling.scanned(outcome.file, study: nil)
        }
        if !result.outcomes.isEmpty { environment.observer.note(.filesEnded(result.outcomes)) }
    }

    /// The studies to be taken now, which are then taken; among them, once they are quiet, those that are `doubting` a
    /// file which has vanished or changed. Any other verdict stands, whatever is cleared up; where that are not all,
    /// the others are waited for.
    mutating func due(
        once: Bool, doubting: (String, UID?) -> (studies: Set<UID>, isAll: Bool)
    ) throws(ReaderFault) -> [StudyInput] {
        let now = environment.settlingMoment
        left = left.compactMap { file, known in
            let (studies, isAll) = doubting(file.path, file.study)
            for study in studies.subtracting(known) { settling.disturb(study, now: now) }
            return isAll ? nil : (file, known.union(studies))
        }
        let due = settling.due(now: now, once: once)
        guard !due.isEmpty else { return [] }
        guard try readAgain(due.map(\.study)) else { return [] }
        let forced = Dictionary(due.map { ($0.study, $0.isForced) }, uniquingKeysWith: { first, _ in first })
        let files = due.flatMap { settling.files(of: $0.study) }
        let folders = Set(files.map { RelativePath.folder(of: $0) })
        let scanned = ScannedStudies(
            instances: files.compactMap { instances[$0] },
            outcomes: folders.flatMap { outcomes[$0] ?? [:] }.map(\.value),
            root: root, shown: shown,
            others: Dictionary(uniqueKeysWithValues: folders.map { ($0, settling.studies(in: $0)) }))
        for study in due { settling.taken(study.study) }
        for file in files { instances[file] = nil }
        return scanned.inputs.map { input in
            var input = input
            input.takenUnsettled = forced[input.study.studyInstanceUID] ?? false
            return input
        }
    }

    /// Reads those headers of `studies` again that were let go when the studies were taken before. False where the run
    /// stops.
    private mutating func readAgain(_ studies: [UID]) throws(ReaderFault) -> Bool {
        var missing = studies.flatMap { settling.files(of: $0) }.filter { instances[$0] == nil }[...]
        while !missing.isEmpty {
            let batch = Array(missing.prefix(max(1, environment.settings.scanBatch)))
            guard let result = try headers(of: batch) else { return false }
            missing = missing.dropFirst(batch.count)
            enter(result)
        }
        return true
    }

    /// Everything that belongs to no study, in order.
    func scanned() -> ScannedStudies {
        ScannedStudies(
            instances: [], outcomes: outcomes.values.flatMap(\.values), root: root, shown: shown,
            others: settling.studiesByFolder)
    }

    /// Whether everything seen is at rest, read and taken.
    var isDone: Bool { settling.isDone && toScan.isEmpty }

    /// What is waited for, with as many studies as are named at most.
    var waits: StudySettling.Waits {
        var waits = settling.waits(atMost: Settling.mostNamed)
        waits.unreadFiles += toScan.count
        return waits
    }

    /// When a study may become due without any change in the folder.
    var nextMoment: Timestamp? { settling.nextMoment() }
}
