import GantryCore
import GantryPipeline
import Testing

struct StudySettlingTests {
    private func uid(_ text: String) throws -> UID { try #require(UID(text)) }
    private func at(_ seconds: Int64) -> Timestamp { Timestamp(millisecondsSince1970: seconds * 1000) }
    private func view(_ settled: [String] = [], _ unsettled: [String] = [], gone: [String] = []) -> DropFolderView {
        DropFolderView(settled: settled, unsettled: unsettled, outcomes: [], gone: gone)
    }

    /// One study of two files, first seen at 0, at rest at 10 and read.
    private func settled() throws -> StudySettling {
        var settling = StudySettling(quietSeconds: 60, forcedAfterSeconds: 5400)
        _ = settling.look(view([], ["s/1", "s/2"]), now: at(0))
        let toScan = settling.look(view(["s/1", "s/2"]), now: at(10)).toScan
        #expect(toScan == ["s/1", "s/2"])
        for path in toScan { settling.scanned(path, study: try uid("1.2")) }
        return settling
    }

    @Test func `a study is due when its files have not changed for the quiet time, and not a moment before`() throws {
        let settling = try settled()
        #expect(settling.due(now: at(59), once: false).isEmpty)
        #expect(settling.nextMoment() == at(60))
        #expect(settling.due(now: at(60), once: false) == [.init(study: try uid("1.2"), isForced: false)])
    }

    @Test func `a file is read once, and a taken study is not due again`() throws {
        var settling = try settled()
        #expect(settling.look(view(["s/1", "s/2"]), now: at(20)).toScan.isEmpty)
        settling.taken(try uid("1.2"))
        #expect(settling.due(now: at(6000), once: false).isEmpty)
        #expect(settling.isDone)
        #expect(settling.nextMoment() == nil)
    }

    @Test func `an unsettled file in its folder holds a study back, another folder's does not`() throws {
        var settling = try settled()
        _ = settling.look(view(["s/1", "s/2"], ["s/3", "t/1"]), now: at(70))
        #expect(settling.due(now: at(130), once: false).isEmpty)
        _ = settling.look(view(["s/1", "s/2", "s/3"], ["t/1"]), now: at(140))
        settling.scanned("s/3", study: nil)
        #expect(settling.due(now: at(140), once: false).map(\.study) == [try uid("1.2")])
    }

    @Test func `a study that does not come to rest is forced at its time`() throws {
        var settling = try settled()
        for second in stride(from: Int64(20), through: 5390, by: 10) {
            _ = settling.look(view(["s/1", "s/2"], ["s/3"]), now: at(second))
            #expect(settling.due(now: at(second), once: false).isEmpty)
        }
        #expect(settling.due(now: at(5400), once: false) == [.init(study: try uid("1.2"), isForced: true)])
        #expect(settling.due(now: at(5400), once: true) == [.init(study: try uid("1.2"), isForced: true)])
    }

    @Test func `late files make a taken study due again, and wait on their own time`() throws {
        var settling = try settled()
        settling.taken(try uid("1.2"))
        _ = settling.look(view(["s/1", "s/2"], ["s/3"]), now: at(9000))
        _ = settling.look(view(["s/1", "s/2", "s/3"]), now: at(9010))
        settling.scanned("s/3", study: try uid("1.2"))
        #expect(settling.due(now: at(9010), once: false).isEmpty)
        #expect(settling.due(now: at(9060), once: false) == [.init(study: try uid("1.2"), isForced: false)])
    }

    @Test func `a file that changes is read again`() throws {
        var settling = try settled()
        settling.taken(try uid("1.2"))
        #expect(settling.look(view(["s/2"], ["s/1"]), now: at(100)).stale == ["s/1"])
        #expect(settling.look(view(["s/1", "s/2"]), now: at(110)).toScan == ["s/1"])
        #expect(!settling.isDone)
    }

    @Test func `a file that vanishes is forgotten`() throws {
        var settling = try settled()
        #expect(settling.look(view(gone: ["s/2"]), now: at(20)).stale == ["s/2"])
        #expect(settling.files(of: try uid("1.2")) == ["s/1"])
        _ = settling.look(view(gone: ["s/1"]), now: at(30))
        #expect(settling.studiesByFolder.isEmpty)
        #expect(settling.due(now: at(1000), once: false).isEmpty)
        #expect(settling.isDone)
    }

    @Test func `a taken study that is disturbed is looked at again when it is quiet`() throws {
        var settling = try settled()
        let study = try uid("1.2")
        settling.taken(study)
        let left = settling.look(view(gone: ["s/1"]), now: at(1000)).left
        #expect(left == [StudySettling.Left(path: "s/1", study: study)])
        #expect(settling.due(now: at(5000), once: false).isEmpty, "nobody has asked for it")
        settling.disturb(study, now: at(1000))
        #expect(settling.due(now: at(1059), once: false).isEmpty)
        #expect(settling.nextMoment() == at(1060))
        #expect(settling.waits(atMost: 9).longest.map(\.study) == [study])
        #expect(settling.due(now: at(1060), once: false) == [StudySettling.Due(study: study)])
        settling.taken(study)
        #expect(settling.due(now: at(2000), once: false).isEmpty && settling.nextMoment() == nil)
    }

    @Test func `a study of which nothing is left is not looked at again`() throws {
        var settling = try settled()
        let study = try uid("1.2")
        settling.taken(study)
        _ = settling.look(view(gone: ["s/1"]), now: at(1000))
        settling.disturb(study, now: at(1000))
        _ = settling.look(view(gone: ["s/2"]), now: at(1010))
        settling.disturb(study, now: at(1010))
        #expect(settling.due(now: at(5000), once: false).isEmpty)
    }

    @Test func `what is told to have left is what had been read and taken, as it was`() throws {
        var settling = try settled()
        _ = settling.look(view([], ["s/3", "s/4"]), now: at(20))
        _ = settling.look(view(["s/3"], ["s/4"]), now: at(30))
        settling.scanned("s/3", study: nil)
        settling.taken(try uid("1.2"))
        let changed = settling.look(view([], ["s/2", "s/3", "s/4"]), now: at(40))
        #expect(changed.left.map(\.path) == ["s/2", "s/3"])
        #expect(changed.left.map(\.study) == [try uid("1.2"), nil])
        // Each is told once, not at every look at which it goes on changing.
        #expect(settling.look(view([], ["s/2", "s/3"]), now: at(50)).left.isEmpty)
    }

    @Test func `a look at which nothing has happened changes nothing`() throws {
        var settling = try settled()
        _ = settling.look(view(), now: at(20))
        #expect(settling.due(now: at(60), once: false) == [.init(study: try uid("1.2"), isForced: false)])
        settling.taken(try uid("1.2"))
        _ = settling.look(view(), now: at(70))
        #expect(settling.isDone && settling.due(now: at(9000), once: false).isEmpty)
        #expect(settling.files(of: try uid("1.2")) == ["s/1", "s/2"])
    }

    @Test func `a folder that two studies share keeps neither waiting, until one of them is gone`() throws {
        var settling = try settled()
        _ = settling.look(view(["s/9"]), now: at(20))
        settling.scanned("s/9", study: try uid("1.3"))
        #expect(settling.studies(in: "s") == [try uid("1.2"), try uid("1.3")])
        _ = settling.look(view([], ["s/10"]), now: at(80))
        #expect(settling.due(now: at(80), once: false).map(\.study) == [try uid("1.2"), try uid("1.3")])
        _ = settling.look(view([], ["s/10"], gone: ["s/9"]), now: at(90))
        #expect(settling.due(now: at(90), once: false).isEmpty)
    }

    @Test func `a file that is read again and is of another study waits with that one`() throws {
        var settling = try settled()
        settling.taken(try uid("1.2"))
        settling.scanned("s/2", study: try uid("1.4"))
        #expect(settling.due(now: at(100), once: false).map(\.study) == [try uid("1.4")])
        #expect(settling.files(of: try uid("1.2")) == ["s/1"])
    }

    @Test func `what is waited for is told with its times, the longest first, and files that are nobody's yet`()
        throws
    {
        var settling = try settled()
        #expect(settling.fileCount == 2)
        _ = settling.look(view(["t/1"], ["u/1", "u/2"]), now: at(30))
        settling.scanned("t/1", study: try uid("1.3"))
        let both = settling.waits(atMost: 9)
        #expect(both.studies == 2 && both.unreadFiles == 2)
        #expect(both.longest.map(\.study) == [try uid("1.2"), try uid("1.3")] && both.longest.map(\.files) == [2, 1])
        #expect(both.longest.map(\.since) == [at(0), at(30)])
        #expect(both.longest.map(\.takenAt) == [at(60), at(90)])
        #expect(both.longest.map(\.latestAt) == [at(5400), at(5430)])
        let one = settling.waits(atMost: 1)
        #expect(one.studies == 2 && one.longest == Array(both.longest.prefix(1)))
        settling.taken(try uid("1.3"))
        // When one is taken to which a file in its folder may still belong, nobody knows.
        _ = settling.look(view([], ["s/3"]), now: at(40))
        let waits = settling.waits(atMost: 9)
        #expect(waits.studies == 1 && waits.longest.map(\.takenAt) == [nil])
        #expect(waits.unreadFiles == 3 && settling.fileCount == 6)
        settling.taken(try uid("1.2"))
        #expect(settling.waits(atMost: 9).longest.isEmpty && settling.waits(atMost: 9).studies == 0)
    }

    @Test func `once needs rest, not quiet`() throws {
        var settling = try settled()
        #expect(settling.due(now: at(10), once: true).count == 1)
        _ = settling.look(view(["s/1", "s/2"], ["t/1"]), now: at(11))
        #expect(settling.due(now: at(11), once: true).isEmpty)
    }
}
