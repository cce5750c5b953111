import Foundation
import Testing

extension EndToEnd {
    @Suite struct `On a terminal` {
        /// ECMA-48's SGR sequence with a colour.
        private func hasColour(_ text: String) -> Bool { text.firstMatch(of: /\x{1B}\[[0-9;]+m/) != nil }

        private func ingest(environment: [String: String] = [:]) throws -> ProcessEnd {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                return try Executable.start(
                    folder.ingest(json: false), environment: environment, watching: .terminal
                ).finish()
            }
        }

        @Test func `a bar counts files, slices and studies, and goes away`() throws {
            let end = try ingest()
            #expect(end.status == 0)
            #expect(end.output.firstMatch(of: /reading headers [█░]+ [0-9]+\/48 files/) != nil)
            #expect(end.output.firstMatch(of: /study 1\/3 [█░]+ slice [0-9]+\/16/) != nil)
            #expect(end.output.firstMatch(of: /study 3\/3 [█░]+ slice [0-9]+\/16/) != nil)
            // The last drawing is wiped before the table begins.
            let drawings = end.output.components(separatedBy: "\r\u{1B}[2K")
            #expect(drawings.count > 3)
            #expect(drawings.last?.contains("slices scored") == true)
            #expect(drawings.dropLast().allSatisfy { $0.count < 100 && !$0.contains("\n") })
            #expect(hasColour(end.output))
        }

        @Test func `NO_COLOR takes the colours away, not the bar`() throws {
            let end = try ingest(environment: ["NO_COLOR": "1"])
            #expect(end.status == 0)
            #expect(end.output.firstMatch(of: /study 1\/3 [█░]+ slice [0-9]+\/16/) != nil)
            #expect(!hasColour(end.output))
        }

        @Test func `no bar and no colour where there is no terminal`() throws {
            let run = try SampleRun.made()
            for text in [run.first, run.second, run.statusTable].flatMap({ [$0.output, $0.errors] }) {
                #expect(!text.contains("\u{1B}") && !text.contains("\r") && !text.contains("░"))
            }
        }

        @Test func `a file's name cannot move the cursor`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                try Data("x".utf8).write(to: folder.input.appending(path: "evil\u{1B}[31m\r.txt"))
                let end = try Executable.run(folder.ingest(json: false))
                #expect(end.status == 0 && end.errors.contains("evil"))
                #expect(!end.errors.contains("\u{1B}") && !end.output.contains("\u{1B}"))
            }
        }
    }
}
