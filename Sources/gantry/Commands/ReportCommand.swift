import ArgumentParser
import Foundation
import GantryCore
import GantryPipeline
import GantryReports
import GantryStore

/// `gantry report`: reports again, from the store alone.
struct ReportCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "report",
        abstract: "Writes the reports of a study or a patient again, from the store alone.",
        discussion: """
            KEY is the key of a study or of a patient, or its first digits; the input may be gone. \
            `--patient-id -` reads a Patient ID from standard input instead, so that it stands in no command line; on \
            a terminal it asks for it and does not show what is typed.

            DICOM objects (sr, secondary-capture, key-objects, encapsulated-pdf) are written below `outbox` in the \
            folder, one file an object, each with a .json beside it that says where it comes from; fhir is a Bundle \
            of FHIR R4 beside report.json.

            With --deidentify no format names the patient: docs/deidentify.md says what goes, what is replaced and \
            what stays. Such reports need a folder of their own.
            """
    )

    @Argument(help: "Key of a study or of a patient.")
    var key: String?

    @Option(
        name: .customLong("patient-id"), help: ArgumentHelp("Read a Patient ID from standard input.", valueName: "-"))
    var patientID: String?

    @OptionGroup var location: StoreLocation

    @Option(help: ArgumentHelp("Folder for the reports; gantry/reports unless given.", valueName: "folder"))
    var output: String?

    @Option(
        name: .customLong("format"),
        help: ArgumentHelp(
            "A format: \(ReportFormat.allCases.map(\.rawValue).joined(separator: ", ")). May be given several times; "
                + "html and json unless given.",
            valueName: "name"))
    var formats: [String] = []

    @OptionGroup var languageOption: ReportLanguageOption

    @Flag(
        help: """
            Write reports that name nobody: without names, numbers, dates and texts of the images, with pseudonyms for \
            keys, UIDs and paths, the same in every output of this store. Needs --output.
            """)
    var deidentify = false

    private var folder: String { output ?? "gantry/reports" }

    func validate() throws {
        guard !deidentify || output != nil else {
            throw ValidationError(
                "--deidentify needs --output, with a folder that holds no reports that name patients.")
        }
        guard (key == nil) != (patientID == nil) else { throw ValidationError("Give a key, or --patient-id -.") }
        guard patientID == nil || patientID == "-" else {
            throw ValidationError("--patient-id takes only `-`: an identity in a command line is seen by everyone.")
        }
        _ = try ReportOutput.formats(formats)
    }

    func run() throws {
        try command {
            let store = try location.openForReading()
            try RunOptions.refuse(writing: [("--output", folder)], into: store.inputs())
            let writer = try ReportOutput.writer(
                into: folder, formats: ReportOutput.formats(formats), language: languageOption.language,
                isDeidentified: deidentify)
            let reports = StudyReports(
                store: store, writer: writer, pseudonyms: deidentify ? store.pseudonyms : nil)
            var outcome = Outcome()
            for patient in try patients(in: store) {
                for record in try store.records(of: patient) where key.map({ matches($0, record) }) ?? true {
                    outcome.studies += 1
                    write(record.studyKey, try reports.write(record.studyKey), into: &outcome)
                }
            }
            guard outcome.studies > 0 else {
                throw CommandFault(
                    ExitStatus.noInput, "the store has no verdict for this. `gantry status` lists the keys.")
            }
            if outcome.status != ExitStatus.done { throw ExitCode(outcome.status) }
        }
    }

    /// What became of everything that was asked for.
    private struct Outcome {
        var studies = 0
        var files = 0
        /// The code of the first fault; nil where there was none.
        var fault: Int32?

        var status: Int32 {
            guard let fault else { return ExitStatus.done }
            return files > 0 ? ExitStatus.someFailed : fault
        }
    }

    private func write(_ study: StudyKey, _ result: Result<WrittenReports, ReportFault>, into outcome: inout Outcome) {
        var written = WrittenReports()
        switch result {
        case .success(let some): written = some
        case .failure(let fault):
            let end = CommandFault(fault)
            Terminal.error.sentence(end.description.printable, start: "gantry: ")
            outcome.fault = outcome.fault ?? end.status
        }
        for path in written.paths { Terminal.output.line((folder as NSString).appendingPathComponent(path)) }
        for remark in written.remarks {
            Terminal.error.sentence("study \(study): \(remark).".printable, start: "Note: ")
        }
        for missing in written.missing {
            Terminal.error.sentence("study \(study): \(missing.sentence)".printable, start: "gantry: ")
            // A study that has nothing to show in a format failed in nothing, unless that is all that was asked for.
            guard missing.fault.code != .notApplicable || written.paths.isEmpty else { continue }
            outcome.fault = outcome.fault ?? CommandFault(missing.fault).status
        }
        outcome.files += written.paths.count
    }

    private func matches(_ key: String, _ record: StudyRecord) -> Bool {
        record.studyKey.value.hasPrefix(key.lowercased()) || record.patientKey.value.hasPrefix(key.lowercased())
    }

    private func patients(in store: SQLiteStudyStore) throws -> [PatientKey] {
        if patientID != nil {
            return try store.patientKey(patientID: HiddenInput.line(prompt: "Patient ID (not shown): ") ?? "")
        }
        let key = (key ?? "").lowercased()
        guard key.count >= 4 else { throw CommandFault(ExitStatus.usage, "give at least four digits of the key.") }
        let matching = try store.summaries().filter {
            $0.studyKey.value.hasPrefix(key) || $0.patientKey.value.hasPrefix(key)
        }
        return Array(Set(matching.map(\.patientKey))).sorted()
    }
}
