import Foundation
import GantryCore
import GantryStore

/// Makes a store of judged studies and the truth of them: what `gantry evaluate` and `gantry reaggregate` are timed on.
@main
enum EvaluationBenchmark {
    static func main() throws {
        let arguments = CommandLine.arguments.dropFirst()
        guard let folder = arguments.first, let studies = Int(arguments.dropFirst().first ?? "10000"), studies > 0
        else {
            FileHandle.standardError.write(Data("usage: evaluation-benchmark NEW-FOLDER [STUDIES]\n".utf8))
            exit(64)
        }
        let store = try SQLiteStudyStore(
            path: folder + "/gantry.sqlite", access: .runner(name: "evaluation benchmark"))
        var truth = "study_instance_uid,sop_instance_uid,label\n"
        for number in 0..<studies {
            let study = try DrawnStudy(number)
            truth += study.truth
            try study.judge(in: store)
        }
        try Data(truth.utf8).write(to: URL(filePath: folder + "/truth.csv"))
    }
}
