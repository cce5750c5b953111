import Foundation
import Testing

/// Small phantoms with their truth, judged by a small network: what evaluations are made of.
struct LabelledCohort: Sendable {
    /// Folder of the studies.
    let studies: URL
    /// `truth.csv` of the phantoms.
    let truth: URL
    /// `study_instance_uid;label` of the same.
    let studyTruth: URL
    /// Labels of slices and studies by which the network is right of most: a temperature can be fitted.
    let calibrationTruth: URL
    /// A bundle of a small network.
    let bundle: String
    /// What it says of the studies.
    let store: URL
    /// Their reports.
    let reports: URL

    /// Made once; nobody changes it.
    static func shared() throws -> LabelledCohort { try made.get() }

    private static let made = Result<LabelledCohort, any Error> {
        let folder = try TemporaryFolder.make()
        let studies = folder.appending(path: "studies")
        let phantoms = try Executable.run([
            "phantom", "--output", studies.path, "--seed", "5", "--studies", "6", "--slices", "16", "--matrix", "64",
        ])
        try #require(phantoms.status == 0, "\(phantoms.description)")
        let truth = folder.appending(path: "truth.csv")
        try FileManager.default.moveItem(at: studies.appending(path: "truth.csv"), to: truth)
        let cohort = LabelledCohort(
            studies: studies, truth: truth, studyTruth: folder.appending(path: "studies.csv"),
            calibrationTruth: folder.appending(path: "calibration.csv"),
            bundle: try SmallBundle.make(in: folder), store: folder.appending(path: "store.sqlite"),
            reports: folder.appending(path: "reports"))
        let labels = try cohort.labels()
        let rows = labels.sorted { $0.key < $1.key }.map { "\($0.key);\($0.value ? "covid19" : "negative")\r\n" }
        try Data(("study_instance_uid;label\r\n" + rows.joined()).utf8).write(to: cohort.studyTruth)
        let end = try Executable.run([
            "ingest", studies.path, "--pipeline", cohort.bundle, "--store", cohort.store.path, "--output",
            cohort.reports.path, "--smallest-free-gb", "0",
        ])
        try #require(end.status == 0, "\(end.description)")
        try Data(cohort.calibration().utf8).write(to: cohort.calibrationTruth)
        return cohort
    }

    /// Seven of ten slices are positive, whatever the network says of them, and four of six studies: it says something
    /// above a half of all, so that it is right of most, and not sure enough.
    private func calibration() throws -> String {
        var text = "study_instance_uid,sop_instance_uid,label\n"
        let files = reports.filesBelow.filter { $0.lastPathComponent == "report.json" }
        let found = try files.map { try JSON(contentsOf: $0) }
            .sorted { ($0["studyInstanceUID"].text ?? "") < ($1["studyInstanceUID"].text ?? "") }
        var number = 0
        for (index, report) in found.enumerated() {
            let study = report["studyInstanceUID"].text ?? ""
            text += "\(study),,\(index % 3 == 0 ? "negative" : "covid19")\n"
            for slice in report["slices"].list where slice["reason"].text == "scored" {
                let isNegative = [0, 3, 6].contains(number % 10)
                text += "\(study),\(slice["sopInstanceUID"].text ?? ""),\(isNegative ? "negative" : "covid19")\n"
                number += 1
            }
        }
        return text
    }

    /// Whether each study is positive, by its UID.
    func labels() throws -> [String: Bool] {
        var labels: [String: Bool] = [:]
        let lines = try String(contentsOf: truth, encoding: .utf8).split(separator: "\n")
        let columns = lines[0].split(separator: ",")
        let study = try #require(columns.firstIndex(of: "study_instance_uid"))
        let positive = try #require(columns.firstIndex(of: "positive_study"))
        for line in lines.dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false)
            labels[String(fields[study])] = fields[positive] == "1"
        }
        return labels
    }
}
