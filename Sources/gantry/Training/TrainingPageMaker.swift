import GantryCore
import GantryImages
import GantryPipeline
import GantryReports
import GantryTraining

/// Makes `training.html` of where a run is.
struct TrainingPageMaker {
    let material: TrainingMaterial
    let plan: TrainingPlan
    let recipe: TrainingRecipe
    let record: TrainingRecord
    /// The bundle's name.
    let name: String
    /// What goes on with it.
    let resumeCommand: String

    /// The page; `probabilities` are the validation images' by the best epoch, empty before the first. **Throws** where
    /// a picture cannot be read or encoded.
    func html(
        _ state: TrainingState, _ probabilities: [[Double]], _ page: TrainingProgressReport.State
    ) throws -> String {
        var report = TrainingProgressReport(
            name: name, state: page, classes: record.classes,
            positiveClass: record.classes.count == 2 ? plan.positiveClass : nil, history: state.history,
            trainingCounts: counts(of: plan.training), validationCounts: counts(of: plan.validation),
            predictions: zip(plan.validation, probabilities).map { index, row in
                TrainingProgressReport.Prediction(
                    name: plan.names[index], label: plan.labels[index], probabilities: row)
            }, recipe: rows, warnings: record.remarks, gantryVersion: record.version, resumeCommand: resumeCommand)
        for place in report.mostWrong {
            let picture = try material.pictures.picture(plan.validation[place], epoch: nil)
            report.predictions[place].picture = try PNGWriting.bytes(of: picture)
        }
        return try TrainingPage(report).html
    }

    private func counts(of indices: [Int]) -> [Int] {
        var counts = [Int](repeating: 0, count: record.classes.count)
        for index in indices { counts[plan.labels[index]] += 1 }
        return counts
    }

    /// The recipe as a person reads it: its lines, without sections.
    private var rows: [(key: String, value: String)] {
        var rows: [(key: String, value: String)] = []
        for line in recipe.yaml.split(separator: "\n") where line.hasPrefix("  ") && !line.hasPrefix("  #") {
            let line = line.firstRange(of: "  # ").map { line[..<$0.lowerBound] } ?? line
            guard let colon = line.firstIndex(of: ":") else { continue }
            let value = line[line.index(after: colon)...].drop { $0 == " " }
            rows.append((String(line[..<colon].drop { $0 == " " }), String(value).replacing("\"", with: "")))
        }
        rows.append(("kernels", record.kernels))
        rows.append(("begun with", record.origin))
        return rows
    }
}
