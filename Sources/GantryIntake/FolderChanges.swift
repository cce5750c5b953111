import GantryCore
import Glibc
import Synchronization

/// Tells what changed in a tree of folders, through inotify, one watch a folder. Where the system has no watch left, or
/// no inotify, it stays silent about some or all folders: whoever relies on it must poll those.
final class FolderChanges: Sendable {
    private struct State {
        var watches: [String: Int32] = [:]
        var folders: [Int32: String] = [:]
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

    /// Number of folders watched.
    var count: Int { state.withLock { $0.watches.count } }

    /// Watches a folder (below the root; the root is empty), or sees to it that the watch is on the folder that is
    /// there now. Returns whether what happens in it from now on is told.
    func watch(_ folder: String) -> Bool {
        guard descriptor >= 0 else { return false }
        return state.withLock { state in
            guard state.watches[folder] != nil || state.watches.count < mostWatches else { return false }
            let mask =
                UInt32(IN_CREATE) | UInt32(IN_CLOSE_WRITE) | UInt32(IN_MODIFY) | UInt32(IN_MOVED_TO)
                | UInt32(IN_MOVED_FROM) | UInt32(IN_DELETE) | UInt32(IN_ATTRIB) | UInt32(IN_ONLYDIR)
            let watch = inotify_add_watch(descriptor, PathText.systemPath(RelativePath.joined(root, folder)), mask)
            if watch >= 0, state.watches[folder] == watch { return true }
            Self.forget(folder, in: &state, descriptor)
            guard watch >= 0 else { return false }
            // A folder has one watch, whatever its path: this one was moved.
            if let other = state.folders[watch] { state.watches[other] = nil }
            state.watches[folder] = watch
            state.folders[watch] = folder
            return true
        }
    }

    /// Watches a folder no more.
    func forget(_ folder: String) {
        state.withLock { Self.forget(folder, in: &$0, descriptor) }
    }

    private static func forget(_ folder: String, in state: inout State, _ descriptor: Int32) {
        guard let watch = state.watches.removeValue(forKey: folder) else { return }
        state.folders[watch] = nil
        // The kernel has removed the watch itself where the folder is gone; the status says no more than that.
        _ = inotify_rm_watch(descriptor, watch)
    }

    /// Takes the paths, below the root, at which something happened; a folder is among them when it was itself changed,
    /// a name beyond ASCII was in it, or its watch has ended. Nil where more happened than the system keeps.
    func take() -> Set<String>? {
        guard descriptor >= 0 else { return [] }
        return state.withLock { state in
            var paths: Set<String>? = []
            withUnsafeTemporaryAllocation(byteCount: 64 * 1024, alignment: 8) { buffer in
                while true {
                    let count = read(descriptor, buffer.baseAddress, buffer.count)
                    if count < 0 && errno == EINTR { continue }
                    guard count > 0 else { return }
                    Self.enter(UnsafeRawBufferPointer(rebasing: buffer[..<count]), of: state.folders, into: &paths)
                }
            }
            return paths
        }
    }

    /// Enters events as inotify(7) lays them out.
    private static func enter(
        _ bytes: UnsafeRawBufferPointer, of folders: [Int32: String], into paths: inout Set<String>?
    ) {
        var position = 0
        let header = MemoryLayout<inotify_event>.size
        while position + header <= bytes.count {
            let event = bytes.loadUnaligned(fromByteOffset: position, as: inotify_event.self)
            let name = bytes[(position + header)...].prefix(Int(event.len)).prefix { $0 != 0 }
            position += header + Int(event.len)
            if event.mask & UInt32(IN_Q_OVERFLOW) != 0 { paths = nil }
            guard let folder = folders[event.wd] else { continue }
            // What a name beyond ASCII is called is told by the others in its folder.
            let isWhole = name.isEmpty || !name.allSatisfy { $0 < 0x80 }
            paths?.insert(isWhole ? folder : RelativePath.joined(folder, PathText.text(ofBytes: name)))
        }
    }
}
