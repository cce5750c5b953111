import Foundation
import GantryCore
import GantryImages
import GantryTestSupport
import Glibc
import Synchronization
import Testing

@Suite struct ImageChildTests {
    private let folder: TemporaryFolder

    init() throws { folder = try TemporaryFolder() }

    /// Process identifiers, told from wherever.
    private final class Started: Sendable {
        private let processes = Mutex<[Int32]>([])
        func add(_ process: Int32) { processes.withLock { $0.append(process) } }
        var all: [Int32] { processes.withLock { $0 } }
    }

    @Test func `a child that dies costs the one file that it was on, and another goes on behind it`() throws {
        let names = (0..<60).map { "\($0).png" }
        let bytes = try Pictures.bytes("rgb8.png")
        for name in names { try folder.write(bytes, to: name) }
        let started = Started()
        var reader = try Pictures.reader()
        reader.childStarted = { started.add($0) }
        var faults: [(index: Int, ImageFault)] = []
        var indices: [Int] = []
        try reader.read(root: folder.path, paths: names) { index, outcome in
            indices.append(index)
            if let fault = outcome.fault { faults.append((index, fault)) }
            // Twice, at different places.
            if index == 5 || index == 40 { kill(started.all.last ?? 0, SIGKILL) }
            return .proceed
        }
        #expect(indices == Array(names.indices))
        #expect(faults.map(\.1.code) == [.childDied, .childDied])
        #expect(started.all.count == 3)
        for (index, fault) in faults {
            #expect(fault.description == "\(index).png: the process that decoded it ended by signal 9 (SIGKILL)")
        }
        // No more is on its way than a few requests.
        #expect(faults.first.map { (6...20).contains($0.index) } == true)
    }

    @Test func `it is limited, filtered and bound to its folder before it says a word`() throws {
        let started = Started()
        var reader = try Pictures.reader()
        reader.childStarted = { started.add($0) }
        var status = ""
        try reader.read(root: Pictures.folder, paths: ["grey8.png", "rgb8.png"]) { _, _ in
            let process = started.all.last ?? 0
            status = (try? String(contentsOfFile: "/proc/\(process)/status", encoding: .utf8)) ?? ""
            return .stop
        }
        #expect(status.contains("NoNewPrivs:\t1"))
        #expect(status.contains("Seccomp:\t2"))
        #expect(kill(started.all.last ?? 0, 0) == -1 && errno == ESRCH, "it is gone with its reader")
    }

    @Test func `links are followed below the folder, and those that leave it are named`() throws {
        let outside = try TemporaryFolder()
        try outside.write(Pictures.bytes("rgb8.png"), to: "secret.png")
        try folder.write(Pictures.bytes("grey8.png"), to: "originals/a.png")
        try folder.makeLink("relative.png", to: "originals/a.png")
        try folder.makeLink("absolute.png", to: folder.path + "/originals/a.png")
        try folder.makeLink("linked", to: "originals")
        try folder.makeLink("leaving.png", to: outside.path + "/secret.png")
        try folder.makeLink("away", to: outside.path)
        try folder.makeLink("nowhere.png", to: "nothing.png")
        try folder.makeLink("circle.png", to: "circle.png")
        try folder.makeFIFO("pipe.png")
        let cases: [(String, ImageFaultCode?)] = [
            ("originals/a.png", nil), ("relative.png", nil), ("absolute.png", nil), ("linked/a.png", nil),
            ("leaving.png", .outsideFolder), ("away/secret.png", .outsideFolder), ("nowhere.png", .unreadable),
            ("circle.png", .unreadable), ("pipe.png", .unreadable), ("originals", .unreadable),
            ("../" + (outside.path.split(separator: "/").last ?? "") + "/secret.png", .outsideFolder),
            (outside.path + "/secret.png", .outsideFolder), ("", .outsideFolder), ("a\0.png", .unreadable),
        ]
        let outcomes = try Pictures.reader().outcomes(below: folder.path, of: cases.map(\.0))
        for ((path, code), outcome) in zip(cases, outcomes) {
            #expect(outcome.fault?.code == code, "\(path): \(outcome)")
            if code != nil { #expect(outcome.fault?.subject == path) }
        }
        // The folder itself may be named by a link.
        try outside.makeLink("there", to: folder.path)
        let linked = try Pictures.reader().outcomes(below: outside.path + "/there", of: ["relative.png"])
        #expect(linked.first?.fault == nil)
    }

    @Test func `a folder that is not there, and an executable that is not one, end the reading`() throws {
        let absent = #expect(throws: ImageFault.self) {
            try Pictures.reader().outcomes(below: folder.path + "/nothing", of: ["a.png"])
        }
        #expect(absent?.code == .unreadable)
        try folder.write(Pictures.bytes("grey8.png"), to: "a.png")
        for executable in ["/nothing/here", "/bin/false"] {
            let fault = #expect(throws: ImageFault.self) {
                try ImageReader(executable: executable).outcomes(below: folder.path, of: ["a.png"])
            }
            #expect(fault?.code == .readerUnavailable && fault?.subject == executable)
        }
    }

    /// A child of a script, whose messages are these.
    private func hostile(_ messages: [String], seconds: Int = 30) -> ImageReader {
        let script = messages.map { message in
            let length = message.utf8.count
            let head = (0..<4).map { "\\\(String(length >> (8 * $0) & 0xFF, radix: 8))" }.joined()
            return "printf '\(head)' >&3; printf '%s' '\(message)' >&3; "
        }
        return ImageReader(
            executable: "/bin/sh", arguments: ["-c", script.joined() + "cat <&3 >/dev/null"],
            limits: ImageLimits(secondsPerFile: seconds))
    }

    @Test func `what a child answers is not believed`() throws {
        try folder.write(Pictures.bytes("grey8.png"), to: "a.png")
        let ready = #"{"protocolVersion":1}"#
        func picture(_ width: Int, _ height: Int, _ channels: Int, _ bits: Int, number: Int = 0) -> String {
            #"{"number":\#(number),"picture":{"width":\#(width),"height":\#(height),"channels":\#(channels),"#
                + #""bits":\#(bits)}}"#
        }
        for answers in [
            [picture(1 << 40, 1 << 40, 1, 8)], [picture(16_384, 16_384, 1, 8)], [picture(0, 5, 1, 8)],
            [picture(2, 2, 2, 8)], [picture(2, 2, 1, 12)], [picture(2, 2, 1, 8, number: 7), "abcd"],
            [picture(2, 2, 1, 8), "abcde"], [picture(2, 2, 1, 16), "abc"], [picture(2, 2, 1, 8), ""],
            [#"{"number":0}"#], [#"{"number":0,"failure":{"code":"noImages","explanation":"no"}}"#], ["no message"],
        ] {
            let outcomes = try hostile([ready] + answers).outcomes(below: folder.path, of: ["a.png"])
            #expect(outcomes.first?.fault?.code == .childDied, "\(answers): \(outcomes)")
        }
        let honest = try hostile([ready, picture(2, 2, 1, 8), "abcd"]).outcomes(below: folder.path, of: ["a.png"])
        #expect(try honest.first?.get().pixels == [97, 98, 99, 100].map { $0 * 257 })
        let long =
            #"{"number":0,"failure":{"code":"damaged","explanation":"\u001b[2J"#
            + String(repeating: "x", count: 1000) + #""}}"#
        let told = try hostile([ready, long]).outcomes(below: folder.path, of: ["a.png"]).first?.fault
        #expect(told?.explanation == "?[2J" + String(repeating: "x", count: 296))
        let silent = try hostile([ready], seconds: 2).outcomes(below: folder.path, of: ["a.png"]).first?.fault
        #expect(silent?.code == .timedOut && silent?.explanation == "is not decoded within 4.0 s")
        for first in [#"{"protocolVersion":2}"#, #"{"protocolVersion":1,"problem":"no openat2"}"#] {
            let fault = #expect(throws: ImageFault.self) {
                try hostile([first]).outcomes(below: folder.path, of: ["a.png"])
            }
            #expect(fault?.code == .readerUnavailable)
        }
    }
}
