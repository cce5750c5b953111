import GantryCore
import Glibc
import Synchronization

/// Tells that something changed in a tree of folders, through inotify, one watch a folder. Where the system has no
/// watch left, or no inotify, it stays silent about some or all folders: whoever relies on it must poll as well.
final class FolderChanges: Sendable {
    private struct State {
        var watches: [String: Int32] = [:]
        var isExhausted = false
    }

    /// Becomes readable with a change; -1 where there is no inotify.
    let descriptor: Int32
    private let root: String
    private let mostWatches: Int
    private let state = Mutex(State())

    /// Watches below `root`, at most `mostWatches` folders.
    init(root: String, mostWatches: Int) {
        self.root = root
        self.mostWatches = mostWatches
        descriptor = inotify_init1(Int32(IN_NONBLOCK) | Int32(IN_CLOEXEC))
    }

    deinit { if descriptor >= 0 { close(descriptor) } }

    /// Watches these folders (below the root; the root is empty) and no others any more. Returns whether a watch was
    /// added: what happened in that folder before it was is not told.
    func watch(_ folders: [String]) -> Bool {
        guard descriptor >= 0 else { return false }
        return state.withLock { state in
            let wanted = Set(folders)
            for (folder, watch) in state.watches where !wanted.contains(folder) {
                // The kernel has removed the watch itself where the folder is gone; the status says no more than that.
                _ = inotify_rm_watch(descriptor, watch)
                state.watches[folder] = nil
                state.isExhausted = false
            }
            var isNew = false
            let mask =
                UInt32(IN_CREATE) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_MODIFY) | UInt32(IN_MOVED_TO)
                | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE) | UInt32(IN_ATTRIB) | UInt32(IN_ONLYDIR)
            for folder in folders where state.watches[folder] == nil && !state.isExhausted {
                guard state.watches.count < mostWatches else { break }
                let watch = inotify_add_watch(
                    descriptor, PathText.systemPath(folder.isEmpty ? root : root + "/" + folder), mask)
                if watch >= 0 {
                    state.watches[folder] = watch
                    isNew = true
                } else if errno == ENOSPC || errno == ENOMEM {
                    state.isExhausted = true
                }
            }
            return isNew
        }
    }

    /// Number of folders watched.
    var count: Int { state.withLock { $0.watches.count } }

    /// Takes all that was told so far.
    func drain() {
        guard descriptor >= 0 else { return }
        withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 8) { buffer in
            guard let start = buffer.baseAddress else { return }
            while true {
                let count = read(descriptor, start, buffer.count)
                if count > 0 || (count < 0 && errno == EINTR) { continue }
                return
            }
        }
    }
}
