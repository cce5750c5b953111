import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Bad input` {
        @Test func `an empty folder ends with 66 and one sentence`() throws {
            try RunFolder.use { folder in
                let end = try Executable.run(folder.ingest(json: false))
                #expect(end.status == 66)
                #expect(end.errors.split(separator: "\n").count == 1, "\(end.description)")
                #expect(end.errors.contains(folder.input.path))
                #expect(end.output.isEmpty, "\(end.output)")
                #expect(!folder.store.exists && !folder.output.exists)
            }
        }

        @Test func `a folder that is not there ends with 66`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                for paths in [[folder.url.path + "/nowhere"], [folder.input.path, folder.url.path + "/nowhere"]] {
                    let end = try Executable.run(["ingest"] + paths + folder.options())
                    #expect(end.status == 66)
                    #expect(end.errors.contains("nowhere"))
                    #expect(!folder.store.exists && !folder.output.exists)
                }
            }
        }

        /// A study's folder with nothing in it that can be read: noise, an empty file, a header cut short.
        private func unreadableStudy(in folder: RunFolder) throws {
            let bad = folder.input.appending(path: "bad")
            try FileManager.default.createDirectory(at: bad, withIntermediateDirectories: true)
            var noise = Data()
            for index in 0..<5000 { noise.append(UInt8(truncatingIfNeeded: index &* index &* 31 >> 3)) }
            try noise.write(to: bad.appending(path: "1.dcm"))
            try Data().write(to: bad.appending(path: "2.dcm"))
            try SmallStudies.copy(1, to: folder.url)
            let whole = try #require(folder.url.appending(path: "a").filesBelow.first)
            try Data(contentsOf: whole).prefix(300).write(to: bad.appending(path: "3.dcm"))
        }

        @Test func `beside an unreadable study the good one is judged, the bad one named, and the code is 8`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                try unreadableStudy(in: folder)
                let end = try Executable.run(folder.ingest())
                #expect(end.status == 8, "\(end.description)")
                #expect(try end.lines(of: "study-end").map { $0["end"].text } == ["judged"])
                let total = try #require(try end.lines(of: "run").first)
                #expect(total["unreadableFolders"].list.compactMap(\.text) == [folder.input.path + "/bad"])
                #expect(total["rejected"].integer == 3)
                #expect(end.errors.contains("/bad: none of 3 files can be read"))
                #expect(try folder.reports().count == 1)
                let table = try Executable.run(folder.ingest(json: false))
                #expect(table.status == 8 && table.output.contains("unreadable"))
            }
        }

        @Test func `where nothing can be read the code is 65`() throws {
            try RunFolder.use { folder in
                try unreadableStudy(in: folder)
                let end = try Executable.run(folder.ingest())
                #expect(end.status == 65, "\(end.description)")
                #expect(end.errors.contains("bad"))
                #expect(try folder.reports().isEmpty)
            }
        }

        @Test func `a study without a series to score fails for good and says why`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                for file in folder.input.filesBelow.dropFirst(5) { try FileManager.default.removeItem(at: file) }
                let end = try Executable.run(folder.ingest())
                #expect(end.status == 65, "\(end.description)")
                let study = try #require(try end.lines(of: "study-end").first)
                #expect(study["end"].text == "failed")
                #expect(study["detail"].text?.contains("5 slices") == true)
                #expect(try folder.status().first?["state"].text == "failed")
            }
        }
    }

    @Suite struct `A wrong set-up ends before any study is touched` {
        private func expect(
            _ status: Int32, saying words: String..., with folder: RunFolder, options: [String]
        ) throws {
            try SmallStudies.copy(1, to: folder.input)
            let end = try Executable.run(["ingest", folder.input.path, "--smallest-free-gb", "0"] + options)
            #expect(end.status == status, "\(end.description)")
            for word in words { #expect(end.errors.contains(word), "\(end.errors)") }
            #expect(end.errors.split(separator: "\n").count == 1, "\(end.errors)")
            #expect(end.output.isEmpty)
            #expect(!folder.store.exists)
            #expect(folder.output.filesBelow.isEmpty)
        }

        @Test func `a missing model is 78`() throws {
            try RunFolder.use { folder in
                let bundle = try BundleCopy.make(in: folder.url, model: false) { $0 }
                try expect(
                    78, saying: "model.safetensors", "absent", with: folder, options: folder.options(bundle: bundle))
            }
        }

        @Test func `a model of another digest is 78 and names both digests`() throws {
            try RunFolder.use { folder in
                let wrong = String(repeating: "0123456789abcdef", count: 4)
                let bundle = try BundleCopy.make(in: folder.url) { text in
                    text.replacing(/sha256: "[0-9a-f]{64}"/, with: "sha256: \"\(wrong)\"")
                }
                try expect(78, saying: wrong, "SHA-256", "found", with: folder, options: folder.options(bundle: bundle))
            }
        }

        @Test func `an unknown key in the pipeline file is 78, with file, line and column`() throws {
            try RunFolder.use { folder in
                var line = 0
                let bundle = try BundleCopy.make(in: folder.url) { text in
                    line = text.components(separatedBy: "\n").count
                    return text + "windowz: 3\n"
                }
                try expect(
                    78, saying: "pipeline.yaml:\(line):1", "windowz", with: folder,
                    options: folder.options(bundle: bundle))
            }
        }

        @Test func `no bundle at all is 78`() throws {
            try RunFolder.use { folder in
                try expect(
                    78, saying: "nowhere", with: folder, options: folder.options(bundle: folder.url.path + "/nowhere"))
            }
        }

        @Test(arguments: ["--output", "--store"])
        func `a path below a regular file is 73`(option: String) throws {
            try RunFolder.use { folder in
                let file = folder.url.appending(path: "file")
                try Data("x".utf8).write(to: file)
                try expect(
                    73, saying: file.path, with: folder, options: folder.options() + [option, file.path + "/below"])
            }
        }

        @Test func `a file that is no store is 78, and stays as it is`() throws {
            try RunFolder.use { folder in
                let file = folder.url.appending(path: "file")
                let text = Data(String(repeating: "This is no store. ", count: 100).utf8)
                try text.write(to: file)
                try expect(
                    78, saying: file.path, "no store", "--store names another", with: folder,
                    options: folder.options() + ["--store", file.path])
                #expect(try Data(contentsOf: file) == text)
            }
        }

        @Test func `a store of a newer schema is 78, for a run and for status`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                #expect(try Executable.run(folder.ingest()).status == 0)
                _ = try Tools.python(
                    """
                    import sqlite3, sys
                    with sqlite3.connect(sys.argv[1]) as store:
                        store.execute("insert into grdb_migrations values ('9999 from the future')")
                    """, [folder.store.path])
                let before = try Data(contentsOf: folder.store)
                for arguments in [folder.ingest(), ["status", "--store", folder.store.path]] {
                    let end = try Executable.run(arguments)
                    #expect(end.status == 78, "\(end.description)")
                    #expect(end.errors.contains("newer"))
                }
                #expect(try Data(contentsOf: folder.store) == before)
            }
        }

        @Test func `a second runner is 75 and names the pid of the first`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(3, to: folder.input)
                let first = try Executable.start(folder.ingest(), watching: .output)
                #expect(first.waits(for: "\"end\":\"judged\""))
                // Held where it is, with studies still to do.
                first.send(SIGSTOP)
                let second = try Executable.run(folder.ingest())
                #expect(second.status == 75, "\(second.description)")
                #expect(second.errors.contains("\(first.identifier)"))
                first.send(SIGCONT)
                #expect(try first.finish().status == 0)
                #expect(try folder.status().allSatisfy { $0["state"].text == "done" && $0["revision"].integer == 1 })
            }
        }

        @Test(arguments: [
            ["ingest"], ["ingest", "x", "--jobs", "0"], ["extract", "x", "--output", "y", "--window", "3"], ["nothing"],
        ])
        func `a wrong command line is 64`(arguments: [String]) throws {
            #expect(try Executable.run(arguments).status == 64)
        }
    }
}
