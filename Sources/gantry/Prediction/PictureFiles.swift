import Foundation
import GantryCore

/// The PNG and JPEG files that a person named, or that lie below a folder that was named.
struct PictureFiles {
    /// A file.
    struct File {
        /// Below which folder it is read, absolute.
        var root: String
        /// Its path below that.
        var path: String
        /// What a person is shown.
        var shown: String
    }

    /// The files: in the order of the arguments, those of a folder in the order of their paths.
    private(set) var files: [File] = []
    /// Files of folders whose names are not those of pictures, and which are left out.
    private(set) var others: [File] = []
    /// What cannot be looked at, with the reason: folders that cannot be listed, and whatever is no file.
    private(set) var refused: [String] = []

    /// The ends of names by which a folder's pictures are known, in any case. A file that is named itself may be called
    /// anything.
    static let nameEnds = [".png", ".jpg", ".jpeg"]

    /// Lists `paths`. **Throws** `CommandFault` (66) where one of them is not there.
    init(_ paths: [String]) throws {
        for path in paths {
            let listing = try InputFolder.list(path)
            let isFile = InputFolder.isFile(path)
            for file in listing.files {
                let shown = isFile ? path : listing.shown == "." ? file : RelativePath.joined(listing.shown, file)
                let found = File(root: listing.root, path: file, shown: shown)
                let name = file.lowercased()
                if isFile || Self.nameEnds.contains(where: name.hasSuffix) {
                    files.append(found)
                } else {
                    others.append(found)
                }
            }
            refused += listing.outcomes.filter { isFile || $0.disposition == .rejected }.map {
                "\(isFile ? path : RelativePath.joined(listing.shown, $0.file)): \($0.detail)"
            }
        }
    }

    /// The files in runs of one folder below which they are read, in their order.
    var runs: [Range<Int>] {
        var runs: [Range<Int>] = []
        for index in files.indices {
            if let last = runs.last, files[last.lowerBound].root == files[index].root {
                runs[runs.count - 1] = last.lowerBound..<index + 1
            } else {
                runs.append(index..<index + 1)
            }
        }
        return runs
    }

    /// Whether the file is DICOM, by the four letters behind its preamble.
    ///
    /// **Source**: PS3.10 7.1.
    static func isDICOM(_ file: File) -> Bool {
        let path = PathText.systemPath(RelativePath.joined(file.root, file.path))
        let descriptor = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK)
        guard descriptor >= 0 else { return false }
        defer { close(descriptor) }
        var letters = [UInt8](repeating: 0, count: 4)
        let count = letters.withUnsafeMutableBytes { pread(descriptor, $0.baseAddress, 4, 128) }
        return count == 4 && letters == Array("DICM".utf8)
    }
}
