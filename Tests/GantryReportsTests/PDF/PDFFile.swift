import Foundation
import GantryCore
import GantryReports
import Testing

/// A PDF as poppler reads it.
struct PDFFile {
    let bytes: [UInt8]
    let remark: String?
    private let folder: TemporaryFolder

    /// The PDF of a record beside others of its patient.
    init(_ record: StudyRecord, among records: [StudyRecord]? = nil, in language: ReportLanguage = .english) throws {
        let made = try PDFWriter(language).pdf(of: record, patientRecords: records ?? [record])
        (bytes, remark) = (made.bytes, made.remark)
        folder = try TemporaryFolder()
        try Data(bytes).write(to: URL(fileURLWithPath: folder.path + "/report.pdf"))
    }

    private func run(_ program: String, _ arguments: [String]) throws -> String {
        let end = try FinishedProgram("/usr/bin/" + program, arguments)
        #expect(end.status == 0, "\(program): \(end.output)")
        return end.output
    }

    /// Its texts page by page, white space taken for one space each.
    func pages() throws -> [String] {
        let text = try run("pdftotext", ["-enc", "UTF-8", folder.path + "/report.pdf", "-"])
        return text.split(separator: "\u{C}").map {
            $0.split(whereSeparator: \.isWhitespace).joined(separator: " ")
        }
    }

    /// All of its text without white space: lines are broken in places that no test should know.
    func letters() throws -> String { try Self.letters(pages().joined()) }

    /// A text likewise.
    static func letters(_ text: String) -> String { text.filter { !$0.isWhitespace } }

    /// What `pdfinfo` says by name.
    func facts() throws -> [String: String] {
        let text = try run("pdfinfo", ["-isodates", "-enc", "UTF-8", folder.path + "/report.pdf"])
        var facts: [String: String] = [:]
        for line in text.split(separator: "\n") {
            guard let colon = line.firstIndex(of: ":") else { continue }
            facts[String(line[..<colon])] = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
        }
        return facts
    }

    /// Grey values of each page at 40 dots an inch.
    func renderings() throws -> [[UInt8]] {
        _ = try run("pdftoppm", ["-r", "40", "-gray", folder.path + "/report.pdf", folder.path + "/page"])
        return try folder.everything().filter { $0.hasSuffix(".pgm") }.sorted().map { name in
            let file = try Data(contentsOf: URL(fileURLWithPath: folder.path + "/" + name))
            // Behind three lines.
            var lines = 0
            let start = file.firstIndex { byte in
                if byte == 0x0A { lines += 1 }
                return lines == 3
            }
            return Array(file[((start ?? 0) + 1)...])
        }
    }

    /// Fonts that it uses, and whether each is embedded.
    func fonts() throws -> [(name: String, isEmbedded: Bool)] {
        try run("pdffonts", [folder.path + "/report.pdf"]).split(separator: "\n").dropFirst(2).map { line in
            let parts = line.split(separator: " ")
            return (String(parts[0]), parts.dropLast(4).last == "yes")
        }
    }

    /// Pictures, with masks: columns of each.
    func pictures() throws -> [Int] {
        try run("pdfimages", ["-list", folder.path + "/report.pdf"]).split(separator: "\n").dropFirst(2).compactMap {
            Int($0.split(separator: " ")[3])
        }
    }
}
