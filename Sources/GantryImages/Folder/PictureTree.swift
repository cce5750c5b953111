import GantryCore
import Glibc

/// The files below a folder, links followed: pictures by the ends of their names, and the others.
struct PictureTree {
    /// Paths of pictures (`PathText`), in the order of their bytes.
    private(set) var pictures: [String] = []
    /// Paths of the other files.
    private(set) var others: [String] = []

    /// Folders within folders, at most.
    private static let deepest = 64

    private let root: String

    /// Everything at or below `folder`, a path below `root`; paths are told from `root` on.
    ///
    /// **Throws** `.unreadable` where a folder cannot be listed, or leads back to itself.
    init(_ folder: String, below root: String) throws(ImageFault) {
        self.root = root
        try add(folder, inside: [])
        pictures.sort(by: pathPrecedes)
        others.sort(by: pathPrecedes)
    }

    private mutating func add(_ folder: String, inside: [FileIdentity]) throws(ImageFault) {
        let listing = try FolderNames(RelativePath.joined(root, folder))
        guard !inside.contains(listing.identity), inside.count < Self.deepest else {
            throw ImageFault(
                .unreadable, subject: RelativePath.joined(root, folder),
                explanation: "a symbolic link leads back to a folder that it is in, or folders are too deep")
        }
        for entry in listing.entries {
            let path = RelativePath.joined(folder, entry.name)
            switch entry.kind {
            case .folder: try add(path, inside: inside + [listing.identity])
            // A link that leads nowhere is a picture that cannot be read, which is told.
            case .file, .nothing: if Self.isPicture(entry.name) { pictures.append(path) } else { others.append(path) }
            case .other: others.append(path)
            }
        }
    }

    /// Whether a name ends as a picture's, in any case.
    static func isPicture(_ name: String) -> Bool {
        let name = name.lowercased()
        return [".png", ".jpg", ".jpeg"].contains { name.hasSuffix($0) }
    }
}

/// What tells a folder from every other.
struct FileIdentity: Equatable {
    let device: UInt64
    let inode: UInt64
}

/// The names in one folder that do not begin with a dot, in the order of their bytes.
struct FolderNames {
    /// What a name leads to, links followed.
    enum Kind {
        case file
        case folder
        /// A pipe, a socket, a device.
        case other
        /// A link that leads nowhere, or something that may not be looked at.
        case nothing
    }

    /// A name (`PathText`) and what it leads to.
    struct Entry {
        let name: String
        let kind: Kind
    }

    let entries: [Entry]
    let identity: FileIdentity

    /// Lists the folder at `path`. **Throws** `.unreadable`.
    init(_ path: String) throws(ImageFault) {
        guard let stream = opendir(PathText.systemPath(path.isEmpty ? "." : path)) else {
            let number = errno
            throw ImageFault(
                .unreadable, subject: path, status: Int(number),
                explanation: "the folder cannot be listed: " + String(cString: strerror(number)))
        }
        defer { closedir(stream) }
        var facts = stat()
        _ = fstat(dirfd(stream), &facts)
        identity = FileIdentity(device: UInt64(facts.st_dev), inode: UInt64(facts.st_ino))
        var found: [(name: String, kind: Kind)] = []
        errno = 0
        while let entry = readdir(stream) {
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { break }
            // The name ends inside the entry, which may be shorter than the type: it is read in place.
            let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            let bytes = Array(UnsafeRawBufferPointer(start: start, count: strlen(start)))
            guard bytes.first != UInt8(ascii: ".") else { continue }
            let kind = Self.kind(of: bytes, in: dirfd(stream))
            found.append((PathText.text(ofBytes: bytes), kind))
            errno = 0
        }
        guard errno == 0 else {
            throw ImageFault(
                .unreadable, subject: path, status: Int(errno),
                explanation: "the folder cannot be listed: " + String(cString: strerror(errno)))
        }
        // Names that Unicode takes for one are told apart.
        let counts = Dictionary(found.map { ($0.name, 1) }, uniquingKeysWith: +)
        entries =
            found.map { Entry(name: counts[$0.name] == 1 ? $0.name : PathText.text(escaping: $0.name), kind: $0.kind) }
            .sorted { pathPrecedes($0.name, $1.name) }
    }

    private static func kind(of name: [UInt8], in folder: Int32) -> Kind {
        var facts = stat()
        guard fstatat(folder, name.map { CChar(bitPattern: $0) } + [0], &facts, 0) == 0 else { return .nothing }
        switch facts.st_mode & S_IFMT {
        case S_IFREG: return .file
        case S_IFDIR: return .folder
        default: return .other
        }
    }
}
