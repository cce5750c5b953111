import CLinux
import GantryCore
import Glibc

/// A folder that was opened and listed.
struct FolderListing: ~Copyable {
    /// A name in the folder.
    struct Name {
        /// As text (`PathText`).
        var text: String
        /// As the system takes it.
        var bytes: [CChar]
    }

    /// The open folder.
    let descriptor: Int32
    /// The folder's own mark before it was listed; nil where a later change may leave it as it is.
    let mark: FileMark?
    /// Whether inotify tells every change in it.
    let isLocal: Bool
    /// What it holds, in no order.
    let names: [Name]
    /// 0, or the errno at which listing broke off.
    let status: Int32
    private let stream: OpaquePointer

    /// Opens and lists `folder` below that of `root`, the root being empty; a link is not followed. Nil with errno set
    /// where it cannot be opened.
    init?(_ folder: String, below root: Int32) {
        let descriptor = openat(
            root, PathText.systemPath(folder.isEmpty ? "." : folder), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        guard let stream = fdopendir(descriptor) else {
            let status = errno
            close(descriptor)
            errno = status
            return nil
        }
        self.descriptor = descriptor
        self.stream = stream
        mark = Self.mark(of: descriptor)
        isLocal = Self.isLocal(descriptor)
        let (found, status) = Self.names(in: stream)
        names = Self.toldApart(found)
        self.status = status
    }

    deinit { closedir(stream) }

    private static func names(in stream: OpaquePointer) -> ([Name], Int32) {
        var names: [Name] = []
        while true {
            errno = 0
            guard let entry = readdir(stream) else { return (names, errno) }
            guard let offset = MemoryLayout<dirent>.offset(of: \.d_name) else { return (names, EINVAL) }
            // The name ends with a NUL inside the entry, which may be shorter than the type: it is read in place.
            let start = UnsafeRawPointer(entry).advanced(by: offset).assumingMemoryBound(to: CChar.self)
            let bytes = Array(UnsafeBufferPointer(start: start, count: strlen(start) + 1))
            if bytes == [46, 0] || bytes == [46, 46, 0] { continue }
            let text = PathText.text(ofBytes: bytes.dropLast().map { UInt8(bitPattern: $0) })
            names.append(Name(text: text, bytes: bytes))
        }
    }

    /// The names with texts that differ: text is the same where Unicode means the same by it, names are so only where
    /// their bytes are. Of several such names one keeps its letters; of the others they are escaped.
    private static func toldApart(_ names: [Name]) -> [Name] {
        guard Set(names.lazy.map(\.text)).count < names.count else { return names }
        return Dictionary(grouping: names, by: \.text).values.flatMap { alike in
            alike.sorted { first, second in
                first.bytes.count != second.bytes.count
                    ? first.bytes.count < second.bytes.count : first.bytes.lexicographicallyPrecedes(second.bytes)
            }.enumerated().map { place, name in
                var name = name
                if place > 0 { name.text = PathText.text(escaping: name.text) }
                return name
            }
        }
    }

    /// The mark of a folder that has been at rest for longer than any file system's clock takes for a tick (FAT: 2 s):
    /// within a tick it can change without its mark.
    private static func mark(of descriptor: Int32) -> FileMark? {
        var status = stat()
        var time = timespec()
        guard fstat(descriptor, &status) == 0, clock_gettime(CLOCK_REALTIME, &time) == 0 else { return nil }
        return abs(time.tv_sec - status.st_mtim.tv_sec) > 2 ? FileMark(status) : nil
    }

    /// Whether the folder is on a file system of this machine. Others, and those not known here, may change without
    /// inotify hearing of it.
    ///
    /// **Source** `f_type` of statfs(2), the values of Linux's `magic.h` and the file systems' own headers.
    private static func isLocal(_ descriptor: Int32) -> Bool {
        var status = statfs()
        guard fstatfs(descriptor, &status) == 0 else { return false }
        switch UInt32(truncatingIfNeeded: status.f_type) {
        case 0xEF53,  // ext2, ext3, ext4
            0x5846_5342,  // XFS
            0x9123_683E,  // Btrfs
            0x2FC1_2FC1,  // ZFS
            0xF2F5_2010,  // F2FS
            0xCA45_1A4E,  // bcachefs
            0x0102_1994,  // tmpfs
            0x794C_7630,  // overlayfs
            0x7366_746E,  // NTFS (ntfs3)
            0x2011_BAB0,  // exFAT
            0x4D44:  // FAT
            return true
        default: return false
        }
    }
}
