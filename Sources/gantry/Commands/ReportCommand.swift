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
            """
    )

    @Argument(help: "Key of a study or of a patient.")
    var key: String?

    @Option(
        name: .customLong("patient-id"), help: ArgumentHelp("Read a Patient ID from standard input.", valueName: "-"))
    var patientID: String?

    @OptionGroup var location: StoreLocation

    @Option(help: ArgumentHelp("Folder for the reports.", valueName: "folder"))
    var output: String = "gantry/reports"

    func validate() throws {
        guard (key == nil) != (patientID == nil) else { throw ValidationError("Give a key, or --patient-id -.") }
        guard patientID == nil || patientID == "-" else {
            throw ValidationError("--patient-id takes only `-`: an identity in a command line is seen by everyone.")
        }
    }

    func run() throws {
        try command {
            let store = try location.openForReading()
            try RunOptions.refuse(writing: [("--output", output)], into: store.inputs())
            let reports = StudyReports(store: store, writer: try FolderReportWriter(outputFolder: output))
            var written = 0
            for patient in try patients(in: store) {
                for record in try store.records(of: patient) where key.map({ matches($0, record) }) ?? true {
                    for path in try reports.write(record.studyKey).get() {
                        Terminal.output.line((output as NSString).appendingPathComponent(path))
                    }
                    written += 1
                }
            }
            guard written > 0 else {
                throw CommandFault(
                    ExitStatus.noInput, "the store has no verdict for this. `gantry status` lists the keys.")
            }
        }
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
