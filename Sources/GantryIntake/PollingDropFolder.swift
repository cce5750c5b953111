import GantryCore
import Glibc
import Synchronization

/// The drop folder on the file system: looks by walking, and is woken early by inotify.
///
/// A file is settled when its size, modification time and inode were the same at the look before, and have been for
/// `settleSeconds` since the look that first saw them so: an early wake does not shorten that.
public final class PollingDropFolder: DropFolder {
    private struct Seen {
        var mark: FolderTree.Mark
        var sinceSeconds: Double
        /// It was told as settled.
        var isTold = false
    }

    private struct State {
        var seen: [String: Seen] = [:]
        var outcomes: [String: FileOutcome] = [:]
        var hasMissedChanges = false
        var lastLookSeconds = -Double.infinity
    }

    private let path: String
    private let settleSeconds: Double
    private let coalesceSeconds: Double
    private let now: @Sendable () -> Double
    private let changes: FolderChanges
    private let wakeReader: Int32
    private let wakeWriter: Int32
    private let state = Mutex(State())

    /// The folder at `path`.
    ///
    /// `coalesceSeconds`: a change does not end a wait sooner than this after a look, so that a long transfer does not
    /// make one look follow the other. `mostWatches`: folders beyond it are polled alone. `now` counts seconds from
    /// any beginning and never goes back.
    ///
    /// **Throws** `.unreadable` where no pipe can be made to be woken by.
    public init(
        path: String, settleSeconds: Double = 10, coalesceSeconds: Double = 1, mostWatches: Int = 8192,
        now: @escaping @Sendable () -> Double = PollingDropFolder.uptimeSeconds
    ) throws(DropFolderFault) {
        self.path = path
        self.settleSeconds = settleSeconds
        self.coalesceSeconds = coalesceSeconds
        self.now = now
        changes = FolderChanges(root: path, mostWatches: mostWatches)
        var ends: [Int32] = [-1, -1]
        guard pipe(&ends) == 0 else { throw StudyDirectory.fault(path, errno) }
        for end in ends where fcntl(end, F_SETFD, FD_CLOEXEC) != 0 || fcntl(end, F_SETFL, O_NONBLOCK) != 0 {
            let status = errno
            ends.forEach { close($0) }
            throw StudyDirectory.fault(path, status)
        }
        wakeReader = ends[0]
        wakeWriter = ends[1]
    }

    deinit {
        close(wakeReader)
        close(wakeWriter)
    }

    /// Seconds since the machine started, sleep included.
    public static let uptimeSeconds: @Sendable () -> Double = {
        var time = timespec()
        clock_gettime(CLOCK_BOOTTIME, &time)
        return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
    }

    /// Number of folders that inotify watches.
    package var watchedFolders: Int { changes.count }

    /// Looks once. **Throws** `.unreadable` where the folder itself cannot be listed; what was seen before stays known.
    public func look() throws(DropFolderFault) -> DropFolderView {
        // Drained before walking: what changes during the walk is told again.
        changes.drain()
        let tree = try FolderTree.walk(path, named: path)
        let isNew = changes.watch(tree.folders)
        let moment = now()
        return state.withLock { state in
            // Between the listing of a folder and its watch a file may have come: look again soon.
            state.hasMissedChanges = isNew
            state.lastLookSeconds = moment
            var (seen, before) = (state.seen, state.outcomes)
            state.outcomes = Dictionary(
                tree.outcomes.map { ($0.file, $0) }, uniquingKeysWith: { first, _ in first })
            var view = DropFolderView(
                settled: [], unsettled: [], outcomes: tree.outcomes.filter { before[$0.file] != $0 })
            state.seen = [:]
            state.seen.reserveCapacity(tree.files.count)
            for file in tree.files {
                guard var known = seen.removeValue(forKey: file.path), known.mark == file.mark else {
                    state.seen[file.path] = Seen(mark: file.mark, sinceSeconds: moment)
                    view.unsettled.append(file.path)
                    continue
                }
                if moment - known.sinceSeconds < settleSeconds {
                    view.unsettled.append(file.path)
                } else if !known.isTold {
                    known.isTold = true
                    view.settled.append(file.path)
                }
                state.seen[file.path] = known
            }
            for outcome in tree.outcomes { before[outcome.file] = nil }
            // A file that has become a link, or the other way round, is both gone and there: it is told as what it is.
            view.gone = (Array(seen.keys) + before.keys).filter { state.seen[$0] == nil }.sorted(by: precedes)
            return view
        }
    }

    /// Waits until something may have changed in the folder, `seconds` have passed or `wake` was called; returns at
    /// once when a change is already known.
    public func wait(seconds: Double) {
        let start = now()
        let (isKnown, lastLook) = state.withLock { state in
            defer { state.hasMissedChanges = false }
            return (state.hasMissedChanges, state.lastLookSeconds)
        }
        let quiet = min(seconds, max(0, lastLook + coalesceSeconds - start))
        if poll(changes: false, seconds: quiet) { return }
        let rest = isKnown ? 0 : seconds - quiet
        _ = poll(changes: true, seconds: max(0, rest))
    }

    /// Ends a `wait` from another thread, or the next one.
    public func wake() {
        var byte: UInt8 = 1
        // A full pipe means that a wake is already under way.
        _ = write(wakeWriter, &byte, 1)
    }

    /// Waits for a wake, and with `changes` for a change too. Returns whether it was woken.
    private func poll(changes withChanges: Bool, seconds: Double) -> Bool {
        var descriptors = [pollfd(fd: wakeReader, events: Int16(POLLIN), revents: 0)]
        if withChanges, changes.descriptor >= 0 {
            descriptors.append(pollfd(fd: changes.descriptor, events: Int16(POLLIN), revents: 0))
        }
        let end = now() + seconds
        while true {
            let milliseconds = Int32(min(max(0, ((end - now()) * 1000).rounded(.up)), 86_400_000))
            let count = Glibc.poll(&descriptors, nfds_t(descriptors.count), milliseconds)
            if count < 0 && errno == EINTR { continue }
            guard count > 0, descriptors[0].revents != 0 else { return false }
            var bytes = [UInt8](repeating: 0, count: 64)
            while read(wakeReader, &bytes, bytes.count) > 0 {}
            return true
        }
    }
}
