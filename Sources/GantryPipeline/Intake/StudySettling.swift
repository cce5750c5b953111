import GantryCore

/// Decides when the studies of a drop folder are complete enough to be taken. Pure: it is told what was seen and when.
package struct StudySettling {
    /// A study to be taken now.
    package struct Due: Sendable, Equatable {
        package var study: UID
        /// It has waited as long as is allowed, and is taken although it has not come to rest.
        package var isForced: Bool

        package init(study: UID, isForced: Bool) {
            self.study = study
            self.isForced = isForced
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

    private let quietSeconds: Int64
    private let forcedAfterSeconds: Int64
    private var files: [String: File] = [:]

    /// A study is taken when none of its files changed for `quietSeconds`, or `forcedAfterSeconds` after its first
    /// new file was seen.
    package init(quietSeconds: Int64, forcedAfterSeconds: Int64) {
        self.quietSeconds = quietSeconds
        self.forcedAfterSeconds = forcedAfterSeconds
    }

    /// Enters what lies in the folder. Returns the files at rest whose headers have to be read, sorted, and those
    /// that are no longer there or no longer as they were.
    package mutating func look(_ view: DropFolderView, now: Timestamp) -> (toScan: [String], stale: [String]) {
        var stale: [String] = []
        for path in view.unsettled {
            let known = files[path]
            if known?.isScanned == true { stale.append(path) }
            // A file that changes after it was taken begins a new wait; one that keeps changing goes on with its own.
            let firstSeen = known.map { $0.isTaken ? now : $0.firstSeen } ?? now
            files[path] = File(firstSeen: firstSeen, changed: now, isSettled: false)
        }
        for path in view.settled {
            files[path, default: File(firstSeen: now, changed: now, isSettled: true)].isSettled = true
        }
        let present = Set(view.settled).union(view.unsettled)
        for path in files.keys where !present.contains(path) {
            stale.append(path)
            files[path] = nil
        }
        return (view.settled.filter { files[$0]?.isScanned == false }, stale)
    }

    /// Enters that a file's header was read: the study it belongs to, or nil.
    package mutating func scanned(_ path: String, study: UID?) {
        files[path]?.isScanned = true
        files[path]?.study = study
        if study == nil { files[path]?.isTaken = true }
    }

    /// Studies to be taken now, by UID. With `once` a study need not be quiet: it is enough that no file is unsettled.
    package func due(now: Timestamp, once: Bool) -> [Due] {
        if once && hasUnsettled { return forced(now) }
        return waiting().compactMap { uid, study in
            if once || study.isAtRest(now: now, quietSeconds: quietSeconds) { return Due(study: uid, isForced: false) }
            return now >= study.firstSeen.advanced(bySeconds: forcedAfterSeconds)
                ? Due(study: uid, isForced: true) : nil
        }.sorted { $0.study < $1.study }
    }

    /// Enters that a study was taken with all its files read so far.
    package mutating func taken(_ uid: UID) {
        for (path, file) in files where file.study == uid && file.isScanned { files[path]?.isTaken = true }
    }

    /// Whether a file is still new or changing.
    package var hasUnsettled: Bool { files.values.contains { !$0.isSettled } }

    /// Whether every file is at rest, read, and taken with its study or of none.
    package var isDone: Bool { files.values.allSatisfy { $0.isSettled && $0.isTaken } }

    /// The next moment at which a study may become due without any change in the folder; nil where there is none.
    package func nextMoment() -> Timestamp? {
        waiting().values.map {
            let quiet = $0.lastChange.advanced(bySeconds: quietSeconds)
            let forced = $0.firstSeen.advanced(bySeconds: forcedAfterSeconds)
            return $0.hasUnsettledNeighbour ? forced : min(quiet, forced)
        }.min()
    }

    private struct Waiting {
        var firstSeen: Timestamp
        var lastChange: Timestamp
        var hasUnsettledNeighbour: Bool

        func isAtRest(now: Timestamp, quietSeconds: Int64) -> Bool {
            !hasUnsettledNeighbour && now >= lastChange.advanced(bySeconds: quietSeconds)
        }
    }

    private func forced(_ now: Timestamp) -> [Due] {
        waiting().filter { now >= $0.value.firstSeen.advanced(bySeconds: forcedAfterSeconds) }
            .map { Due(study: $0.key, isForced: true) }.sorted { $0.study < $1.study }
    }

    /// Studies with a file that was not there when they were last taken.
    private func waiting() -> [UID: Waiting] {
        let unsettledFolders = Set(files.filter { !$0.value.isSettled }.map { parent(of: $0.key) })
        // A file still coming in is waited for where it lies in a study's own folder; in one that several studies
        // share it may be anybody's, and a busy node would keep all of them waiting.
        var studiesOf: [String: Set<UID>] = [:]
        for (path, file) in files { if let uid = file.study { studiesOf[parent(of: path), default: []].insert(uid) } }
        let open = Set(files.values.filter { !$0.isTaken }.compactMap(\.study))
        guard !open.isEmpty else { return [:] }
        var waiting: [UID: Waiting] = [:]
        for (path, file) in files {
            guard let uid = file.study, open.contains(uid) else { continue }
            let folder = parent(of: path)
            let isNear = unsettledFolders.contains(folder) && studiesOf[folder]?.count == 1
            // Files of an earlier taking say where the study lies, but not since when it waits.
            let firstSeen = file.isTaken ? nil : file.firstSeen
            guard var study = waiting[uid] else {
                waiting[uid] = Waiting(
                    firstSeen: firstSeen ?? Timestamp(millisecondsSince1970: .max / 2), lastChange: file.changed,
                    hasUnsettledNeighbour: isNear)
                continue
            }
            if let firstSeen { study.firstSeen = min(study.firstSeen, firstSeen) }
            study.lastChange = max(study.lastChange, file.changed)
            study.hasUnsettledNeighbour = study.hasUnsettledNeighbour || isNear
            waiting[uid] = study
        }
        return waiting
    }
}
