import Foundation
import GantryCore
import GantryIntake
import GantryTestSupport
import Synchronization
import Testing

/// What every drop folder does: run on the fake and on the real one.
struct DropFolderConformance {
    /// The folder under test, and how files are put into it.
    struct Subject {
        var folder: any DropFolder
        var put: (_ path: String, _ text: String) throws -> Void
        var remove: (_ path: String) throws -> Void
    }

    enum Kind: String, CaseIterable {
        case fake
        case real
    }

    private func check(_ kind: Kind, _ body: (Subject) throws -> Void) throws {
        switch kind {
        case .fake:
            let fake = InMemoryDropFolder()
            try body(Subject(folder: fake, put: fake.put, remove: fake.remove))
        case .real:
            try withFolder { path in
                let real = try PollingDropFolder(path: path, settleSeconds: 0)
                try body(
                    Subject(
                        folder: real, put: { try write(path, $0, $1) },
                        remove: { try FileManager.default.removeItem(atPath: path + "/" + $0) }))
            }
        }
    }

    @Test(arguments: Kind.allCases)
    func `a file settles at the second look at which it is the same`(kind: Kind) throws {
        try check(kind) { subject in
            try subject.put("s/1", "x")
            #expect(try subject.folder.look() == DropFolderView(settled: [], unsettled: ["s/1"], outcomes: []))
            try subject.put("s/1", "xy")
            #expect(try subject.folder.look().unsettled == ["s/1"])
            #expect(try subject.folder.look() == DropFolderView(settled: ["s/1"], unsettled: [], outcomes: []))
            // What is known is not told again.
            #expect(try subject.folder.look() == DropFolderView(settled: [], unsettled: [], outcomes: []))
        }
    }

    @Test(arguments: Kind.allCases)
    func `a settled file that changes is unsettled again`(kind: Kind) throws {
        try check(kind) { subject in
            try subject.put("1", "x")
            _ = try subject.folder.look()
            #expect(try subject.folder.look().settled == ["1"])
            try subject.put("1", "longer")
            #expect(try subject.folder.look() == DropFolderView(settled: [], unsettled: ["1"], outcomes: []))
            #expect(try subject.folder.look() == DropFolderView(settled: ["1"], unsettled: [], outcomes: []))
        }
    }

    @Test(arguments: Kind.allCases)
    func `a file that is gone is told once, and one that comes back begins anew`(kind: Kind) throws {
        try check(kind) { subject in
            try subject.put("1", "x")
            _ = try subject.folder.look()
            _ = try subject.folder.look()
            try subject.remove("1")
            #expect(try subject.folder.look() == DropFolderView(settled: [], unsettled: [], outcomes: [], gone: ["1"]))
            #expect(try subject.folder.look() == DropFolderView(settled: [], unsettled: [], outcomes: []))
            try subject.put("1", "x")
            #expect(try subject.folder.look().unsettled == ["1"])
        }
    }

    @Test(arguments: Kind.allCases)
    func `paths are sorted`(kind: Kind) throws {
        try check(kind) { subject in
            for path in ["b", "a/2", "a/10", "B"] { try subject.put(path, "x") }
            #expect(try subject.folder.look().unsettled == ["B", "a/10", "a/2", "b"])
            #expect(try subject.folder.look().settled == ["B", "a/10", "a/2", "b"])
        }
    }

    @Test(arguments: Kind.allCases)
    func `a wake before the wait is not lost`(kind: Kind) throws {
        try check(kind) { subject in
            _ = try subject.folder.look()
            subject.folder.wake()
            // Were it lost, this would take the day.
            subject.folder.wait(seconds: 86_400)
        }
    }
}

struct PollingDropFolderTests {
    @Test func `an early wake does not shorten settling`() throws {
        try withFolder { path in
            let now = Mutex(0.0)
            let folder = try PollingDropFolder(path: path, settleSeconds: 10) { now.withLock { $0 } }
            try write(path, "1")
            _ = try folder.look()
            now.withLock { $0 = 9.9 }
            #expect(try folder.look().unsettled == ["1"])
            now.withLock { $0 = 10 }
            #expect(try folder.look().settled == ["1"])
        }
    }

    @Test func `what is no file is told once, and once more when it is gone or has become one`() throws {
        try withFolder { path in
            let folder = try PollingDropFolder(path: path, settleSeconds: 0)
            for name in ["a", "b"] {
                try FileManager.default.createSymbolicLink(
                    atPath: path + "/" + name, withDestinationPath: "/nowhere")
            }
            #expect(try folder.look().outcomes.map(\.file) == ["a", "b"])
            #expect(try folder.look() == DropFolderView(settled: [], unsettled: [], outcomes: []))
            for name in ["a", "b"] { try FileManager.default.removeItem(atPath: path + "/" + name) }
            try write(path, "b")
            #expect(try folder.look() == DropFolderView(settled: [], unsettled: ["b"], outcomes: [], gone: ["a"]))
        }
    }

    @Test func `a change ends the wait, also in a folder made after the first look`() throws {
        try withFolder { path in
            let folder = try PollingDropFolder(path: path, settleSeconds: 0, coalesceSeconds: 0)
            _ = try folder.look()
            try write(path, "new/1")
            folder.wait(seconds: 86_400)
            _ = try folder.look()
            _ = try folder.look()
            folder.wait(seconds: 0)
            try write(path, "new/2")
            folder.wait(seconds: 86_400)
            #expect(try folder.look().unsettled == ["new/2"])
        }
    }

    @Test func `without watches left it polls`() throws {
        try withFolder { path in
            let folder = try PollingDropFolder(path: path, settleSeconds: 0, mostWatches: 0)
            try write(path, "1")
            #expect(try folder.look().unsettled == ["1"])
            #expect(folder.watchedFolders == 0)
            folder.wait(seconds: 0)
            #expect(try folder.look().settled == ["1"])
        }
    }

    @Test func `every folder is watched, and no longer when it is gone`() throws {
        try withFolder { path in
            let folder = try PollingDropFolder(path: path, settleSeconds: 0)
            try write(path, "a/b/1")
            _ = try folder.look()
            #expect(folder.watchedFolders == 3)
            try FileManager.default.removeItem(atPath: path + "/a")
            _ = try folder.look()
            #expect(folder.watchedFolders == 1)
        }
    }

    @Test func `a folder that is gone is a fault, and no longer when it is back`() throws {
        try withFolder { path in
            let drop = path + "/drop"
            let folder = try PollingDropFolder(path: drop, settleSeconds: 0)
            #expect(throws: DropFolderFault.self) { try folder.look() }
            try write(path, "drop/1")
            #expect(try folder.look().unsettled == ["1"])
        }
    }
}
