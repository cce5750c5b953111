import Foundation
import Testing

extension EndToEnd {
    /// The process itself: its children, its threads, its end, what reaches the disk.
    @Suite struct `The process` {
        @Test func `a watch goes on after its executable was replaced by another`() throws {
            try RunFolder.use { folder in
                let installed = folder.url.appending(path: "bin/gantry")
                try FileManager.default.createDirectory(
                    at: folder.url.appending(path: "bin"), withIntermediateDirectories: true)
                try FileManager.default.copyItem(atPath: Executable.path, toPath: installed.path)
                try SmallStudies.copy(1, to: folder.input)
                let watch =
                    ["watch", folder.input.path] + folder.options() + ["--settle", "1", "--study-quiet", "0", "--json"]
                let process = try RunningProcess(installed.path, watch, watching: .output)
                #expect(process.waits(for: "\"end\":\"judged\""))
                // An upgrade: a new file takes the old one's name, and knows nothing of this version's children.
                let other = folder.url.appending(path: "bin/new")
                try Data("#!/bin/sh\nexit 1\n".utf8).write(to: other)
                #expect(chmod(other.path, 0o755) == 0 && rename(other.path, installed.path) == 0)
                try SmallStudies.copy(2, to: folder.url)
                try FileManager.default.copyItem(
                    at: folder.url.appending(path: "b"), to: folder.input.appending(path: "b"))
                #expect(process.waits(for: "\"end\":", times: 2))
                process.send(SIGTERM)
                let end = try process.finish()
                #expect(try end.lines(of: "study-end").map { $0["end"].text } == ["judged", "judged"])
                #expect(end.status == 143, "\(end.description)")
            }
        }

        @Test func `no thread is left when the exit handlers run`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let (end, lines) = try Witness.run(folder.ingest() + ["--jobs", "2"])
                #expect(end.status == 0, "\(end.description)")
                // What starts children is plain C, waits, and holds nothing: it ends with the process
                // (CSandbox/spawn.c).
                let threads = lines.filter { $0.hasPrefix("thread ") }.sorted()
                #expect(threads == ["thread gantry", "thread spawner"])
            }
        }

        @Test func `a stop ends a run whose reader stands still, and the study is handed back`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                // Without asking while it waits, the run would wait for a day.
                let process = try Executable.start(folder.ingest() + ["--limit", "seconds-per-file=86400"])
                #expect(!Self.stopChildren(of: process.identifier).isEmpty)
                process.send(SIGTERM)
                let end = try process.finish()
                #expect(end.status == 143, "\(end.description)")
                #expect(try folder.status().allSatisfy { $0["state"].text == "queued" })
            }
        }

        @Test(arguments: [(SIGINT, Int32(130)), (SIGTERM, Int32(143))])
        func `an extract that is stopped leaves nothing of the array in the making, and can be repeated`(
            signal: Int32, status: Int32
        ) throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let extract = ["extract", folder.input.path, "--output", folder.output.path]
                let process = try Executable.start(extract + ["--limit", "seconds-per-file=86400"])
                // The first reader has the headers; the second one has the slices, and what it gives is being written.
                let first = Self.stopChildren(of: process.identifier)
                try #require(!first.isEmpty)
                for child in first { kill(child, SIGCONT) }
                let second = Self.stopChildren(of: process.identifier, but: first)
                try #require(!second.isEmpty)
                #expect(folder.output.everythingBelow.contains { $0.hasSuffix(".partial") })
                process.send(signal)
                let end = try process.finish()
                #expect(end.status == status && end.output.isEmpty, "\(end.description)")
                #expect(end.errors.contains("stopping; what is not complete is not written"), "\(end.errors)")
                #expect(folder.output.everythingBelow.isEmpty, "\(folder.output.everythingBelow)")
                for child in second { Self.waitForEnd(of: child) }

                let again = try Executable.run(extract)
                #expect(again.status == 0, "\(again.description)")
                let files = folder.output.everythingBelow.map { URL(filePath: $0).pathExtension }
                #expect(files.sorted() == ["json", "npy"])
            }
        }

        @Test func `an inspect that is stopped ends at once, with its reader, and leaves a clean line`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let process = try Executable.start(
                    ["inspect", folder.input.path, "--limit", "seconds-per-file=86400"], watching: .terminal)
                let children = Self.stopChildren(of: process.identifier)
                try #require(!children.isEmpty)
                #expect(process.waits(for: "reading headers"))
                process.send(SIGINT)
                let end = try process.finish()
                #expect(end.status == 130, "\(end.description)")
                #expect(end.output.hasSuffix("\r\u{1B}[2K") && !end.output.contains("Study"), "\(end.output)")
                for child in children { Self.waitForEnd(of: child) }
            }
        }

        @Test func `more studies at once than cores are refused with a note, and all are judged`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(2, to: folder.input)
                let end = try Executable.run(folder.ingest() + ["--jobs", "64"])
                #expect(end.status == 0, "\(end.description)")
                let cores = ProcessInfo.processInfo.activeProcessorCount
                guard cores < 64 else { return }
                let counted = cores == 1 ? "1 core" : "\(cores) cores"
                #expect(
                    end.errors.contains(
                        "Note: 64 studies at once were asked for, but the process may use \(counted): \(cores) at once."
                    ))
            }
        }

        @Test func `every file of a bundle is on the disk, and the folders that name them, before a command ends`()
            throws
        {
            try RunFolder.use { folder in
                let bundle = folder.url.appending(path: "my-bundle")
                let model = Executable.packageFolder
                    .appending(path: "Tests/GantryWeightImportTests/Golden/bottleneck.pth").path
                let create = try Witness.run([
                    "bundle", "create", bundle.path, "--model", model, "--classes", "negative,covid19,other",
                    "--positive-class", "covid19", "--window", "-600,1500", "--stride", "v1.5", "--input-convention",
                    "torch",
                ])
                #expect(create.end.status == 0, "\(create.end.description)")
                let parent = folder.url.resolvingSymlinksInPath().path
                #expect(create.lines.contains("fsync \(parent)"))
                for file in ["MODEL_CARD.md", "SHA256SUMS", "model.safetensors", "pipeline.yaml"] {
                    #expect(Self.isSynchronised(file, create.lines), "\(file)")
                }
                let key = folder.url.appending(path: "own.pem").path
                let pair = try Witness.run(["bundle", "key", key, folder.url.appending(path: "own.pub.pem").path])
                #expect(pair.end.status == 0, "\(pair.end.description)")
                #expect(pair.lines.filter { $0.hasPrefix("fsync \(parent)/own.p") }.count == 2)
                let sign = try Witness.run(["bundle", "sign", bundle.path, "--key", key])
                #expect(sign.end.status == 0, "\(sign.end.description)")
                #expect(Self.isSynchronised("SHA256SUMS.sig", sign.lines))
                #expect(sign.lines.contains("fsync \(parent)/my-bundle"))
            }
        }

        /// Whether a file of that name was brought to the disk, under the name that it had while it was written.
        private static func isSynchronised(_ name: String, _ lines: [String]) -> Bool {
            lines.contains {
                $0.hasPrefix("fsync ") && URL(filePath: String($0.dropFirst(6))).lastPathComponent.hasPrefix(name + ".")
            }
        }

        /// Stops the first children that the process starts, `but` for these, with SIGSTOP; none where it ends without
        /// any.
        private static func stopChildren(of process: pid_t, but others: Set<pid_t> = []) -> Set<pid_t> {
            while kill(process, 0) == 0 {
                let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/\(process)/task")) ?? []
                let children = tasks.flatMap { task in
                    ((try? String(contentsOfFile: "/proc/\(process)/task/\(task)/children", encoding: .utf8)) ?? "")
                        .split(separator: " ").compactMap { pid_t($0) }
                }
                // One that has not become a reader yet holds up the thread that starts it, were it stopped; and one
                // that has not limited itself yet does not end with its parent.
                .filter { child in
                    let command = try? String(contentsOfFile: "/proc/\(child)/cmdline", encoding: .utf8)
                    let status = try? String(contentsOfFile: "/proc/\(child)/status", encoding: .utf8)
                    return !others.contains(child) && command?.contains("reader-child") ?? false
                        && status?.contains("NoNewPrivs:\t1") ?? false
                }
                if !children.isEmpty { return Set(children.filter { kill($0, SIGSTOP) == 0 }) }
                sched_yield()
            }
            return []
        }

        /// Returns when the process has ended, waited for or not: the suite's time is the limit.
        private static func waitForEnd(of process: pid_t) {
            while let facts = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
                let state = facts.split(separator: ")").last?.first(where: { $0 != " " }), state != "Z", state != "X"
            {
                sched_yield()
            }
        }
    }
}
