import Foundation

/// A `console` block of a page: commands, and what the page shows below each.
struct ConsoleBlock: CustomStringConvertible, Sendable {
    /// A command as it is typed, its continued lines joined, and the lines shown below it.
    struct Command: Sendable {
        var text: String
        var output: [String] = []
    }

    /// The page's path in the package.
    var page: String
    var commands: [Command] = []

    var description: String { "\(page): \(commands.first?.text ?? "")" }

    /// Those of README.md, of the pages in docs/ and of that of the examples, page by page in order of their names.
    static let all: [ConsoleBlock] = pages.flatMap { page -> [ConsoleBlock] in
        let text = (try? String(contentsOf: Executable.packageFolder.appending(path: page), encoding: .utf8)) ?? ""
        return text.components(separatedBy: "```console\n").dropFirst().map { part in
            var block = ConsoleBlock(page: page)
            var isContinued = false
            for line in part.components(separatedBy: "\n").prefix(while: { $0 != "```" }) {
                block.add(line, isContinued: isContinued)
                isContinued = line.hasSuffix("\\")
            }
            return block
        }
    }

    private static let pages =
        ["README.md", "docs/examples/README.md"]
        + ((try? FileManager.default.contentsOfDirectory(atPath: Executable.packageFolder.path + "/docs")) ?? [])
        .filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }

    private mutating func add(_ line: String, isContinued: Bool) {
        let text = line.hasSuffix("\\") ? String(line.dropLast()) : line
        if line.hasPrefix("$ ") {
            commands.append(Command(text: String(text.dropFirst(2))))
        } else if commands.isEmpty {
            commands.append(Command(text: "", output: [line]))
        } else if isContinued {
            commands[commands.count - 1].text += " " + text.trimmingCharacters(in: .whitespaces)
        } else {
            commands[commands.count - 1].output.append(line)
        }
    }
}
