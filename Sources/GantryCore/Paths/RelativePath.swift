/// Paths below a folder, as text (`PathText`): names with slashes between them. The folder's own is empty.
///
/// Slashes and names are told by their bytes: to Unicode a slash before a combining character is another letter, and
/// two different names may be one.
package enum RelativePath {
    private static let slash = UInt8(ascii: "/")

    /// The folder in which a path lies, without a slash behind it, and its name there.
    package static func split(_ path: String) -> (folder: String, name: String) {
        (folder(of: path), name(of: path))
    }

    /// The folder in which a path lies, without a slash behind it; empty for a name alone.
    package static func folder(of path: String) -> String {
        path.utf8.lastIndex(of: slash).map { String(path[..<$0]) } ?? ""
    }

    /// What is behind a path's last slash.
    package static func name(of path: String) -> String {
        path.utf8.lastIndex(of: slash).map { String(path[path.utf8.index(after: $0)...]) } ?? path
    }

    /// The folder in which the system finds what is at `path`, which need not be below another: `.` for a name alone,
    /// `/` for what is in the root.
    package static func enclosingFolder(of path: String) -> String {
        let folder = folder(of: path)
        guard folder.isEmpty else { return folder }
        return path.utf8.first == slash ? "/" : "."
    }

    /// What is at `path` below `folder`, one of which may be empty.
    package static func joined(_ folder: String, _ path: String) -> String {
        if folder.isEmpty || path.isEmpty { return folder + path }
        return folder.utf8.last == slash ? folder + path : folder + "/" + path
    }

    /// The deepest folder that all `files` are below; empty where that is the one that their paths begin in.
    package static func commonFolder(of files: some Collection<String>) -> String {
        var common: ArraySlice<Substring.UTF8View>?
        for file in files {
            let folder = Substring(file).utf8.split(separator: slash, omittingEmptySubsequences: false).dropLast()
            guard let known = common else {
                common = folder
                continue
            }
            common = known.prefix(zip(known, folder).prefix { $0.elementsEqual($1) }.count)
        }
        return (common ?? []).map { String(Substring($0)) }.joined(separator: "/")
    }
}

/// Order of paths by their bytes: unlike `String`'s own order it tells every two different names apart.
package func pathPrecedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}
