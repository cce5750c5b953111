import Foundation
import GantryCore
import GantryDICOMReports
import GantryReports
import Testing

/// `docs/dicom-conformance.md` and what the code does.
struct ConformanceStatementTests {
    /// The rows of the table whose first column has this head: name and UID.
    private func table(_ head: String) throws -> [[String]] {
        let page = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .deletingLastPathComponent().appending(path: "docs/dicom-conformance.md")
        let lines = try String(contentsOf: page, encoding: .utf8).split(
            separator: "\n", omittingEmptySubsequences: false)
        let start = try #require(lines.firstIndex { $0.hasPrefix("| \(head) |") })
        return lines[(start + 2)...].prefix { $0.hasPrefix("|") }.map { line in
            line.split(separator: "|").map { $0.trimmingCharacters(in: .whitespaces) }
        }
    }

    @Test func `says which transfer syntaxes are read, by their names`() throws {
        let rows = try table("transfer syntax read")
        for row in rows { #expect(TransferSyntax(row[1]).name == row[0]) }
        // All that the standard has or could have of images.
        let possible =
            ["", ".1", ".1.98", ".1.99", ".2", ".5", ".6.1", ".8.1"].map { "1.2.840.10008.1.2" + $0 }
            + (1...999).map { "1.2.840.10008.1.2.4.\($0)" }
        let decoded = possible.filter { TransferSyntax($0).isDecoded }
        #expect(Set(rows.map { $0[1] }) == Set(decoded) && rows.count == decoded.count)
    }

    @Test func `says which classes are read, by their names`() throws {
        let rows = try table("SOP class read")
        for row in rows { #expect(SOPClass.name(of: row[1]) == row[0]) }
        let possible =
            (1...999).map { "1.2.840.10008.5.1.4.1.1.\($0)" }
            + (1...99).flatMap { first in (1...99).map { "1.2.840.10008.5.1.4.1.1.\(first).\($0)" } }
        #expect(Set(rows.map { $0[1] }) == Set(possible.filter { SOPClass.isCT($0) }))
    }

    @Test func `says which classes are written, in which transfer syntax`() throws {
        let record = try SampleRecord.study()
        let writers: [any ReportFormatWriter] = [
            try StructuredReportWriter(), try KeyObjectWriter(), try SecondaryCaptureWriter(),
            try EncapsulatedPDFWriter { record, patientRecords throws(ReportFault) in
                try PDFWriter().pdf(of: record, patientRecords: patientRecords)
            },
        ]
        #expect(Set(writers.map(\.format)) == Set(ReportFormat.allCases.filter(\.isSent)))
        var written: [String: String] = [:]
        var syntaxes = Set<String>()
        for writer in writers {
            let folder = try ObjectFolder(writer.files(of: record, patientRecords: [record]))
            for object in try folder.read() { written[object.sopClassUID] = "`\(writer.format.rawValue)`" }
            for object in folder.objects {
                let dump = try FinishedProgram("/usr/bin/dcmdump", ["-q", "-Un", "+P", "0002,0010", object])
                syntaxes.insert(String(try #require(dump.output.firstMatch(of: /\[([0-9.]+)\]/)).output.1))
            }
        }
        let rows = try table("SOP class written")
        #expect(Dictionary(uniqueKeysWithValues: rows.map { ($0[1], $0[2]) }) == written)
        #expect(try Set(table("transfer syntax written").map { $0[1] }) == syntaxes)
    }
}
