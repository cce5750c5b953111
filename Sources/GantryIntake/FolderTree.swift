import GantryCore
import Glibc

/// Everything below a folder, as it was found when it was last looked at. A look costs what it looks at, and tells what
/// it found otherwise.
struct FolderTree: Sendable {
    /// What is not as it was at the look before.
    struct Changes {
        /// Regular files that are new or have changed, sorted.
        var files: [String] = []
        /// What is new or has changed and is neither read nor entered, sorted.
        var outcomes: [FileOutcome] = []
        /// Paths of files and outcomes that are not there any more, sorted; a file that has become anything else is
        /// among them.
        var gone: [String] = []
    }

    private struct Folder {
        /// Nil where it does not tell whether the folder has changed.
        var mark: FileMark?
        var names: Set<String>
    }

    private struct Identity: Equatable {
        var device: UInt64
        var inode: UInt64
    }

    private let root: String
    private let shown: String
    private let changes: FolderChanges?
    private var identity: Identity?
    /// Folders that were entered; the root is empty.
    private var folders: [String: Folder] = [:]
    /// Files and outcomes.
    private var entries: [String: FolderEntry] = [:]
    /// What is looked at each time: folders of which nobody tells whether they have changed, and what was unreadable.
    private var polled: Set<String> = []
    /// Entries that were set since changes were last told, as they were then.
    private var before: [String: FolderEntry?] = [:]
    /// Folders to be listed by this look, and those that were.
    private var pending: [String] = []
    private var listed: Set<String> = []
    private var isWhole = false

    /// Number of folders that were listed, by all looks together.
    private(set) var listings = 0

    /// Number of paths that are looked at each time.
    var polledPaths: Int { polled.count }

    /// Nothing seen yet of the folder at `root`, absolute or relative, which a fault names `shown`. Folders that are
    /// entered are watched by `changes`.
    init(_ root: String, shown: String, changes: FolderChanges? = nil) {
        self.root = root
        self.shown = shown
        self.changes = changes
    }

    /// Looks at these paths, at the folders that are not watched, and at everything below what is new there; with nil,
    /// and where the root is another folder than before, at everything.
    ///
    /// Links below the root are not followed. Folders are kept in a list, not on the stack, so depth is no matter. The
    /// folder may change while it is looked at: what vanishes between being listed and being looked at is left out.
    /// **Throws** `.unreadable` where the root cannot be listed. What is known then stays known, but what was looked at
    /// may not be all: look at everything again.
    mutating func look(at paths: Set<String>?) throws(DropFolderFault) -> Changes {
        let descriptor = open(PathText.systemPath(root), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
        guard descriptor >= 0 else { throw StudyDirectory.fault(shown, errno) }
        defer { close(descriptor) }
        var status = stat()
        guard fstat(descriptor, &status) == 0 else { throw StudyDirectory.fault(shown, errno) }
        let found = Identity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
        (pending, listed) = ([], [])
        isWhole = paths == nil || found != identity
        if isWhole {
            pending.append("")
        } else {
            for path in paths ?? [] { look(at: path, below: descriptor, isTold: true) }
            for path in polled { look(at: path, below: descriptor, isTold: false) }
        }
        while let folder = pending.popLast() { try list(folder, below: descriptor) }
        identity = found
        return takeChanges()
    }

    /// Looks at one path. A folder is listed when something `isTold` of it, or its mark has changed.
    private mutating func look(at path: String, below root: Int32, isTold: Bool) {
        // What the system does not take as a path is seen from its folder.
        guard PathText.problemOfLength(path) == nil else { return pending.append(RelativePath.folder(of: path)) }
        guard isReachable(path) else { return }
        let entry = FolderEntry(path, at: PathText.systemPath(path.isEmpty ? "." : path), below: root)
        if isTold, case .folder = entry, folders[path] != nil {
            pending.append(path)
        } else {
            enter(entry, at: path)
        }
    }

    /// Whether the folder in which a path lies was entered; it may be gone, or a link, by now.
    private func isReachable(_ path: String) -> Bool {
        path.isEmpty || folders[RelativePath.folder(of: path)] != nil
    }

    /// Lists a folder and enters what it holds.
    private mutating func list(_ folder: String, below root: Int32) throws(DropFolderFault) {
        guard isReachable(folder), folders[folder] == nil || !listed.contains(folder) else { return }
        listed.insert(folder)
        listings += 1
        // Watched before it is listed: what comes afterwards is told.
        let isWatched = changes?.watch(folder) ?? false
        guard let listing = FolderListing(folder, below: root) else {
            let status = errno
            if folder.isEmpty { throw StudyDirectory.fault(shown, status) }
            remove(folder)
            if status != ENOENT { enterUnlistable(folder, names: [], status) }
            return
        }
        if folder.isEmpty, listing.status != 0 { throw StudyDirectory.fault(shown, listing.status) }
        let names = Set(listing.names.lazy.map(\.text))
        for name in folders[folder]?.names ?? [] {
            // Text that Unicode takes for the same may be the name of another file by now.
            if let place = names.firstIndex(of: name), names[place].utf8.elementsEqual(name.utf8) { continue }
            remove(RelativePath.joined(folder, name))
        }
        if listing.status == 0 {
            folders[folder] = Folder(mark: listing.mark, names: names)
            set(nil, at: folder + "/")
            if isWatched, listing.isLocal { polled.remove(folder) } else { polled.insert(folder) }
        } else {
            enterUnlistable(folder, names: names, listing.status)
        }
        for name in listing.names {
            let path = RelativePath.joined(folder, name.text)
            enter(FolderEntry(path, at: name.bytes, below: listing.descriptor), at: path)
        }
    }

    private mutating func enterUnlistable(_ folder: String, names: Set<String>, _ status: Int32) {
        folders[folder] = Folder(mark: nil, names: names)
        set(.outcome(FolderEntry.unlistable(folder, status)), at: folder + "/")
        polled.insert(folder)
    }

    /// Enters what lies at a path; nil where nothing does.
    private mutating func enter(_ entry: FolderEntry?, at path: String) {
        switch entry {
        case nil: return remove(path)
        case .folder(let mark):
            if let known = folders[path] {
                if isWhole || known.mark != mark { pending.append(path) }
                return
            }
            remove(path)
            pending.append(path)
        case .file: replace(path, with: entry, at: path)
        case .outcome(let outcome):
            replace(path, with: entry, at: outcome.file)
            if outcome.reason == .unreadable { polled.insert(path) }
        }
        let (folder, name) = RelativePath.split(path)
        folders[folder]?.names.insert(name)
    }

    private mutating func replace(_ path: String, with entry: FolderEntry?, at key: String) {
        guard entries[key] != entry else { return }
        if entries[key] == nil { remove(path) }
        set(entry, at: key)
    }

    /// Enters that nothing lies at a path, nor below it.
    private mutating func remove(_ path: String) {
        let (folder, name) = RelativePath.split(path)
        folders[folder]?.names.remove(name)
        var paths = [path]
        while let path = paths.popLast() {
            set(nil, at: path)
            set(nil, at: path + "/")
            polled.remove(path)
            changes?.forget(path)
            guard let folder = folders.removeValue(forKey: path) else { continue }
            paths += folder.names.map { RelativePath.joined(path, $0) }
        }
    }

    private mutating func set(_ entry: FolderEntry?, at path: String) {
        let known = entries[path]
        guard known != entry else { return }
        if before.index(forKey: path) == nil { before.updateValue(known, forKey: path) }
        entries[path] = entry
    }

    /// What has changed and was not told yet.
    private mutating func takeChanges() -> Changes {
        var told = Changes()
        for (was, known) in before.map({ ($0.value, $0.key) }) {
            let place = entries.index(forKey: known)
            let (path, entry) = place.map { (entries[$0].key, entries[$0].value) } ?? (known, nil)
            guard entry != was else { continue }
            switch entry {
            case .file: told.files.append(path)
            case .outcome(let outcome): told.outcomes.append(outcome)
            case .folder, nil: break
            }
            if let was, entry == nil || was.isFile && entry?.isFile == false { told.gone.append(path) }
        }
        before = [:]
        told.files.sort(by: pathPrecedes)
        told.outcomes.sort { pathPrecedes($0.file, $1.file) }
        told.gone.sort(by: pathPrecedes)
        return told
    }
}
