import Foundation
import GantryCore
import GantryIntake
import Testing

struct StudyDirectoryTests {
    @Test func `regular files come sorted by their bytes, whatever the depth`() throws {
        try withFolder { folder in
            for path in ["b/2", "b/10", "a", "B/x", "b.c/1", "d/e/f/g"] { try write(folder, path) }
            let listing = try StudyDirectory(folder).list()
            #expect(listing.files == ["B/x", "a", "b.c/1", "b/10", "b/2", "d/e/f/g"])
            #expect(listing.outcomes.isEmpty)
            #expect(listing.shown == folder)
        }
    }

    @Test func `links are never followed, and everything that is no regular file has an outcome`() throws {
        try withFolder { folder in
            try write(folder, "real/1")
            try FileManager.default.createSymbolicLink(atPath: folder + "/link", withDestinationPath: folder + "/real")
            try FileManager.default.createSymbolicLink(atPath: folder + "/loop", withDestinationPath: folder)
            try FileManager.default.createSymbolicLink(atPath: folder + "/real/file", withDestinationPath: "1")
            #expect(mkfifo(folder + "/pipe", 0o600) == 0)
            let listing = try StudyDirectory(folder).list()
            #expect(listing.files == ["real/1"])
            #expect(listing.outcomes.map(\.file) == ["link", "loop", "pipe", "real/file"])
            #expect(listing.outcomes.map(\.reason) == [.symbolicLink, .symbolicLink, .notRegularFile, .symbolicLink])
        }
    }

    @Test func `hidden files are skipped by name, hidden folders are not entered`() throws {
        try withFolder { folder in
            for path in [".DS_Store", "a/.part", ".snapshot/1", "a/1"] { try write(folder, path) }
            let listing = try StudyDirectory(folder).list()
            #expect(listing.files == ["a/1"])
            #expect(listing.outcomes.map(\.file) == [".DS_Store", ".snapshot/", "a/.part"])
            #expect(listing.outcomes.allSatisfy { $0.disposition == .skipped })
        }
    }

    @Test func `names are bytes: folders and files that are no UTF-8 are entered and listed, each by itself`() throws {
        try withFolder { folder in
            try write(folder, "good")
            let latin = Array("M".utf8) + [0xFC] + Array("ller".utf8)
            make(folder, latin, isFolder: true)
            for name in [[0xFF], [0xFE], Array("é".utf8), Array(#"\xFF"#.utf8)] as [[UInt8]] {
                make(folder, latin + Array("/".utf8) + name)
            }
            let listing = try StudyDirectory(folder).list()
            #expect(listing.outcomes.isEmpty)
            #expect(
                listing.files == [
                    #"M\xFCller/\x5CxFF"#, #"M\xFCller/\xFE"#, #"M\xFCller/\xFF"#, #"M\xFCller/é"#, "good",
                ])
            // The folder itself may be named, too.
            let below = try StudyDirectory(folder + #"/M\xFCller"#).list()
            #expect(below.files.count == 4 && below.root.hasSuffix(#"/M\xFCller"#))
            let one = try StudyDirectory(folder + #"/M\xFCller/\xFE"#).list()
            #expect(one.files == [#"\xFE"#])
        }
    }

    @Test func `names that Unicode takes for the same are two: in one folder, and as folders`() throws {
        try withFolder { folder in
            let (composed, decomposed) = ("\u{FC}", "u\u{308}")
            #expect(composed == decomposed)
            for name in [composed, decomposed] {
                make(folder, Array("\(name).dcm".utf8))
                make(folder, Array("M\(name)ller".utf8), isFolder: true)
                for number in 1...2 { make(folder, Array("M\(name)ller/\(number)".utf8)) }
            }
            let listing = try StudyDirectory(folder).list()
            #expect(Set(listing.files).count == 6 && listing.outcomes.isEmpty, "\(listing.files)")
            let bytes = Set(listing.files.map { PathText.bytes(of: $0) })
            #expect(bytes.count == 6)
            #expect(bytes.contains(Array("M\(decomposed)ller/1".utf8)) && bytes.contains(Array("\(composed).dcm".utf8)))
            // One alone has its own letters.
            #expect(try StudyDirectory(folder + "/" + composed + ".dcm").list().files == [composed + ".dcm"])
        }
    }

    @Test func `paths longer than the system takes are counted, in a few words`() throws {
        try withFolder { folder in
            let name = String(repeating: "n", count: 250)
            var descriptor = open(folder, O_RDONLY | O_DIRECTORY)
            for level in 0..<18 {
                let file = openat(descriptor, "file", O_CREAT | O_WRONLY, 0o600)
                close(file)
                if level == 16 { close(openat(descriptor, String(repeating: "f", count: 200), O_CREAT, 0o600)) }
                #expect(mkdirat(descriptor, name, 0o700) == 0)
                let next = openat(descriptor, name, O_RDONLY | O_DIRECTORY)
                close(descriptor)
                descriptor = next
            }
            close(descriptor)
            // 16 levels have paths of at most 4,015 bytes; `file` goes in there, the long name and the next folder do
            // not.
            let listing = try StudyDirectory(folder).list()
            #expect(listing.files.count == 17)
            #expect(listing.outcomes.count == 2)
            for outcome in listing.outcomes {
                #expect(outcome.reason == .unreadable && outcome.detail.utf8.count < 120)
                #expect(outcome.detail.contains("the system takes at most 4095"))
            }
        }
    }

    @Test func `a folder a thousand levels deep is walked`() throws {
        try withFolder { folder in
            // Shorter than PATH_MAX below the root; made level by level as a transfer would.
            let path = Array(repeating: "d", count: 1000).joined(separator: "/")
            try write(folder, path + "/1")
            #expect(try StudyDirectory(folder).list().files == [path + "/1"])
        }
    }

    @Test func `a single file has its folder as root, also through a link that the person named`() throws {
        try withFolder { folder in
            try write(folder, "a/1")
            try FileManager.default.createSymbolicLink(atPath: folder + "/l", withDestinationPath: folder + "/a/1")
            for named in ["/a/1", "/l"] {
                let listing = try StudyDirectory(folder + named).list()
                #expect(listing.files == ["1"])
                #expect(listing.root.hasSuffix("/a"))
            }
        }
    }

    @Test func `a path that is not there says so`() {
        #expect(throws: DropFolderFault.self) { try StudyDirectory("/nowhere/at/all").list() }
    }
}

/// Gives `body` a folder of its own, removed afterwards.
func withFolder(_ body: (String) throws -> Void) throws {
    let url = FileManager.default.temporaryDirectory.appendingPathComponent("intake-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: url) }
    try body(url.path)
}

/// Writes a small file and the folders it needs.
func write(_ folder: String, _ path: String, _ text: String = "x") throws {
    let url = URL(fileURLWithPath: folder + "/" + path)
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try Data(text.utf8).write(to: url)
}

/// Makes a folder or an empty file whose path below `folder` has these bytes.
func make(_ folder: String, _ bytes: [UInt8], isFolder: Bool = false) {
    let path = (Array((folder + "/").utf8) + bytes + [0]).map { CChar(bitPattern: $0) }
    if isFolder {
        #expect(mkdir(path, 0o700) == 0)
    } else {
        let descriptor = open(path, O_CREAT | O_WRONLY, 0o600)
        #expect(descriptor >= 0)
        close(descriptor)
    }
}
