import Foundation
import Testing

/// Programs of Debian that look at results independently of this project.
enum Tools {
    /// Runs a shell script with positional arguments; returns its output.
    static func shell(_ script: String, _ arguments: String...) throws -> String {
        try output("/bin/sh", ["-euc", script, "sh"] + arguments)
    }

    /// Runs Debian's Python with positional arguments; returns its output.
    static func python(_ script: String, _ arguments: [String]) throws -> String {
        try output("/usr/bin/python3", ["-c", script] + arguments)
    }

    private static func output(_ program: String, _ arguments: [String]) throws -> String {
        let end = try RunningProcess(program, arguments).finish()
        try #require(end.status == 0, "\(program): \(end.description)")
        return end.output
    }

    /// Names, kinds, modes, sizes, times and contents of everything below a folder, as text to be compared.
    static func snapshot(_ folder: URL) throws -> String {
        try shell(
            """
            cd "$1"
            find . -printf '%P %y %m %s %T@\\n' | sort
            find . -type f -print0 | sort -z | xargs -0 -r sha256sum
            """, folder.path)
    }
}
