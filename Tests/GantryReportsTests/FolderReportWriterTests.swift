import Foundation
import GantryCore
import GantryReports
import Glibc
import Testing

@Suite struct FolderReportWriterTests {
    @Test func `a missing output folder is made with its parents and left empty`() throws {
        let folder = try TemporaryFolder()
        let writer = try FolderReportWriter(outputFolder: folder.path + "/a/b c/out")
        #expect(writer.outputFolder == folder.path + "/a/b c/out")
        #expect(try folder.everything() == ["a/", "a/b c/", "a/b c/out/"])
        #expect(try mode(folder.path + "/a") == 0o700)
        #expect(try mode(folder.path + "/a/b c/out") == 0o700)
    }

    @Test func `every folder that is made is on disk with its name, and none that was there is synced`() throws {
        let folder = try TemporaryFolder()
        var synced: [UInt64] = []
        _ = try ReportFolder.opening(path: folder.path + "/a/b/c") { descriptor in
            var facts = stat()
            guard fstat(descriptor, &facts) == 0 else { return -1 }
            synced.append(UInt64(facts.st_ino))
            return 0
        }
        func inode(_ path: String) -> UInt64 {
            var facts = stat()
            return stat(folder.path + path, &facts) == 0 ? UInt64(facts.st_ino) : 0
        }
        #expect(synced == [inode(""), inode("/a"), inode("/a/b")])
        _ = try ReportFolder.opening(path: folder.path + "/a/b/c") { _ in -1 }
        let fault = #expect(throws: ReportFault.self) {
            _ = try ReportFolder.opening(path: folder.path + "/d") { _ in -1 }
        }
        #expect(fault?.code == .cannotWrite)
    }

    @Test func `nobody else may read a report`() throws {
        let folder = try TemporaryFolder()
        let record = try SampleRecord.study()
        _ = try FolderReportWriter(outputFolder: folder.path).write(record, patientRecords: [record])
        for name in try folder.everything() {
            #expect(try mode(folder.path + "/" + name) == (name.hasSuffix("/") ? 0o700 : 0o600), "\(name)")
        }
    }

    @Test func `an output folder that cannot be is refused before anything is written`() throws {
        let folder = try TemporaryFolder()
        let file = folder.path + "/file"
        try Data("x".utf8).write(to: URL(fileURLWithPath: file))
        for path in [file, file + "/below", "", "/proc/gantry/out"] {
            let fault = #expect(throws: ReportFault.self) { _ = try FolderReportWriter(outputFolder: path) }
            #expect(fault?.code == .cannotWrite, "\(path)")
            #expect(fault?.status != nil)
        }
        #expect(try folder.everything() == ["file"])
    }

    @Test func `a report that cannot take its place leaves no temporary file and names no patient`() throws {
        let folder = try TemporaryFolder()
        let record = try SampleRecord.study()
        let writer = try FolderReportWriter(outputFolder: folder.path)
        let study = "patients/\(record.patientKey)/\(record.studyKey)"
        // A folder of the file's name cannot be replaced by a file.
        try FileManager.default.createDirectory(
            atPath: folder.path + "/\(study)/report.html/in the way", withIntermediateDirectories: true)
        let written = try writer.write(record, patientRecords: [record])
        #expect(written.paths == ["\(study)/report.json"] && written.missing.map(\.format) == [.html])
        let fault = written.missing.first?.fault
        #expect(fault?.code == .cannotWrite)
        #expect(fault?.subject == "\(study)/report.html")
        #expect(fault?.status == Int(EISDIR))
        let names = try folder.everything()
        #expect(!names.contains { $0.hasSuffix(".tmp") })
        #expect(names.contains("\(study)/report.json"))
        #expect(!names.contains("patients/\(record.patientKey)/index.html"))
    }

    /// A format for tests: files of its own, or a fault.
    private struct Format: ReportFormatWriter {
        var format: ReportFormat
        var result: Result<[String], ReportFault>

        func files(of record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [ReportFile] {
            try result.get().map { ReportFile(path: "outbox/\(record.studyKey)/\($0)", bytes: Array($0.utf8)) }
        }
    }

    private static let others: [any ReportFormatWriter] = [
        Format(format: .sr, result: .success(["a.json", "a.dcm"])),
        Format(
            format: .keyObjects,
            result: .failure(ReportFault(.notAvailable, subject: "", explanation: "judged by version 0"))),
        Format(format: .secondaryCapture, result: .success(["b.dcm"])),
    ]

    @Test func `a format that fails keeps no other from being written`() throws {
        let folder = try TemporaryFolder()
        let record = try SampleRecord.study()
        let writer = try FolderReportWriter(
            outputFolder: folder.path, formats: ReportFormat.allCases, others: Self.others)
        let written = try writer.write(record, patientRecords: [record])
        let outbox = "outbox/\(record.studyKey)"
        #expect(written.paths.suffix(3) == ["\(outbox)/a.json", "\(outbox)/a.dcm", "\(outbox)/b.dcm"])
        #expect(written.paths.count == 6)
        #expect(written.missing.map(\.sentence) == ["key-objects: judged by version 0"])
        for path in written.paths {
            #expect(try mode(folder.path + "/" + path) == 0o600)
        }
        #expect(try folder.text("\(outbox)/a.dcm") == "a.dcm")
    }

    @Test func `what is not asked for is not written, nor is a folder made for it`() throws {
        let folder = try TemporaryFolder()
        let record = try SampleRecord.study()
        let writer = try FolderReportWriter(outputFolder: folder.path, formats: [.sr], others: Self.others)
        #expect(try writer.write(record, patientRecords: [record]).paths.count == 2)
        #expect(try folder.everything().filter { $0.hasPrefix("patients") }.isEmpty)
        try writer.withdraw(record.studyKey, from: record.patientKey, patientRecords: [])
        #expect(try folder.everything().filter { $0.hasPrefix("patients") }.isEmpty)
        let alone = try FolderReportWriter(outputFolder: folder.path, formats: [.keyObjects], others: Self.others)
        let written = try alone.write(record, patientRecords: [record])
        #expect(written.paths.isEmpty && written.missing.map(\.fault.code) == [.notAvailable])
    }

    @Test func `an outbox that cannot be written is refused at the start, or a fault that may pass`() throws {
        let folder = try TemporaryFolder()
        let record = try SampleRecord.study()
        let writer = try FolderReportWriter(outputFolder: folder.path, formats: [.html, .sr], others: Self.others)
        try FileManager.default.removeItem(atPath: folder.path + "/outbox")
        try Data().write(to: URL(fileURLWithPath: folder.path + "/outbox"))
        #expect(throws: ReportFault.self) {
            try FolderReportWriter(outputFolder: folder.path, formats: [.sr], others: Self.others)
        }
        let written = try writer.write(record, patientRecords: [record])
        #expect(written.paths.count == 2 && written.missing.map(\.fault.disposition) == [.retryable])
        let alone = try FolderReportWriter(outputFolder: folder.path, formats: [.html], others: Self.others)
        #expect(try alone.write(record, patientRecords: [record]).missing.isEmpty)
    }

    @Test func `a patient folder that is a file is a fault`() throws {
        let folder = try TemporaryFolder()
        let record = try SampleRecord.study()
        let writer = try FolderReportWriter(outputFolder: folder.path)
        try Data().write(to: URL(fileURLWithPath: folder.path + "/patients"))
        let fault = #expect(throws: ReportFault.self) { _ = try writer.write(record, patientRecords: [record]) }
        #expect(fault?.code == .cannotWrite)
    }

    @Test func `what a killed writer left is replaced, not followed`() throws {
        let folder = try TemporaryFolder()
        let record = try SampleRecord.study()
        let writer = try FolderReportWriter(outputFolder: folder.path)
        let written = try writer.write(record, patientRecords: [record]).paths
        let whole = try folder.text(written[0])
        let temporary = written[0].replacingOccurrences(of: "report.json", with: ".report.json.tmp")
        let elsewhere = folder.path + "/elsewhere"
        try Data("kept".utf8).write(to: URL(fileURLWithPath: elsewhere))
        try FileManager.default.createSymbolicLink(
            atPath: folder.path + "/" + temporary, withDestinationPath: elsewhere)
        _ = try writer.write(record, patientRecords: [record])
        #expect(try folder.text(written[0]) == whole)
        #expect(try folder.text("elsewhere") == "kept")
        #expect(!FileManager.default.fileExists(atPath: folder.path + "/" + temporary))
    }

    @Test func `a reader beside the writer never sees half a file`() async throws {
        let folder = try TemporaryFolder()
        let small = try SampleRecord.study(pictures: 0)
        let large = try SampleRecord.study(count: 400)
        let writer = try FolderReportWriter(outputFolder: folder.path)
        let path = try writer.write(small, patientRecords: [small]).paths[0]
        let versions = try [small, large].map { record in
            _ = try writer.write(record, patientRecords: [record])
            return try folder.text(path)
        }
        #expect(versions[0] != versions[1])
        try await withThrowingTaskGroup(of: Void.self) { group in
            for _ in 0..<2 {
                group.addTask {
                    for record in [small, large, small, large] {
                        _ = try writer.write(record, patientRecords: [record])
                    }
                }
            }
            group.addTask {
                for _ in 0..<200 {
                    let seen = try folder.text(path)
                    #expect(versions.contains(seen))
                }
            }
            try await group.waitForAll()
        }
    }

    @Test(arguments: [
        (ENOSPC, ReportFaultCode.diskFull), (EDQUOT, .diskFull), (EACCES, .cannotWrite), (EIO, .cannotWrite),
    ])
    func `error numbers become codes`(status: Int32, code: ReportFaultCode) {
        let fault = ReportFault.writing("report.json", status: status, "the file cannot be written")
        #expect(fault.code == code)
        #expect(fault.status == Int(status))
        #expect(fault.disposition == .retryable)
        #expect(fault.description.hasPrefix("report.json: the file cannot be written: "))
    }

    private func mode(_ path: String) throws -> Int {
        let attributes = try FileManager.default.attributesOfItem(atPath: path)
        return try #require(attributes[.posixPermissions] as? NSNumber).intValue
    }
}
