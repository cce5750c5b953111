import Foundation
import GantryCore
import GantryDICOM
import GantrySandbox
import GantryTestSupport
import Testing

/// The reader child itself, confined: it has what it needs, and the kernel says that it is.
struct ConfinedReaderTests {
    @Test func `the child is under a filter from before the first file`() throws {
        let folder = try TemporaryFolder()
        let slice = MadeSlice(file: "0.dcm", uid: "1.2.3.4.1", rows: 8, columns: 8)
        try slice.write(below: folder.path)
        let root = try SafeFolder(path: folder.path)
        let pair = try MessageChannel.pair()
        let child = try ChildProcess(
            executable: builtExecutable(), arguments: ["reader-child"], descriptors: [pair.far.number])
        let channel = pair.takeNear()
        try channel.send(
            ReaderJob(
                parentProcessID: ChildLimits.processID, limits: ReaderLimits(), sandbox: SandboxLimits()),
            descriptors: [root.number, root.number])
        // It has answered that it is ready, and no file has been named to it.
        _ = try channel.receiveBody(until: .after(seconds: 30))
        let status = procText("\(child.processID)/status")
        #expect(status.contains("\nSeccomp:\t2\n"))
        #expect(status.contains("\nNoNewPrivs:\t1\n"))
    }

    @Test func `names in every character set are read in the child, where no module can be loaded any more`() throws {
        let table = try CSVTable(contentsOf: SharedData.golden.appending(path: "names.dcm.base64.csv"))
        let folder = try TemporaryFolder()
        var files: [String] = []
        for (number, row) in table.rows.enumerated() {
            try folder.write(try #require(Data(base64Encoded: row["base64"] ?? "")), to: "\(number).dcm")
            files.append("\(number).dcm")
        }
        let result = try SandboxedStudyReader(executable: builtExecutable())
            .scan(root: folder.path, files: files) { _ in }
        #expect(result.instances.map(\.patient.patientName) == table.rows.map { $0["name"] })
    }
}
