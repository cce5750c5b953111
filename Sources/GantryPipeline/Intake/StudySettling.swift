import GantryCore

/// Decides when the studies of a drop folder are complete enough to be taken. Pure: it is told what was seen and when.
///
/// What a call costs depends on the files it is about and on the studies that wait, never on what was taken before.
package struct StudySettling {
    /// A study to be taken now.
    package struct Due: Sendable, Equatable {
        package var study: UID
        /// It has waited as long as is allowed, and is taken although it has not come to rest.
        package var isForced: Bool
        package init(study: UID, isForced: Bool = false) {
            self.study = study
            self.isForced = isForced
        }
    }

    /// What is waited for.
    package struct Waits: Sendable, Equatable {
        /// Number of studies that wait.
        package var studies = 0
        /// Number of files that are new or changing.
        package var unreadFiles = 0
        /// The studies that have waited longest.
        package var longest: [Wait] = []
    }

    /// A study that waits.
    package struct Wait: Sendable, Equatable {
        package var study: UID
        /// Number of its files whose headers were read.
        package var files: Int
        /// When its first new file was seen.
        package var since: Timestamp
        /// When it is taken if nothing changes; nil while a file in its folder is new or changing.
        package var takenAt: Timestamp?
        /// When it is taken in any case.
        package var latestAt: Timestamp
    }

    /// A file that had been read and taken, and has vanished or changed.
    package struct Left: Sendable, Equatable {
        package var path: String
        /// The study it was of; nil where it was of none.
        package var study: UID?

        package init(path: String, study: UID?) {
            self.path = path
            self.study = study
        }
    }

    private struct File {
        var firstSeen: Timestamp
        /// When it was last seen new or changed.
        var changed: Timestamp
        var isSettled: Bool
        /// Its header has been read.
        var isScanned = false
        /// The study it belongs to, where it belongs to one.
        var study: UID?
        /// It was there, as it is now, when its study was last taken.
        var isTaken = false
    }

    /// What lies directly in one folder.
    private struct Folder {
        /// Number of files of each study.
        var studies: [UID: Int] = [:]
        /// Number of files that are new or changing.
        var unsettled = 0
    }

    private let quietSeconds: Int64
    private let forcedAfterSeconds: Int64
    private var files: [String: File] = [:]
    private var folders: [String: Folder] = [:]
    private var pathsOf: [UID: Set<String>] = [:]
    /// Number of files that are new or changing.
    private var unsettledFiles = 0
    /// Files that belong to no study yet, and those that came after their study was taken.
    private var untakenFiles = 0
    /// Studies with a file that was not there when they were last taken, with the number of such files.
    private var open: [UID: Int] = [:]
    /// Studies that are to be looked at again although nothing new has come for them, and since when.
    private var disturbed: [UID: Timestamp] = [:]

    /// A study is taken when none of its files changed for `quietSeconds`, or `forcedAfterSeconds` after its first
    /// new file was seen.
    package init(quietSeconds: Int64, forcedAfterSeconds: Int64) {
        self.quietSeconds = quietSeconds
        self.forcedAfterSeconds = forcedAfterSeconds
    }

    /// Enters what a look tells. Returns the files that have come to rest and whose headers have to be read, sorted,
    /// those that are no longer there or no longer as they were, and which of these were taken.
    package mutating func look(
        _ view: DropFolderView, now: Timestamp
    ) -> (toScan: [String], stale: [String], left: [Left]) {
        var stale: [String] = []
        var left: [Left] = []
        func leave(_ path: String, _ file: File) {
            stale.append(path)
            if file.isTaken { left.append(Left(path: path, study: file.study)) }
        }
        for path in view.unsettled {
            let known = files[path]
            if let known, known.isScanned { leave(path, known) }
            // A file that changes after it was taken begins a new wait; one that keeps changing goes on with its own.
            let firstSeen = known.map { $0.isTaken ? now : $0.firstSeen } ?? now
            set(path, File(firstSeen: firstSeen, changed: now, isSettled: false))
        }
        for path in view.settled {
            var file = files[path] ?? File(firstSeen: now, changed: now, isSettled: true)
            file.isSettled = true
            set(path, file)
        }
        for path in view.gone {
            guard let known = files[path] else { continue }
            leave(path, known)
            set(path, nil)
            // Whoever clears a folder up asks for nothing.
            if let study = known.study, pathsOf[study] == nil { disturbed[study] = nil }
        }
        return (view.settled.filter { files[$0]?.isScanned == false }, stale, left)
    }

    /// Enters that a study is to be looked at again: a file that its verdict is in doubt about has vanished or changed.
    /// One of which nothing is left is not.
    package mutating func disturb(_ uid: UID, now: Timestamp) {
        if pathsOf[uid] != nil { disturbed[uid] = now }
    }

    /// Enters that a file's header was read: the study it belongs to, or nil.
    package mutating func scanned(_ path: String, study: UID?) {
        guard var file = files[path] else { return }
        // Read again, a file may turn out to be of another study, which then waits for it.
        if file.study != study { file.isTaken = false }
        file.isScanned = true
        file.study = study
        if study == nil { file.isTaken = true }
        set(path, file)
    }

    /// Studies to be taken now, by UID. With `once` a study need not be quiet: it is enough that no file is unsettled.
    ///
    /// A study that is disturbed is among them once it is quiet, and is never forced.
    package func due(now: Timestamp, once: Bool) -> [Due] {
        let isHeldBack = once && hasUnsettled
        let again = disturbedAlone.compactMap { uid -> Due? in
            guard !isHeldBack else { return nil }
            return once || waiting(uid).isAtRest(now: now, quietSeconds: quietSeconds) ? Due(study: uid) : nil
        }
        let due = open.keys.compactMap { uid -> Due? in
            let study = waiting(uid)
            if !isHeldBack && (once || study.isAtRest(now: now, quietSeconds: quietSeconds)) {
                return Due(study: uid, isForced: false)
            }
            return now >= study.firstSeen.advanced(bySeconds: forcedAfterSeconds)
                ? Due(study: uid, isForced: true) : nil
        }
        return (due + again).sorted { $0.study < $1.study }
    }

    /// Enters that a study was taken with all its files read so far.
    package mutating func taken(_ uid: UID) {
        disturbed[uid] = nil
        for path in pathsOf[uid] ?? [] {
            guard var file = files[path], file.isScanned else { continue }
            file.isTaken = true
            set(path, file)
        }
    }

    /// Whether a file is still new or changing.
    package var hasUnsettled: Bool { unsettledFiles > 0 }

    /// Whether every file is at rest, read, and taken with its study or of none.
    package var isDone: Bool { unsettledFiles == 0 && untakenFiles == 0 }

    /// The next moment at which a study may become due without any change in the folder; nil where there is none.
    package func nextMoment() -> Timestamp? {
        let open = open.keys.map { uid in
            let study = waiting(uid)
            let quiet = study.lastChange.advanced(bySeconds: quietSeconds)
            let forced = study.firstSeen.advanced(bySeconds: forcedAfterSeconds)
            return study.hasUnsettledNeighbour ? forced : min(quiet, forced)
        }
        let disturbed = disturbedAlone.map(waiting).filter { !$0.hasUnsettledNeighbour }
            .map { $0.lastChange.advanced(bySeconds: quietSeconds) }
        return (open + disturbed).min()
    }

    /// Studies that are disturbed and have nothing new.
    private var disturbedAlone: [UID] { disturbed.keys.filter { open[$0] == nil } }

    /// What is waited for, and of the studies those `most` that have waited longest.
    package func waits(atMost most: Int) -> Waits {
        let all = (Array(open.keys) + disturbedAlone).map { uid in
            let study = waiting(uid)
            let quiet = study.lastChange.advanced(bySeconds: quietSeconds)
            let forced = study.firstSeen.advanced(bySeconds: forcedAfterSeconds)
            return Wait(
                study: uid, files: pathsOf[uid]?.count ?? 0, since: study.firstSeen,
                takenAt: study.hasUnsettledNeighbour ? nil : min(quiet, forced), latestAt: forced)
        }
        let longest = all.sorted { $0.since == $1.since ? $0.study < $1.study : $0.since < $1.since }
        return Waits(studies: all.count, unreadFiles: unsettledFiles, longest: Array(longest.prefix(most)))
    }

    /// Number of files that lie there, as far as was told.
    package var fileCount: Int { files.count }

    /// The files of a study whose headers were read, sorted.
    package func files(of uid: UID) -> [String] { (pathsOf[uid] ?? []).sorted(by: pathPrecedes) }

    /// The studies that have files directly in a folder.
    package func studies(in folder: String) -> Set<UID> { Set(folders[folder]?.studies.keys.map { $0 } ?? []) }

    /// Every folder that holds files of studies, with those studies.
    package var studiesByFolder: [String: Set<UID>] {
        folders.compactMapValues { $0.studies.isEmpty ? nil : Set($0.studies.keys) }
    }

    private struct Waiting {
        var firstSeen: Timestamp
        var lastChange: Timestamp
        var hasUnsettledNeighbour: Bool

        func isAtRest(now: Timestamp, quietSeconds: Int64) -> Bool {
            !hasUnsettledNeighbour && now >= lastChange.advanced(bySeconds: quietSeconds)
        }
    }

    /// What an open study waits for.
    private func waiting(_ uid: UID) -> Waiting {
        let disturbedAt = disturbed[uid]
        var study = Waiting(
            firstSeen: Timestamp(millisecondsSince1970: .max / 2),
            lastChange: Timestamp(millisecondsSince1970: .min / 2), hasUnsettledNeighbour: false)
        for path in pathsOf[uid] ?? [] {
            guard let file = files[path] else { continue }
            // Files of an earlier taking say where the study lies, but not since when it waits.
            if !file.isTaken { study.firstSeen = min(study.firstSeen, file.firstSeen) }
            study.lastChange = max(study.lastChange, file.changed)
            // A file still coming in is waited for where it lies in a study's own folder; in one that several studies
            // share it may be anybody's, and a busy node would keep all of them waiting.
            guard !study.hasUnsettledNeighbour, let folder = folders[RelativePath.folder(of: path)] else { continue }
            study.hasUnsettledNeighbour = folder.unsettled > 0 && folder.studies.count == 1
        }
        if let disturbedAt {
            study.lastChange = max(study.lastChange, disturbedAt)
            if open[uid] == nil { study.firstSeen = disturbedAt }
        }
        return study
    }

    /// Enters a file, or takes it out, with everything that is counted of it.
    private mutating func set(_ path: String, _ file: File?) {
        if let known = files[path] { count(known, at: path, -1) }
        files[path] = file
        if let file { count(file, at: path, 1) }
    }

    private mutating func count(_ file: File, at path: String, _ one: Int) {
        let name = RelativePath.folder(of: path)
        var folder = folders[name] ?? Folder()
        if !file.isSettled {
            unsettledFiles += one
            folder.unsettled += one
        }
        if !file.isTaken { untakenFiles += one }
        if let uid = file.study {
            folder.studies[uid] = (folder.studies[uid] ?? 0) + one
            if folder.studies[uid] == 0 { folder.studies[uid] = nil }
            if one > 0 { pathsOf[uid, default: []].insert(path) } else { pathsOf[uid]?.remove(path) }
            if pathsOf[uid]?.isEmpty == true { pathsOf[uid] = nil }
            if !file.isTaken {
                open[uid] = (open[uid] ?? 0) + one
                if open[uid] == 0 { open[uid] = nil }
            }
        }
        folders[name] = folder.studies.isEmpty && folder.unsettled == 0 ? nil : folder
    }
}
