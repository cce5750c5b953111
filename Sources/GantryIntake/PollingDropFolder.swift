import GantryCore
import Glibc
import Synchronization

/// The drop folder on the file system: looks where inotify tells of a change, at folders of which it does not tell by
/// their mark, and now and then at everything.
///
/// The first look is at everything, and so is the next one after changes were lost, after a fault, and after a minute
/// or twenty times as long as the last such look took, whichever is longer: so everything is found in the end, also a
/// file that is rewritten in place on a network share. All other looks cost what has changed.
///
/// A file is settled when its size, modification time and inode were the same at the look before, and have been for
/// `settleSeconds` since the look that first saw them so: an early wake does not shorten that.
public final class PollingDropFolder: DropFolder {
    private struct State {
        var tree: FolderTree
        /// Files that were not told as settled yet, and since when they are as they are.
        var unsettled: [String: Double] = [:]
        var nextWholeLookSeconds = -Double.infinity
        var lastLookSeconds = -Double.infinity
    }

    private let settleSeconds: Double
    private let coalesceSeconds: Double
    private let now: @Sendable () -> Double
    private let changes: FolderChanges
    private let wakeReader: Int32
    private let wakeWriter: Int32
    private let state: Mutex<State>

    /// The folder at `path`.
    ///
    /// `coalesceSeconds`: a change does not end a wait sooner than this after a look, so that a long transfer does not
    /// make one look follow the other. `mostWatches`: folders beyond it are polled alone, as are those for which the
    /// system has no watch left. `now` counts seconds from any beginning and never goes back.
    ///
    /// **Throws** `.unreadable` where no pipe can be made to be woken by.
    public init(
        path: String, settleSeconds: Double = 10, coalesceSeconds: Double = 1, mostWatches: Int = .max,
        now: @escaping @Sendable () -> Double = PollingDropFolder.uptimeSeconds
    ) throws(DropFolderFault) {
        self.settleSeconds = settleSeconds
        self.coalesceSeconds = coalesceSeconds
        self.now = now
        changes = FolderChanges(root: path, mostWatches: mostWatches)
        state = Mutex(State(tree: FolderTree(path, shown: path, changes: changes)))
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

    /// Number of paths that every look looks at: folders of which inotify does not tell, and what was unreadable.
    package var polledPaths: Int { state.withLock { $0.tree.polledPaths } }

    /// Number of folders that were listed, by all looks together.
    package var listings: Int { state.withLock { $0.tree.listings } }

    /// Looks once. **Throws** `.unreadable` where the folder itself cannot be listed; what was seen before stays known.
    public func look() throws(DropFolderFault) -> DropFolderView {
        try state.withLock { state throws(DropFolderFault) in
            let start = now()
            let due = state.nextWholeLookSeconds
            // Taken before looking: what changes during the look is told again.
            let told = changes.take()
            // What was told is lost where the look fails.
            state.nextWholeLookSeconds = -.infinity
            let paths = start >= due ? nil : told?.union(state.unsettled.keys)
            let found = try state.tree.look(at: paths)
            let moment = now()
            state.nextWholeLookSeconds = paths == nil ? moment + max(60, 20 * (moment - start)) : due
            state.lastLookSeconds = moment
            return settle(found, in: &state, moment)
        }
    }

    private func settle(_ found: FolderTree.Changes, in state: inout State, _ moment: Double) -> DropFolderView {
        var view = DropFolderView(settled: [], unsettled: found.files, outcomes: found.outcomes, gone: found.gone)
        let changed = Set(found.files + found.gone)
        var unsettled = Dictionary(uniqueKeysWithValues: found.files.map { ($0, moment) })
        for (path, since) in state.unsettled where !changed.contains(path) {
            if moment - since < settleSeconds {
                unsettled[path] = since
                view.unsettled.append(path)
            } else {
                view.settled.append(path)
            }
        }
        state.unsettled = unsettled
        view.settled.sort(by: pathPrecedes)
        view.unsettled.sort(by: pathPrecedes)
        return view
    }

    /// Waits until something may have changed in the folder, `seconds` have passed or `wake` was called; returns at
    /// once when a change is already known.
    public func wait(seconds: Double) {
        let start = now()
        let lastLook = state.withLock { $0.lastLookSeconds }
        let quiet = min(seconds, max(0, lastLook + coalesceSeconds - start))
        if poll(changes: false, seconds: quiet) { return }
        _ = poll(changes: true, seconds: max(0, seconds - quiet))
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
