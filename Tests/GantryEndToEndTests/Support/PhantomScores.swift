import Foundation
import Testing

/// What the shipped bundle, or a copy in another precision, says of 60 phantom studies that it was not fitted on.
struct PhantomScores: Sendable {
    /// `gantry evaluate --json`.
    var evaluation: JSON
    /// Class probabilities of the scored slices, by SOP Instance UID.
    var slices: [String: [Double]] = [:]

    static func with(bundle: String) throws -> PhantomScores {
        let cohort = try cohort.get()
        return try RunFolder.use { folder in
            let end = try Executable.run(
                ["ingest", cohort.studies.path, "--json"] + folder.options(bundle: bundle))
            try #require(end.status == 0, "\(end.description)")
            let evaluated = try Executable.run(
                ["evaluate", "--truth", cohort.truth.path, "--store", folder.store.path, "--json"])
            var scores = PhantomScores(
                evaluation: try #require(try evaluated.lines(of: "evaluation").first, "\(evaluated.description)"))
            for report in try folder.reports().values {
                for slice in report["slices"].list where slice["reason"].text == "scored" {
                    let uid = try #require(slice["sopInstanceUID"].text)
                    scores.slices[uid] = slice["probabilities"].list.compactMap(\.number)
                }
            }
            return scores
        }
    }

    /// The studies and their truth, made once for every precision. `recipe.yaml` names seed 424242 as the tests'.
    private static let cohort = Result<(studies: URL, truth: URL), any Error> {
        let folder = try TemporaryFolder.make()
        let (studies, truth) = (folder.appending(path: "studies"), folder.appending(path: "truth.csv"))
        let made = try Executable.run(
            [
                "phantom", "--output", studies.path, "--seed", "424242", "--studies", "60", "--slices", "13",
            ])
        try #require(made.status == 0, "\(made.description)")
        try FileManager.default.moveItem(at: studies.appending(path: "truth.csv"), to: truth)
        return (studies, truth)
    }

    /// Those of the bundle as it ships, in f32.
    static func exact() throws -> PhantomScores { try shared.get() }

    private static let shared = Result<PhantomScores, any Error> { try with(bundle: Executable.bundle) }

    /// Area under the studies' ROC curve.
    var area: Double { get throws { try #require(evaluation["studyAUC"].number) } }

    /// The share of slices with the same most probable class as in `others`, which must be the same slices.
    func sameTopClass(as others: PhantomScores) throws -> Double {
        try #require(Set(slices.keys) == Set(others.slices.keys))
        func top(_ probabilities: [Double]) -> Int? {
            probabilities.indices.max { probabilities[$0] < probabilities[$1] }
        }
        let same = slices.count { uid, probabilities in others.slices[uid].map(top) == top(probabilities) }
        return Double(same) / Double(slices.count)
    }
}
