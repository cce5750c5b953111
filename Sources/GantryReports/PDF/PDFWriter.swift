import GantryCore
import Synchronization

/// `report.pdf`: one to three pages to print.
public final class PDFWriter: ReportFormatWriter {
    /// The last one that was made, for who asks for it again: it is wanted as a file and within an object.
    private let last = Mutex<Made?>(nil)

    private struct Made: Sendable {
        var record: StudyRecord
        var patientRecords: [StudyRecord]
        var bytes: [UInt8]
        var remark: String?
    }

    private let texts: ReportTexts

    /// A writer in `language`.
    public init(_ language: ReportLanguage = .english) { texts = ReportTexts(language) }

    /// See `ReportFormatWriter`.
    public var format: ReportFormat { .pdf }

    /// See `ReportFormatWriter`. The same records give the same bytes where the fonts and cairo are the same.
    public func files(of record: StudyRecord, patientRecords: [StudyRecord]) throws(ReportFault) -> [ReportFile] {
        let pdf = try pdf(of: record, patientRecords: patientRecords)
        let path = "patients/\(record.patientKey)/\(record.studyKey)/report.pdf"
        return [ReportFile(path: path, bytes: pdf.bytes, remark: pdf.remark)]
    }

    /// The PDF of a record, and what to know of it: a sentence where installed fonts lack characters.
    ///
    /// **Throws** `.notInstalled`, `.cannotEncode`.
    public func pdf(
        of record: StudyRecord, patientRecords: [StudyRecord]
    ) throws(ReportFault) -> (bytes: [UInt8], remark: String?) {
        let known = last.withLock { last in
            last.flatMap { $0.record == record && $0.patientRecords == patientRecords ? $0 : nil }
        }
        if let known { return (known.bytes, known.remark) }
        let pdf = try PDFReport(record, history: PatientHistory(record, among: patientRecords), texts).made()
        let made = Made(
            record: record, patientRecords: patientRecords, bytes: pdf.bytes, remark: Self.remark(on: pdf.absent))
        last.withLock { $0 = made }
        return (made.bytes, made.remark)
    }

    /// Whether PDFs can be made here. **Throws** `.notInstalled` where cairo, pango or the font are not there.
    public static func check() throws(ReportFault) {
        _ = try PDFCanvas(width: PDFSheet.width, height: PDFSheet.height)
    }

    /// It names no character: those of a name would be some of its letters.
    private static func remark(on absent: [UInt32]) -> String? {
        guard !absent.isEmpty else { return nil }
        let isOfCJK = absent.contains { character in
            [0x2E80...0x9FFF, 0xAC00...0xD7AF, 0x20000...0x3FFFF].contains { $0.contains(character) }
        }
        return "\(CodeText.count(absent.count, "character")) of the PDF \(absent.count == 1 ? "is" : "are") in no "
            + "installed font, and a box with its number stands for each"
            + (isOfCJK ? ": the package fonts-noto-cjk has those of Chinese, Japanese and Korean" : "")
    }
}
