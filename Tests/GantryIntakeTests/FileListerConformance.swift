import GantryCore
import GantryIntake
import GantryTestSupport
import Testing

/// What every lister does: run on the fake and on the real one.
@Suite struct FileListerConformance {
    enum Kind: String, CaseIterable {
        case fake
        case real
    }

    /// Hands `body` a lister, and the absolute folder below which it has files at `paths`.
    private func check(
        _ kind: Kind, _ paths: [String], _ body: (_ list: FileLister, _ folder: String) throws -> Void
    ) throws {
        switch kind {
        case .fake:
            var fake = InMemoryFileLister()
            fake.put("/data/in", files: paths)
            try body(fake.list, "/data/in")
        case .real:
            try withFolder { folder in
                for path in paths { try write(folder, path) }
                try body({ path throws(DropFolderFault) in try StudyDirectory(path).list() }, folder)
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `files are sorted by their bytes, whatever the depth`(kind: Kind) throws {
        try check(kind, ["b/2", "b/10", "a", "B/x", "b.c/1", "ä", "d/e/f/g"]) { list, folder in
            let listing = try list(folder)
            #expect(listing.files == ["B/x", "a", "b.c/1", "b/10", "b/2", "d/e/f/g", "ä"])
            #expect(listing.outcomes.isEmpty)
        }
    }

    @Test(arguments: Kind.allCases)
    func `paths lie below an absolute root, and only what is below the named folder is listed`(kind: Kind) throws {
        try check(kind, ["a/1", "a/b/2", "ab/3"]) { list, folder in
            let whole = try list(folder)
            let part = try list(folder + "/a")
            #expect(whole.root.hasPrefix("/"))
            #expect(part.root == whole.root + "/a")
            #expect(part.files == ["1", "b/2"])
        }
    }

    @Test(arguments: Kind.allCases)
    func `a folder is shown as it was named, without slashes at its end`(kind: Kind) throws {
        try check(kind, ["a/1"]) { list, folder in
            let plain = try list(folder + "/a")
            let slashes = try list(folder + "/a//")
            #expect(plain.shown == folder + "/a")
            #expect(slashes == plain)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a single file is listed below its folder`(kind: Kind) throws {
        try check(kind, ["a/1", "a/2"]) { list, folder in
            let whole = try list(folder + "/a")
            let listing = try list(folder + "/a/2")
            #expect(listing.root == whole.root)
            #expect(listing.shown == folder + "/a")
            #expect(listing.files == ["2"] && listing.outcomes.isEmpty)
        }
    }

    @Test(arguments: Kind.allCases)
    func `a folder without files has an empty listing`(kind: Kind) throws {
        try check(kind, []) { list, folder in
            let listing = try list(folder)
            #expect(listing.files.isEmpty && listing.outcomes.isEmpty && listing.shown == folder)
        }
    }

    @Test(arguments: Kind.allCases)
    func `an absent path is unreadable, by the name that the person gave it`(kind: Kind) throws {
        try check(kind, ["a/1"]) { list, folder in
            let fault = try #require(throws: DropFolderFault.self) { try list(folder + "/b") }
            #expect(fault.code == .unreadable && fault.subject == folder + "/b")
            #expect(fault.explanation == "there is no such file or folder")
        }
    }
}
