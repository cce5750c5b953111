import Foundation
import Testing

extension EndToEnd {
    /// What the pages show in `console` blocks: commands that exist, and, where a block reads the sample studies alone,
    /// the output that they have.
    @Suite struct `The pages` {
        /// A `console` block: its commands, and what stands below the last of them.
        struct Block: CustomStringConvertible, Sendable {
            var page: String
            var commands: [String] = []
            var output: [String] = []

            var description: String { "\(page): \(commands.first ?? "")" }

            /// Whether its only command reads the sample studies and writes nothing.
            var isHeld: Bool {
                commands.count == 1 && commands[0].hasPrefix("gantry inspect SampleStudies/")
            }
        }

        private static let pages =
            ["README.md"]
            + ((try? FileManager.default.contentsOfDirectory(atPath: Executable.packageFolder.path + "/docs")) ?? [])
            .filter { $0.hasSuffix(".md") }.sorted().map { "docs/" + $0 }

        static let blocks: [Block] = pages.flatMap { page -> [Block] in
            let text = (try? String(contentsOf: Executable.packageFolder.appending(path: page), encoding: .utf8)) ?? ""
            return text.components(separatedBy: "```console\n").dropFirst().map { part in
                var block = Block(page: page)
                var isContinued = false
                for line in part.components(separatedBy: "\n").prefix(while: { $0 != "```" }) {
                    if line.hasPrefix("$ ") {
                        block.commands.append(String(line.dropFirst(2)))
                        block.output = []
                    } else if isContinued {
                        block.commands[block.commands.count - 1] += " " + line.trimmingCharacters(in: .whitespaces)
                    } else {
                        block.output.append(line)
                    }
                    isContinued = line.hasSuffix("\\") && !block.commands.isEmpty
                    if isContinued { block.commands[block.commands.count - 1].removeLast() }
                }
                return block
            }
        }

        @Test(arguments: blocks) func `show commands and options that there are`(block: Block) throws {
            for command in block.commands {
                let words = command.prefix { $0 != "#" && $0 != "|" && $0 != ">" }.split(separator: " ").map(
                    String.init)
                guard words.first == "gantry" else { continue }
                let isNested = words.count > 2 && ["model", "bundle"].contains(words[1])
                let help = try Executable.run(Array(words.dropFirst().prefix(isNested ? 2 : 1)) + ["--help"])
                #expect(help.status == 0, "\(block): \(help.description)")
                for option in words where option.hasPrefix("--") {
                    let name = option.prefix { $0 != "=" }
                    #expect(help.output.contains(name), "\(block): there is no \(name)")
                }
            }
        }

        @Test func `show what comes of the sample studies`() throws {
            let held = Self.blocks.filter(\.isHeld)
            #expect(held.count >= 2, "why.md and pipeline.md each begin with one")
            try TemporaryFolder.use { folder in
                let shipped = try String(
                    contentsOf: Executable.packageFolder.appending(path: "Pipelines/covid19-chest-ct/pipeline.yaml"),
                    encoding: .utf8)
                for block in held {
                    let parts = block.commands[0].components(separatedBy: "#")
                    var words = parts[0].split(separator: " ").map(String.init)
                    words[2] = Executable.packageFolder.appending(path: words[2]).path
                    if let place = words.firstIndex(of: "my-bundle") {
                        // The remark behind the command says what is otherwise in this bundle.
                        let setting = try #require(parts.dropFirst().first?.trimmingCharacters(in: .whitespaces))
                        let bundle = folder.appending(path: "my-bundle")
                        try FileManager.default.createDirectory(at: bundle, withIntermediateDirectories: true)
                        try shipped.replacing(#/\n  preferred-kernels: .*/#, with: "")
                            .replacing(#/\nseries:.*\n/#, with: "\nseries:\n  \(setting)\n")
                            .write(to: bundle.appending(path: "pipeline.yaml"), atomically: true, encoding: .utf8)
                        words[place] = bundle.path
                    }
                    let end = try Executable.run(Array(words.dropFirst()))
                    #expect(end.status == 0, "\(end.description)")
                    let output = end.output.trimmingCharacters(in: .newlines)
                    #expect(output == block.output.joined(separator: "\n"), "\(block)\n\(end.output)")
                }
            }
        }
    }
}
