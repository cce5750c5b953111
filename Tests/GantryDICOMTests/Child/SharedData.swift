import FoundationEssentials
import GantrySandbox
import Glibc

/// The real and malformed DICOM files beside the repository, where there are any.
enum SharedData {
    /// The folder; nil where it is absent, which is a failure in CI.
    static func folder(_ name: String) throws -> String? {
        let file = URL(filePath: #filePath)
        let repository = file.deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent()
        let path = repository.deletingLastPathComponent().path + "/shared/data/" + name
        if FileManager.default.fileExists(atPath: path) { return path }
        if let ci = getenv("CI"), String(cString: ci) == "true" { throw POSIXFailure(number: ENOENT) }
        print("skipped 1 test: ../shared/data/\(name) is absent")
        return nil
    }

    /// Unpacks `archive` into `folder`.
    static func unpack(_ archive: String, into folder: String) throws {
        let child = try ChildProcess(
            executable: "/bin/tar", arguments: ["-xf", archive, "-C", folder, "--no-same-owner"],
            environment: ["PATH=/usr/bin:/bin"], descriptors: [], standardError: .inherited)
        var status: siginfo_t = siginfo_t()
        guard waitid(P_PID, id_t(child.processID), &status, WEXITED | WNOWAIT) == 0,
            try child.end() == .exited(0)
        else { throw POSIXFailure(number: EIO) }
    }
}
