import ArgumentParser
import GantryCore
import GantryDICOMReports
import GantryReports

/// Puts together what writes reports: a writer for each format.
enum ReportOutput {
    /// A writer of `formats` into `folder`. **Throws** `ReportFault`.
    static func writer(
        into folder: String, formats: [ReportFormat] = ReportFormat.usual
    ) throws(ReportFault) -> FolderReportWriter {
        var others: [any ReportFormatWriter] = []
        for format in ReportFormat.allCases where formats.contains(format) {
            switch format {
            case .html, .json: break
            case .sr: others.append(try StructuredReportWriter())
            case .secondaryCapture: others.append(try SecondaryCaptureWriter())
            case .keyObjects: others.append(try KeyObjectWriter())
            }
        }
        return try FolderReportWriter(outputFolder: folder, formats: formats, others: others)
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
