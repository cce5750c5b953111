import Dispatch
import Foundation
import GantryCore
import GantryReports
import GantryTestSupport
import Synchronization
import Testing

/// What every `ReportWriter` does, run on the real one and on the fake, alone and where faults could be added.
struct ReportWriterConformance {
    let writer: any ReportWriter
    /// The bytes of a written path; nil where nothing was written there.
    let read: (String) -> [UInt8]?
    /// Every path that holds a file.
    let paths: () throws -> [String]

    func `a picture is a PNG and a misshapen one is refused`() throws {
        let png = try writer.png(pixels: [0, 128, 255, 7, 8, 9], rows: 2, columns: 3)
        #expect(png.starts(with: [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A]))
        for (count, rows, columns) in [(5, 2, 3), (7, 2, 3), (0, 0, 0), (6, -2, -3), (0, 0, 4)] {
            #expect(throws: ReportFault.self) {
                _ = try writer.png(pixels: [UInt8](repeating: 0, count: count), rows: rows, columns: columns)
            }
        }
    }

    func `a report is written below the pseudonyms and its paths are returned`() throws {
        let record = try SampleRecord.study()
        let written = try writer.write(record, patientRecords: [record]).paths
        let study = "patients/\(record.patientKey)/\(record.studyKey)"
        #expect(
            Set(written) == [
                "\(study)/report.json", "\(study)/report.html", "patients/\(record.patientKey)/index.html",
            ])
        for path in written { #expect((read(path) ?? []).isEmpty == false, "\(path)") }
        #expect(try paths() == written.sorted())
    }

    func `writing again replaces and adds nothing`() throws {
        var record = try SampleRecord.study()
        let first = try writer.write(record, patientRecords: [record]).paths
        let before = first.map(read)
        #expect(try writer.write(record, patientRecords: [record]).paths == first)
        #expect(first.map(read) == before)
        record.revision = 2
        record.result.verdict.finding = .indeterminate
        #expect(try writer.write(record, patientRecords: [record]).paths == first)
        #expect(read(first[0]) != before[0])
        #expect(read(first[1]) != before[1])
        #expect(try paths() == first.sorted())
    }

    func `the index of a patient leads to every study`() throws {
        let records = try [SampleRecord.study(key: 1, date: "20260101"), SampleRecord.study(key: 2, date: "20260601")]
        for record in records { _ = try writer.write(record, patientRecords: records) }
        let index = String(decoding: read("patients/\(records[0].patientKey)/index.html") ?? [], as: UTF8.self)
        for record in records { #expect(index.contains("\(record.studyKey)/report.html")) }
        #expect(try paths().count == 5)
    }

    func `patients stay apart`() throws {
        let one = try SampleRecord.study(key: 1, patient: 1)
        let two = try SampleRecord.study(key: 2, patient: 2)
        let first = try writer.write(one, patientRecords: [one]).paths
        let second = try writer.write(two, patientRecords: [two]).paths
        #expect(Set(first).isDisjoint(with: second))
        let index = String(decoding: read("patients/\(two.patientKey)/index.html") ?? [], as: UTF8.self)
        #expect(!index.contains(one.studyKey.value))
    }

    func `reports are withdrawn from a former patient, whose index keeps the other studies`() throws {
        let stays = try SampleRecord.study(key: 1, patient: 1)
        let wrong = try SampleRecord.study(key: 2, patient: 1)
        var corrected = try SampleRecord.study(key: 2, patient: 2)
        for record in [stays, wrong] { _ = try writer.write(record, patientRecords: [stays, wrong]) }
        corrected.patient.patientID = "GY-0043-1"
        _ = try writer.write(corrected, patientRecords: [corrected])
        try writer.withdraw(corrected.studyKey, from: wrong.patientKey, patientRecords: [stays])
        let index = String(decoding: read("patients/\(stays.patientKey)/index.html") ?? [], as: UTF8.self)
        #expect(index.contains(stays.studyKey.value) && !index.contains(corrected.studyKey.value))
        #expect(try paths().filter { $0.contains(corrected.studyKey.value) }.count == 2)
        #expect(read("patients/\(corrected.patientKey)/\(corrected.studyKey)/report.html") != nil)
    }

    func `a former patient without a study left leaves nothing behind, also when it is asked for twice`() throws {
        let wrong = try SampleRecord.study(key: 2, patient: 1)
        let corrected = try SampleRecord.study(key: 2, patient: 2)
        _ = try writer.write(wrong, patientRecords: [wrong])
        _ = try writer.write(corrected, patientRecords: [corrected])
        for _ in 0..<2 { try writer.withdraw(wrong.studyKey, from: wrong.patientKey, patientRecords: []) }
        #expect(try paths().filter { $0.contains(wrong.patientKey.value) }.isEmpty)
        #expect(try paths().count == 3)
    }

    func `reports of a later revision are not replaced by those of an earlier one`() throws {
        var record = try SampleRecord.study()
        record.revision = 2
        let written = try writer.write(record, patientRecords: [record]).paths
        let before = written.map(read)
        record.revision = 1
        record.result.verdict.finding = .indeterminate
        let fault = #expect(throws: ReportFault.self) { try writer.write(record, patientRecords: [record]) }
        #expect(fault?.code == .newerThere && fault?.disposition == .permanent)
        #expect(written.map(read) == before)
        record.revision = 3
        _ = try writer.write(record, patientRecords: [record])
        #expect(written.map(read) != before)
    }

    func `a study that comes between two others renews the report of the later one, and one that goes too`() throws {
        let first = try SampleRecord.study(key: 1, date: "20260101")
        let between = try SampleRecord.study(key: 2, date: "20260201")
        let last = try SampleRecord.study(key: 3, date: "20260301")
        func json(_ record: StudyRecord) -> [UInt8]? {
            read("patients/\(record.patientKey)/\(record.studyKey)/report.json")
        }
        _ = try writer.write(first, patientRecords: [first])
        _ = try writer.write(last, patientRecords: [first, last])
        let before = (first: json(first), last: json(last))
        let written = try writer.write(between, patientRecords: [first, between, last]).paths
        let renewed = "patients/\(last.patientKey)/\(last.studyKey)/report.json"
        #expect(written.count == 4 && written[1] == renewed)
        #expect(json(last) != before.last && json(first) == before.first)
        #expect(String(decoding: json(last) ?? [], as: UTF8.self).contains(between.studyKey.value))
        // Once more there is nothing to renew; of another revision, or where nothing lies, nothing is touched.
        #expect(try writer.write(between, patientRecords: [first, between, last]).paths.count == 3)
        try writer.withdraw(between.studyKey, from: first.patientKey, patientRecords: [first, last])
        #expect(json(last) == before.last)
        var second = last
        second.revision = 2
        #expect(try writer.write(between, patientRecords: [first, between, second]).paths.count == 3)
        #expect(json(last) == before.last)
    }

    func `whoever holds the output is alone with it`() throws {
        let inside = Mutex((now: 0, most: 0, calls: 0))
        let writer = writer
        DispatchQueue.concurrentPerform(iterations: 64) { _ in
            try? writer.exclusively {
                inside.withLock {
                    $0.now += 1
                    $0.most = max($0.most, $0.now)
                    $0.calls += 1
                }
                sched_yield()
                inside.withLock { $0.now -= 1 }
            }
        }
        #expect(inside.withLock { $0.most } == 1)
        #expect(inside.withLock { $0.calls } == 64)
        // Writing and taking away go on inside.
        let record = try SampleRecord.study()
        let written = try writer.exclusively { Result { try writer.write(record, patientRecords: [record]).paths } }
            .get()
        #expect(written.count == 3)
    }

    func `no path tells who the patient is`() throws {
        let record = try SampleRecord.study()
        _ = try writer.write(record, patientRecords: [record])
        for path in try paths() {
            for word in ["Lindqvist", "Astrid", "GY-0042", "19610309", "A2026"] {
                #expect(path.range(of: word, options: .caseInsensitive) == nil, "\(path)")
            }
            #expect(
                path.wholeMatch(of: /patients\/[0-9a-f]{16}\/([0-9a-f]{16}\/report\.(json|html)|index\.html)/) != nil)
        }
    }
}

@Suite struct ReportWriterConformanceTests {
    enum Kind: CaseIterable { case folder, memory, faulty }

    private func run(_ kind: Kind, _ check: (ReportWriterConformance) throws -> Void) throws {
        switch kind {
        case .memory:
            let writer = InMemoryReportWriter()
            try check(ReportWriterConformance(writer: writer, read: writer.file, paths: { writer.paths }))
        case .faulty:
            let base = InMemoryReportWriter()
            try check(
                ReportWriterConformance(
                    writer: FaultyReportWriter(base), read: base.file, paths: { base.paths }))
        case .folder:
            let folder = try TemporaryFolder()
            let writer = try FolderReportWriter(outputFolder: folder.path)
            try check(
                ReportWriterConformance(
                    writer: writer,
                    read: { FileManager.default.contents(atPath: folder.path + "/" + $0).map(Array.init) },
                    paths: { try folder.everything().filter { !$0.hasSuffix("/") } }))
        }
    }

    @Test(arguments: Kind.allCases) func `a picture is a PNG and a misshapen one is refused`(kind: Kind) throws {
        try run(kind) { try $0.`a picture is a PNG and a misshapen one is refused`() }
    }

    @Test(arguments: Kind.allCases)
    func `a report is written below the pseudonyms and its paths are returned`(kind: Kind) throws {
        try run(kind) { try $0.`a report is written below the pseudonyms and its paths are returned`() }
    }

    @Test(arguments: Kind.allCases) func `writing again replaces and adds nothing`(kind: Kind) throws {
        try run(kind) { try $0.`writing again replaces and adds nothing`() }
    }

    @Test(arguments: Kind.allCases) func `the index of a patient leads to every study`(kind: Kind) throws {
        try run(kind) { try $0.`the index of a patient leads to every study`() }
    }

    @Test(arguments: Kind.allCases) func `patients stay apart`(kind: Kind) throws {
        try run(kind) { try $0.`patients stay apart`() }
    }

    @Test(arguments: Kind.allCases)
    func `reports are withdrawn from a former patient, whose index keeps the other studies`(kind: Kind) throws {
        try run(kind) { try $0.`reports are withdrawn from a former patient, whose index keeps the other studies`() }
    }

    @Test(arguments: Kind.allCases)
    func `a former patient without a study left leaves nothing behind, also when it is asked for twice`(
        kind: Kind
    ) throws {
        try run(kind) {
            try $0.`a former patient without a study left leaves nothing behind, also when it is asked for twice`()
        }
    }

    @Test(arguments: Kind.allCases)
    func `reports of a later revision are not replaced by those of an earlier one`(kind: Kind) throws {
        try run(kind) { try $0.`reports of a later revision are not replaced by those of an earlier one`() }
    }

    @Test(arguments: Kind.allCases)
    func `a study that comes between two others renews the report of the later one, and one that goes too`(
        kind: Kind
    ) throws {
        try run(kind) {
            try $0.`a study that comes between two others renews the report of the later one, and one that goes too`()
        }
    }

    @Test(arguments: Kind.allCases) func `whoever holds the output is alone with it`(kind: Kind) throws {
        try run(kind) { try $0.`whoever holds the output is alone with it`() }
    }

    @Test(arguments: Kind.allCases) func `no path tells who the patient is`(kind: Kind) throws {
        try run(kind) { try $0.`no path tells who the patient is`() }
    }
}
