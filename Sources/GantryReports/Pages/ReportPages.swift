import GantryCore
import Mustache

/// The compiled-in templates, parsed once.
package struct ReportPages {
    private let library: MustacheLibrary

    /// **Throws** `.cannotEncode` where a template does not parse.
    init() throws(ReportFault) {
        MustacheContentTypes.register(MarkupEscaping(), named: MarkupEscaping.contentTypeName)
        var library = MustacheLibrary()
        for (name, text) in Self.templates {
            do {
                // A partial falls back to Mustache's own escaping unless it says otherwise itself.
                try library.register("{{% CONTENT_TYPE:\(MarkupEscaping.contentTypeName)}}\n" + text, named: name)
            } catch {
                throw ReportFault(
                    .cannotEncode, subject: "template \(name)", explanation: "it does not parse: \(error)")
            }
        }
        self.library = library
    }

    /// `report.html` as UTF-8.
    func study(_ page: StudyPage) throws(ReportFault) -> [UInt8] { try render(page, "study") }

    /// `index.html` as UTF-8.
    func patient(_ page: PatientPage) throws(ReportFault) -> [UInt8] { try render(page, "patient") }

    /// `training.html`.
    func training(_ page: TrainingPage) throws(ReportFault) -> String {
        String(decoding: try render(page, "training"), as: UTF8.self)
    }

    /// `evaluation.html`.
    func evaluation(_ page: EvaluationPage) throws(ReportFault) -> String {
        String(decoding: try render(page, "evaluation"), as: UTF8.self)
    }

    private func render(_ page: Any, _ name: String) throws(ReportFault) -> [UInt8] {
        guard let text = library.render(page, withTemplate: name) else {
            throw ReportFault(.cannotEncode, subject: "template \(name)", explanation: "it is not registered")
        }
        return Array(text.utf8)
    }

    /// All of them, by name.
    package static let templates: [(name: String, text: String)] = [
        ("study", StudyTemplate.page),
        ("verdict", StudyTemplate.verdict),
        ("slices", StudyTemplate.slices),
        ("pictures", StudyTemplate.pictures),
        ("series", SeriesTemplate.section),
        ("files", FilesTemplate.section),
        ("provenance", ProvenanceTemplate.section),
        ("patient", PatientTemplate.page),
        ("progression", ProgressionTemplate.section),
        ("change", ProgressionTemplate.change),
        ("head", PageHeadTemplate.section),
        ("running", RunningHeadTemplate.section),
        ("failures", FailuresTemplate.section),
        ("slice-table", StudyTemplate.sliceTable),
        ("training", TrainingTemplate.page),
        ("training-state", TrainingTemplate.state),
        ("training-validation", TrainingTemplate.validation),
        ("training-tables", TrainingTemplate.tables),
        ("evaluation", EvaluationTemplate.page),
        ("evaluation-level", EvaluationTemplate.level),
        ("evaluation-groups", EvaluationTemplate.groups),
        ("evaluation-comparison", EvaluationTemplate.comparison),
    ]
}
