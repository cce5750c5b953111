import CSandbox
import GantryCore

/// A folder below which regular files are opened without ever leaving it or following a symbolic link.
public struct SafeFolder: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Opens the folder at `path` (see `PathText`), which is trusted: links in it are followed.
    ///
    /// **Throws** `.absent`, `.wrongKind`, `.notPermitted`, `.unsupported` where the kernel has no `openat2`,
    /// `.systemCall`.
    public init(path: String) throws(FileFault) {
        guard !path.utf8.contains(0) else {
            throw FileFault(.absent, subject: path, explanation: "the path has a NUL character in it")
        }
        var number: Int32 = -1
        let opened = csandbox_open_folder(PathText.systemPath(path), &number)
        guard opened.isSuccess else { throw FileFault(opened, subject: path) }
        try self.init(Descriptor(owning: number))
    }

    /// Takes over an open folder.
    ///
    /// **Throws** `.unsupported`.
    public init(_ descriptor: consuming Descriptor) throws(FileFault) {
        let checked = csandbox_check_open_beneath(descriptor.number)
        guard checked.isSuccess else { throw FileFault(checked, subject: "") }
        self.descriptor = descriptor
    }

    /// The open folder's number, to be given to a child.
    public var number: Int32 { descriptor.number }

    /// Names the deepest folder, below this one or itself, that all `files` (see `PathText`) are in: to confine a
    /// process to it. Where it is not there, or behind a link, this folder itself.
    ///
    /// **Throws** `.systemCall`.
    public func common(of files: some Collection<String>) throws(FileFault) -> Descriptor {
        var number: Int32 = -1
        let common = RelativePath.commonFolder(of: files)
        for path in [common.isEmpty ? "." : common, "."] {
            let named = csandbox_name_folder_beneath(descriptor.number, PathText.systemPath(path), &number)
            if named.isSuccess { return Descriptor(owning: number) }
            guard path == "." else { continue }
            throw FileFault(named, subject: path)
        }
        throw FileFault(.systemCall, subject: "", explanation: "the folder cannot be named")
    }

    /// Opens the regular file at `path` (see `PathText`) below the folder, for reading.
    ///
    /// **Throws** `.absent`, `.symbolicLink`, `.outsideFolder` (also for every `..`), `.wrongKind`, `.notPermitted`,
    /// `.systemCall`.
    public func open(_ path: String) throws(FileFault) -> BeneathFile {
        try Self.check(path)
        var file = csandbox_file()
        let opened = csandbox_open_beneath(descriptor.number, PathText.systemPath(path), &file)
        guard opened.isSuccess else { throw FileFault(opened, subject: path) }
        return BeneathFile(
            descriptor: Descriptor(owning: file.descriptor), sizeBytes: file.size_bytes,
            modifiedSeconds: file.modified_seconds, modifiedNanoseconds: file.modified_nanoseconds)
    }

    /// Whether `path` can be opened at all, from its text.
    ///
    /// **Throws** `.outsideFolder` for an empty or absolute path or one with `..`; `.absent` for one with a NUL
    /// character or longer than the kernel takes.
    public static func check(_ path: String) throws(FileFault) {
        let bytes = PathText.bytes(of: path)
        let components = bytes.split(separator: UInt8(ascii: "/"), omittingEmptySubsequences: false)
        guard bytes.first != UInt8(ascii: "/"), !components.contains(where: { Array($0) == Array("..".utf8) }),
            !bytes.isEmpty
        else {
            throw FileFault(.outsideFolder, subject: path, explanation: "the path does not stay below the folder")
        }
        guard !bytes.contains(0) else {
            throw FileFault(.absent, subject: path, explanation: "no file can have this path")
        }
        if let problem = PathText.problemOfLength(path) {
            throw FileFault(.absent, subject: path, explanation: problem)
        }
    }
}

/// An open regular file below a `SafeFolder`.
public struct BeneathFile: ~Copyable, Sendable {
    /// The open file.
    public let descriptor: Descriptor
    /// Size in bytes when it was opened.
    public let sizeBytes: Int64
    /// Modification time when it was opened: whole seconds since 1970.
    public let modifiedSeconds: Int64
    /// The part of a second after `modifiedSeconds`.
    public let modifiedNanoseconds: Int64

    /// A path under which this process can open the very same file again, whatever became of its name.
    public var path: String { "/proc/self/fd/\(descriptor.number)" }
}
