import ArgumentParser
import GantryCore
import GantryDICOMReports
import GantryReports

/// Puts together what writes reports: a writer for each format.
enum ReportOutput {
    /// A writer of `formats` into `folder`, which is for records without identity where these are to be written; what
    /// is for people is in `language`. **Throws** `ReportFault`.
    static func writer(
        into folder: String, formats: [ReportFormat] = ReportFormat.usual, language: ReportLanguage,
        isDeidentified: Bool = false
    ) throws(ReportFault) -> FolderReportWriter {
        var others: [any ReportFormatWriter] = []
        let pdfs = PDFWriter(language)
        for format in ReportFormat.allCases where formats.contains(format) {
            switch format {
            case .html, .json: break
            case .sr: others.append(try StructuredReportWriter())
            case .secondaryCapture: others.append(try SecondaryCaptureWriter())
            case .keyObjects: others.append(try KeyObjectWriter())
            case .pdf: others.append(pdfs)
            case .encapsulatedPDF:
                others.append(
                    try EncapsulatedPDFWriter { record, patientRecords throws(ReportFault) in
                        try pdfs.pdf(of: record, patientRecords: patientRecords)
                    })
            case .fhir: others.append(FHIRWriter())
            }
        }
        return try FolderReportWriter(
            outputFolder: folder, formats: formats, language: language, others: others,
            isDeidentified: isDeidentified)
    }

    /// Refuses formats that this machine cannot write, before anything is done for them. **Throws** `.notInstalled`.
    static func check(_ formats: [ReportFormat]) throws(ReportFault) {
        if formats.contains(.pdf) || formats.contains(.encapsulatedPDF) { try PDFWriter.check() }
    }

    /// The formats of these names, or the usual ones where none is named. **Throws** `ValidationError`.
    static func formats(_ names: [String]) throws -> [ReportFormat] {
        guard !names.isEmpty else { return ReportFormat.usual }
        return try names.map { name in
            guard let format = ReportFormat(rawValue: name) else {
                let known = ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--format takes \(known), not \(name).")
            }
            return format
        }
    }
}
