import Foundation
import Testing

extension EndToEnd {
    /// A bundle whose training has not ended.
    @Suite struct `Unfinished trainings` {
        /// Commands that take no bundle's folder, and the one that goes on with the training.
        private static let takingNone: Set = [
            "status", "export", "report", "reaggregate", "phantom", "model convert", "bundle key", "train",
        ]

        /// Commands that take one, with their arguments.
        private static func taking(_ bundle: String, in folder: URL) -> [String: [String]] {
            func path(_ name: String) -> String { folder.appending(path: name).path }
            let run = ["--pipeline", bundle, "--store", path("store"), "--output", path("reports")]
            return [
                "ingest": [path("input")] + run, "watch": [path("input"), "--once"] + run,
                "inspect": [path("input"), "--pipeline", bundle],
                "explain": [bundle, "--study", path("input"), "--output", path("maps")],
                "extract": [path("input"), "--pipeline", bundle, "--output", path("arrays")],
                "model inspect": [bundle],
                "model run": [bundle, "--input", path("x.npy"), "--output", path("y.npy")],
                "model predict": [bundle, path("a.png")],
                "model quantize": [path("input"), "--pipeline", bundle],
                "model diff": [bundle, ImageBundle.weights],
                "model calibrate": [bundle, "--images", path("input")],
                "model profile": [bundle, "--images", path("input")],
                "model repeatability": [bundle, "--studies", path("input")],
                "evaluate": ["--bundle", bundle, "--images", path("input")],
                "bundle create": Array(ImageBundle.create(bundle).dropFirst(2)) + ["--force"],
                "bundle verify": [bundle], "bundle seal": [bundle],
                "bundle sign": [bundle, "--key", path("own.pem")],
            ]
        }

        /// The commands that `--help` shows, those of a group with its name in front.
        private static func commands(below group: [String] = []) throws -> [String] {
            let help = try Executable.run(group + ["--help"]).output
                .split(separator: "\n", omittingEmptySubsequences: false)
            let listed = help.drop { !$0.hasPrefix("SUBCOMMANDS") }.dropFirst()
            // A blank line ends the list; what goes on in a second line is moved in further.
            let names = listed.prefix { !$0.isEmpty }.filter { !$0.hasPrefix("   ") }.compactMap {
                $0.split(separator: " ").first.map(String.init)
            }
            if names.isEmpty { return [group.joined(separator: " ")] }
            return try names.filter { $0 != "help" }.flatMap { try commands(below: group + [$0]) }
        }

        @Test func `are refused by every command that takes a bundle`() throws {
            try TemporaryFolder.use { folder in
                let bundle = try ImageBundle.make(in: folder)
                try FileManager.default.createDirectory(
                    at: folder.appending(path: "input"), withIntermediateDirectories: true)
                let pem = folder.appending(path: "own.pem").path
                try #require(try Executable.run(["bundle", "key", pem, pem + ".pub"]).status == 0)
                try Data("to go on".utf8).write(to: URL(filePath: bundle).appending(path: "TRAINING"))
                let before = folder.everythingBelow

                let taking = Self.taking(bundle, in: folder)
                let commands = try Self.commands()
                #expect(commands.count > 20, "is the help written otherwise?")
                #expect(Set(commands).subtracting(taking.keys).isSubset(of: Self.takingNone))
                #expect(Set(taking.keys).isSubset(of: commands))
                for (command, arguments) in taking {
                    let end = try Executable.run(command.split(separator: " ").map(String.init) + arguments)
                    #expect(end.status == 78 && end.output.isEmpty, "\(command): \(end.description)")
                    #expect(
                        end.errors.contains("its training is not finished: `gantry train --resume \(bundle)` goes on"),
                        "\(command): \(end.description)")
                }
                #expect(folder.everythingBelow == before)
            }
        }
    }
}
