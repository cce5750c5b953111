import Foundation
import GantryCore
import GantryIntake
import Synchronization
import Testing

/// What looks at a drop folder find, and that they look no further than that takes.
struct DropFolderLookTests {
    private static let nothing = DropFolderView(settled: [], unsettled: [], outcomes: [])

    /// A drop folder in which everything there is was told as settled, and the clock of its looks.
    private struct Settled {
        let path: String
        let folder: PollingDropFolder
        private let clock = Clock()

        private final class Clock: Sendable {
            let seconds = Mutex(0.0)
        }

        init(_ path: String, files: [String], mostWatches: Int = .max) throws {
            self.path = path
            for file in files { try write(path, file) }
            try Self.age(path)
            folder = try PollingDropFolder(path: path, settleSeconds: 0, mostWatches: mostWatches) { [clock] in
                clock.seconds.withLock { $0 }
            }
            #expect(try folder.look().unsettled == files)
            #expect(try folder.look().settled == files)
        }

        /// Dates everything an hour back: a folder that has just changed is listed again, watched or not.
        private static func age(_ path: String) throws {
            let past = Date(timeIntervalSinceNow: -3600)
            for below in [""] + (FileManager.default.subpaths(atPath: path) ?? []) {
                try FileManager.default.setAttributes([.modificationDate: past], ofItemAtPath: path + "/" + below)
            }
        }

        func setTime(_ seconds: Double) { clock.seconds.withLock { $0 = seconds } }
        func remove(_ name: String) throws { try FileManager.default.removeItem(atPath: path + "/" + name) }
        /// Moves what lies at a path below the folder; `..` leads out of it, also where it is not there.
        func move(_ name: String, to other: String) {
            let paths = [name, other].map { (path + "/" + $0 as NSString).standardizingPath }
            #expect(rename(paths[0], paths[1]) == 0)
        }
    }

    private func view(_ unsettled: [String] = [], gone: [String] = []) -> DropFolderView {
        DropFolderView(settled: [], unsettled: unsettled, outcomes: [], gone: gone)
    }

    @Test(arguments: [Int.max, 0])
    func `a name that Unicode takes for another's is told as a file of its own`(mostWatches: Int) throws {
        try withFolder { path in
            let drop = try Settled(path, files: ["a/u\u{308}"], mostWatches: mostWatches)
            try write(path, "a/other")
            make(path, Array("a/\u{FC}".utf8))
            let view = try drop.folder.look()
            #expect(
                Set(view.unsettled.map { PathText.bytes(of: $0) }) == [
                    Array("a/\u{FC}".utf8), Array("a/u\u{308}".utf8), Array("a/other".utf8),
                ])
            #expect(try Set(drop.folder.look().settled) == ["a/\u{FC}", #"a/u\xCC\x88"#, "a/other"])
            #expect(try drop.folder.look() == Self.nothing)
        }
    }

    @Test(arguments: [Int.max, 0])
    func `where nothing changed nothing is listed`(mostWatches: Int) throws {
        try withFolder { path in
            let drop = try Settled(path, files: ["a/1", "a/2", "b/1"], mostWatches: mostWatches)
            let listings = drop.folder.listings
            #expect(listings == 3)
            #expect(drop.folder.polledPaths == (mostWatches == 0 ? 3 : 0))
            #expect(try drop.folder.look() == Self.nothing)
            #expect(drop.folder.listings == listings)
        }
    }

    @Test func `a file that changes, comes or goes is told without listing, a new folder by listing it`() throws {
        try withFolder { path in
            let drop = try Settled(path, files: ["a/1", "a/2", "b/1"])
            let listings = drop.folder.listings
            try write(path, "a/1", "in place")
            #expect(try drop.folder.look() == view(["a/1"]))
            #expect(try drop.folder.look().settled == ["a/1"])
            try write(path, "a/3")
            #expect(try drop.folder.look() == view(["a/3"]))
            try drop.remove("a/2")
            #expect(
                try drop.folder.look()
                    == DropFolderView(settled: ["a/3"], unsettled: [], outcomes: [], gone: ["a/2"]))
            drop.move("a/3", to: "b/3")
            #expect(try drop.folder.look() == view(["b/3"], gone: ["a/3"]))
            #expect(drop.folder.listings == listings)
            try write(path, "c/1")
            #expect(try drop.folder.look().unsettled == ["c/1"])
            #expect(drop.folder.listings == listings + 1)
        }
    }

    @Test func `a folder that is moved in, renamed or moved out is told with what it holds, and goes on being watched`()
        throws
    {
        try withFolder { outside in
            try write(outside, "in/s/1")
            try write(outside, "drop/m/1")
            let drop = try Settled(outside + "/drop", files: ["m/1"])
            drop.move("../in", to: "p")
            #expect(try drop.folder.look() == view(["p/s/1"]))
            _ = try drop.folder.look()
            var last = "p"
            // Before and behind its old name, and to and from another folder.
            for name in ["a", "z", "m/x", "q"] {
                drop.move(last, to: name)
                #expect(try drop.folder.look() == view([name + "/s/1"], gone: [last + "/s/1"]))
                _ = try drop.folder.look()
                try write(drop.path, name + "/s/1", name)
                #expect(try drop.folder.look() == view([name + "/s/1"]))
                _ = try drop.folder.look()
                last = name
            }
            drop.move("q", to: "../out")
            #expect(try drop.folder.look() == view(gone: ["q/s/1"]))
            #expect(drop.folder.watchedFolders == 2)
        }
    }

    @Test func `a folder that is moved while everything is looked at goes on being watched`() throws {
        try withFolder { path in
            let drop = try Settled(path, files: ["a/s/1", "m/t/1"])
            drop.move("a/s", to: "x")
            drop.move("m/t", to: "a/t")
            drop.setTime(60)
            let told = view(["a/t/1", "x/1"], gone: ["a/s/1", "m/t/1"])
            #expect(try drop.folder.look() == told)
            #expect(try drop.folder.look().settled == told.unsettled)
            for file in told.unsettled { try write(path, file, "in place") }
            #expect(try drop.folder.look() == view(told.unsettled))
            #expect(drop.folder.watchedFolders == 5 && drop.folder.polledPaths == 0)
        }
    }

    @Test func `a folder that takes the place of another is told`() throws {
        try withFolder { outside in
            try write(outside, "drop/a/s/1")
            try write(outside, "other/s/2")
            let drop = try Settled(outside + "/drop", files: ["a/s/1"])
            // Under the name and, on some file systems, with the inode of the one before.
            try drop.remove("a")
            try write(drop.path, "a/s/1", "new")
            #expect(try drop.folder.look() == view(["a/s/1"]))
            drop.move("a", to: "../before")
            drop.move("../other", to: "a")
            #expect(try drop.folder.look() == view(["a/s/2"], gone: ["a/s/1"]))
            // The drop folder itself: nothing tells of what is above it.
            drop.move("../drop", to: "../away")
            #expect(throws: DropFolderFault.self) { try drop.folder.look() }
            try write(drop.path, "a/s/3")
            #expect(try drop.folder.look() == view(["a/s/3"], gone: ["a/s/2"]))
            try FileManager.default.moveItem(atPath: drop.path, toPath: outside + "/again")
            try FileManager.default.moveItem(atPath: outside + "/away", toPath: drop.path)
            #expect(try drop.folder.look() == view(["a/s/2"], gone: ["a/s/3"]))
            try write(drop.path, "a/s/2", "watched again")
            #expect(try drop.folder.look() == view(["a/s/2"]))
        }
    }

    @Test func `what happened in a look that failed is told by the next one`() throws {
        try withFolder { outside in
            try write(outside, "drop/a/1")
            let drop = try Settled(outside + "/drop", files: ["a/1"])
            try write(drop.path, "a/1", "in place")
            drop.move("../drop", to: "../away")
            #expect(throws: DropFolderFault.self) { try drop.folder.look() }
            drop.move("../away", to: "../drop")
            #expect(try drop.folder.look() == view(["a/1"]))
        }
    }

    @Test func `a file that becomes a link is gone and has an outcome; a folder that does loses its files`() throws {
        try withFolder { path in
            let drop = try Settled(path, files: ["1", "a/1"])
            for name in ["1", "a"] {
                try drop.remove(name)
                try FileManager.default.createSymbolicLink(atPath: path + "/" + name, withDestinationPath: path)
            }
            let view = try drop.folder.look()
            #expect(view.gone == ["1", "a/1"] && view.outcomes.map(\.file) == ["1", "a"])
            #expect(try drop.folder.look() == Self.nothing)
        }
    }

    @Test func `where more happens than the system keeps, everything is looked at`() throws {
        try withFolder { path in
            let drop = try Settled(path, files: ["a/1", "a/2", "b/1"])
            let listings = drop.folder.listings
            let limit = try String(contentsOfFile: "/proc/sys/fs/inotify/max_queued_events", encoding: .utf8)
            let events = try #require(Int(limit.trimmingCharacters(in: .whitespacesAndNewlines)))
            let files = ["a/1", "a/2"].map { open(path + "/" + $0, O_WRONLY) }
            // Two files in turn: events that are the same one after the other are kept as one.
            for number in 0...events { #expect(pwrite(files[number % 2], "y", 1, 0) == 1) }
            for file in files { close(file) }
            try write(path, "b/2")
            #expect(try drop.folder.look() == view(["a/1", "a/2", "b/2"]))
            #expect(drop.folder.listings == listings + 3)
        }
    }

    @Test func `without watches, what comes and goes is told at the next look, a rewrite when everything is looked at`()
        throws
    {
        try withFolder { path in
            let drop = try Settled(path, files: ["a/1", "a/2", "b/1"], mostWatches: 0)
            let listings = drop.folder.listings
            try write(path, "b/1", "in place")
            drop.setTime(59.9)
            #expect(try drop.folder.look() == Self.nothing)
            try write(path, "a/3")
            try drop.remove("a/2")
            try write(path, "c/d/1")
            #expect(try drop.folder.look() == view(["a/3", "c/d/1"], gone: ["a/2"]))
            // The root, a, c and d, but not b.
            #expect(drop.folder.listings == listings + 4)
            drop.setTime(60)
            #expect(try drop.folder.look().unsettled == ["b/1"])
        }
    }

    @Test func `a folder that has just changed is listed again: within a tick of its clock its mark stays`() throws {
        try withFolder { path in
            let drop = try Settled(path, files: ["a/1"], mostWatches: 0)
            let url = URL(fileURLWithPath: path + "/a")
            let now = Date()
            try FileManager.default.setAttributes([.modificationDate: now], ofItemAtPath: url.path)
            #expect(try drop.folder.look() == Self.nothing)
            try write(path, "a/2")
            try FileManager.default.setAttributes([.modificationDate: now], ofItemAtPath: url.path)
            #expect(try drop.folder.look() == view(["a/2"]))
        }
    }

    @Test func `looking at everything takes a twentieth of the time at most`() throws {
        try withFolder { path in
            try write(path, "1")
            let time = Mutex((seconds: 0.0, ofEachCall: 5.0))
            let folder = try PollingDropFolder(path: path, settleSeconds: 0) {
                time.withLock { time in
                    defer { time.seconds += time.ofEachCall }
                    return time.seconds
                }
            }
            // Begun at 0, ended at 5.
            _ = try folder.look()
            for (seconds, listings) in [(104.9, 1), (105, 2)] {
                time.withLock { $0 = (seconds, 0) }
                _ = try folder.look()
                #expect(folder.listings == listings)
            }
        }
    }

    @Test func `on a file system that is not of this machine, inotify is not relied on`() throws {
        // procfs takes watches and tells nothing.
        let folder = try PollingDropFolder(path: "/proc/sys/fs/inotify", settleSeconds: 0)
        _ = try folder.look()
        #expect(folder.watchedFolders == 1 && folder.polledPaths == 1)
    }

    @Test(.enabled(if: geteuid() != 0, "Root may enter every folder."), arguments: [Int.max, 0], [0, 0o400])
    func `a folder that cannot be listed, or not be entered, is tried again`(mostWatches: Int, mode: mode_t) throws {
        try withFolder { path in
            let drop = try Settled(path, files: ["a/s/1", "b/1"], mostWatches: mostWatches)
            #expect(chmod(path + "/a", mode) == 0)
            drop.setTime(60)
            let view = try drop.folder.look()
            let unreadable = mode == 0 ? "a/" : "a/s"
            #expect(view.gone == ["a/s/1"] && view.outcomes.map(\.file) == [unreadable])
            #expect(try drop.folder.look() == Self.nothing)
            #expect(chmod(path + "/a", 0o700) == 0)
            #expect(try drop.folder.look() == self.view(["a/s/1"], gone: [unreadable]))
        }
    }

    /// Files may be moved, rewritten, replaced and removed in any order: after each few changes the look at what was
    /// told must say what a look at everything would.
    @Test(arguments: [Int.max, 4], 0..<4)
    func `looks tell what a list of everything would`(mostWatches: Int, seed: Int) throws {
        try withFolder { path in
            var random = Congruential(state: UInt64(seed))
            let folder = try PollingDropFolder(path: path, settleSeconds: 0, mostWatches: mostWatches)
            var (marks, known): ([String: String], Set<String>) = ([:], [])
            for step in 0..<200 {
                for _ in 0..<Int.random(in: 0...3, using: &random) { change(path, step: step, using: &random) }
                let view = try folder.look()
                let listing = try StudyDirectory(path).list()
                let now = Dictionary(uniqueKeysWithValues: listing.files.map { ($0, mark(path + "/" + $0)) })
                let unsettled = listing.files.filter { marks[$0] != now[$0] }
                try #require(view.unsettled == unsettled, "step \(step)")
                known.subtract(view.gone)
                known.formUnion(view.settled + view.unsettled + view.outcomes.map(\.file))
                try #require(known == Set(listing.files + listing.outcomes.map(\.file)), "step \(step)")
                marks = now
            }
        }
    }

    private func mark(_ path: String) -> String {
        var status = stat()
        #expect(stat(path, &status) == 0)
        return "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec) \(status.st_ino)"
    }

    /// Changes something somewhere; what cannot be done is not.
    private func change(_ root: String, step: Int, using random: inout Congruential) {
        func path() -> String {
            var path = root
            for _ in 0...Int.random(in: 0...2, using: &random) {
                path += "/" + ["a", "b", "c", ".d"][Int.random(in: 0...3, using: &random)]
            }
            return path
        }
        switch Int.random(in: 0...7, using: &random) {
        case 0: try? FileManager.default.removeItem(atPath: path())
        case 1, 2: rename(path(), path())
        case 3: symlink("a", path())
        case 4: mkdir(path(), 0o700)
        default:
            let path = path()
            mkdir((path as NSString).deletingLastPathComponent, 0o700)
            // Of another length each time: two changes may come within one tick of the clock.
            try? Data(repeating: 0, count: step).write(to: URL(fileURLWithPath: path))
        }
    }
}

/// Numbers that are the same in every run. **Source** Knuth's MMIX.
private struct Congruential: RandomNumberGenerator {
    var state: UInt64

    mutating func next() -> UInt64 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        return state ^ (state >> 32)
    }
}
