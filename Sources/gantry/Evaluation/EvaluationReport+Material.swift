import Foundation
import GantryCore
import GantryModelling
import GantryPipeline

extension EvaluationReport {
    /// The figures of what was scored. `evaluated` and `truth` are what a person calls them; links to reports are
    /// relative to the folder `page`, or to the current one.
    init(
        _ material: EvaluationMaterial, evaluated: String, truth: String, seed: UInt64, page: String?,
        compared other: (name: String, material: EvaluationMaterial)? = nil
    ) {
        var evaluator = Evaluator(classes: material.classes, judging: material.judging)
        evaluator.bootstrap.seed = seed
        evaluator.bootstrap.workers = CoreDivision.available
        let unit = material.judgedUnit
        let cases = material.cases(unit)
        let links = EvaluationLinks(material, page: page)
        let wrong = evaluator.wrong(cases, report: links.report)
        let groups =
            unit == .study ? evaluator.groups(cases, attributes: material.studies.map(\.attributes)) : []
        self.init(
            gantryVersion: Gantry.version, evaluated: evaluated, truth: truth, classes: material.classes.names,
            positiveClass: material.classes.names[material.classes.positive],
            activation: material.classes.activation, negativeBelow: material.judging.negativeBelow,
            positiveFrom: material.judging.positiveFrom, studies: unit == .study ? material.judgedCases : 0,
            slices: evaluator.known(material.cases(.slice)), images: unit == .image ? cases.count : 0,
            truePositive: material.verdicts(ofPositive: true), trueNegative: material.verdicts(ofPositive: false),
            unlikeTraining: material.unlike.measured == 0
                ? nil : EvaluationShare(material.unlike.cases, of: material.unlike.measured),
            bootstrap: Bootstrap(draws: PatientBootstrap.draws, seed: seed),
            levels: material.levels.map(evaluator.level), groups: groups,
            wrong: wrong.first.map(links.shown), wrongCases: wrong.all,
            comparison: other.map { Self.comparison(evaluator, material, $0.name, $0.material) },
            remarks: material.remarks)
        remarks += missing
    }

    private static func comparison(
        _ evaluator: Evaluator, _ material: EvaluationMaterial, _ name: String, _ other: EvaluationMaterial
    ) -> EvaluationComparison {
        let unit = material.judgedUnit
        let agreement = Evaluator.agreement(material.cases(unit), other.cases(unit))
        let same = agreement.indices.reduce(0) { $0 + agreement[$1][$1] }
        return EvaluationComparison(
            other: name,
            areas: material.levels.flatMap { evaluator.areas($0, other.cases($0.unit), of: other.classes) },
            unit: unit,
            agreement: agreement, same: EvaluationShare(same, of: agreement.joined().reduce(0, +)))
    }

    /// What of the positive class could not be computed, a sentence for each kind of cases.
    private var missing: [String] {
        levels.compactMap { level in
            // Where the truth says nothing of slices, that is said already.
            guard let own = positive(level.unit), let note = own.area.note, own.cases > 0 || level.unit != .slice else {
                return nil
            }
            let figure = own.area.value == nil ? "the area under the ROC curve" : "its interval"
            return "Of \(level.unit.words.plural) \(figure) is not known: \(note)."
        }
    }
}

extension Evaluator {
    /// Cases of which the positive class's truth and probability are known.
    fileprivate func known(_ cases: EvaluationCases) -> Int { cases.column(classes.positive).rows.count }
}

/// What the cases are called, and where their reports lie.
private struct EvaluationLinks {
    private let material: EvaluationMaterial
    private let page: String?
    private let keys: [String: StudyKey]

    init(_ material: EvaluationMaterial, page: String?) {
        self.material = material
        self.page = page
        let names = material.cases(.study).names
        keys = Dictionary(zip(names, material.studies.map(\.key)), uniquingKeysWith: { first, _ in first })
    }

    /// The case under the name that a person knows: a study's key.
    func shown(_ wrong: EvaluationWrong) -> EvaluationWrong {
        var wrong = wrong
        if let key = keys[wrong.name] { wrong.name = key.value }
        return wrong
    }

    /// The report of a study, or the file of an image; nil where there is none.
    func report(_ row: Int) -> String? {
        var path: String?
        if material.studies.indices.contains(row), let folder = material.reportFolder {
            let study = material.studies[row]
            path = "\(folder)/patients/\(study.patient)/\(study.key)/report.html"
        } else if let folder = material.imageFolder {
            path = "\(folder)/\(material.cases(.image).names[row])"
        }
        guard let path, FileManager.default.fileExists(atPath: path) else { return nil }
        return Self.relative(path, to: page ?? ".")
    }

    /// A path from one folder to a file, as a link has it.
    private static func relative(_ path: String, to folder: String) -> String {
        let (own, base) = (
            URL(filePath: path).standardizedFileURL.pathComponents,
            URL(filePath: folder).standardizedFileURL.pathComponents
        )
        let common = zip(own, base).prefix { $0 == $1 }.count
        let parts = [String](repeating: "..", count: base.count - common) + own.dropFirst(common)
        return parts.map { $0.addingPercentEncoding(withAllowedCharacters: .urlPathAllowed) ?? $0 }
            .joined(separator: "/")
    }
}
