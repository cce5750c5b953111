import Foundation

/// The SHA-256 of every file of a bundle, kept in its `SHA256SUMS` as `sha256sum` writes and checks it.
public struct BundleManifest: Sendable, Hashable {
    /// The file's name in the bundle.
    public static let file = "SHA256SUMS"
    /// The name of the file's signature; neither is listed.
    public static let signatureFile = "SHA256SUMS.sig"

    /// The largest file that is read, and the most files that a bundle may have.
    static let (largestByteCount, mostFiles) = (1 << 20, 1000)

    /// 64 lower-case hexadecimal digits by the file's path below the bundle's folder.
    public private(set) var digests: [String: String]

    /// Of the files that lie in `folder` now. **Throws** `fileUnreadable`, `manifestInvalid` where a name cannot be
    /// listed.
    public init(of folder: String) throws(BundleFault) {
        digests = [:]
        for path in try Self.files(in: folder) { digests[path] = try FileDigest.sha256(of: folder + "/" + path) }
    }

    /// What a bundle's `SHA256SUMS` says. **Throws** `manifestInvalid` naming the first line that is wrong.
    public init(_ text: String, folder: String) throws(BundleFault) {
        digests = [:]
        for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: true).enumerated() {
            // Two spaces, or a space and an asterisk for what was read as binary.
            let digest = String(line.prefix(64))
            let gap = line.dropFirst(64).prefix(2)
            let path = String(line.dropFirst(66))
            guard FileDigest.isDigest(digest), gap == "  " || gap == " *", Self.isListable(path),
                digests.updateValue(digest, forKey: path) == nil, digests.count <= Self.mostFiles
            else {
                throw BundleFault(
                    .manifestInvalid, subject: "\(folder)/\(Self.file)",
                    explanation: "line \(number + 1) is not one that sha256sum writes, or names a file twice")
            }
        }
    }

    /// The lines of `sha256sum`, in the order of the names.
    public var text: String {
        digests.sorted { $0.key < $1.key }.map { "\($0.value)  \($0.key)\n" }.joined()
    }

    /// Reads the bundle's `SHA256SUMS`. **Throws** `notSealed`, `manifestInvalid`, `fileUnreadable`.
    public static func read(_ folder: String) throws(BundleFault) -> BundleManifest {
        try BundleManifest(String(decoding: bytes(of: folder), as: UTF8.self), folder: folder)
    }

    /// The bytes of the bundle's `SHA256SUMS`, which are what is signed.
    static func bytes(of folder: String) throws(BundleFault) -> Data {
        let path = folder + "/" + file
        guard FileManager.default.fileExists(atPath: path) else {
            throw BundleFault(
                .notSealed, subject: path,
                explanation: "the bundle has no list of its files' digests; `gantry bundle seal` writes one")
        }
        return try BundleFile.bytes(of: path, atMost: largestByteCount)
    }

    /// Compares the files in `folder` with the list; `knowing`: digests that need not be computed.
    ///
    /// **Throws** `contentAltered`, one fault naming every file that is altered, missing or not listed.
    public func check(_ folder: String, knowing known: [String: String] = [:]) throws(BundleFault) {
        let files = try Self.files(in: folder)
        var problems: [String] = []
        for path in digests.keys.sorted() where !files.contains(path) { problems.append("\(path) is missing") }
        for path in files {
            guard let listed = digests[path] else {
                problems.append("\(path) is not listed")
                continue
            }
            let found = if let digest = known[path] { digest } else { try FileDigest.sha256(of: folder + "/" + path) }
            if found != listed { problems.append("\(path) is altered") }
        }
        try Self.refuse(problems, folder)
    }

    /// What of the bundle in `folder` is not as it was listed when it was sealed, a sentence; nil where everything is,
    /// and where nothing is listed. Files of more than a mebibyte are taken for what they are listed as: what is scored
    /// with is compared with `pipeline.yaml`.
    public static func difference(in folder: String) -> String? {
        guard FileManager.default.fileExists(atPath: folder + "/" + file) else { return nil }
        do {
            let manifest = try read(folder)
            let large = manifest.digests.filter { path, _ in
                var facts = stat()
                return stat(folder + "/" + path, &facts) == 0 && facts.st_size > largestByteCount
            }
            try manifest.check(folder, knowing: large)
            return nil
        } catch {
            return error.description
        }
    }

    /// Compares bytes that were read of a file with the list.
    func check(_ data: Data, as path: String, in folder: String) throws(BundleFault) {
        guard let listed = digests[path] else { return try Self.refuse(["\(path) is not listed"], folder) }
        if FileDigest.sha256(data) != listed { try Self.refuse(["\(path) is altered"], folder) }
    }

    private static func refuse(_ problems: [String], _ folder: String) throws(BundleFault) {
        guard !problems.isEmpty else { return }
        throw BundleFault(
            .contentAltered, subject: folder,
            explanation: "its files are not those that \(file) lists: \(problems.joined(separator: ", "))")
    }

    /// Paths of the files below `folder`, without the list, its signature and the mark of an unfinished training.
    private static func files(in folder: String) throws(BundleFault) -> [String] {
        var files: [String] = []
        // The bundle's own folder may be named by a link, which is not followed by itself.
        let place = URL(filePath: folder).resolvingSymlinksInPath().path
        guard let entries = FileManager.default.enumerator(atPath: place) else {
            throw BundleFault(.fileUnreadable, subject: folder, explanation: "the folder cannot be read")
        }
        for case let path as String in entries {
            // The mark goes last, when the list of a trained bundle is complete.
            if [file, signatureFile, UnfinishedTraining.file].contains(path) { continue }
            var (own, target) = (stat(), stat())
            guard lstat(folder + "/" + path, &own) == 0, stat(folder + "/" + path, &target) == 0 else {
                throw BundleFault(
                    .fileUnreadable, subject: folder + "/" + path, status: Int(errno),
                    explanation: "cannot be looked at")
            }
            if own.st_mode & S_IFMT == S_IFDIR { continue }
            // What a link to a folder leads to would be looked at by nobody.
            guard target.st_mode & S_IFMT == S_IFREG, isListable(path), files.count < mostFiles else {
                throw BundleFault(
                    .manifestInvalid, subject: folder,
                    explanation:
                        "\(printable(path)) cannot be listed: a bundle has at most \(mostFiles) regular files, whose "
                        + "names have no control characters or backslashes")
            }
            files.append(path)
        }
        return files.sorted()
    }

    /// Whether `path` stays below the bundle and is written by `sha256sum` as it is.
    private static func isListable(_ path: String) -> Bool {
        !path.isEmpty && !path.hasPrefix("/") && path.utf8.count <= 1024
            && !path.split(separator: "/", omittingEmptySubsequences: false).contains { ["", ".", ".."].contains($0) }
            && !path.unicodeScalars.contains { $0 == "\\" || $0.properties.generalCategory == .control }
    }
}
