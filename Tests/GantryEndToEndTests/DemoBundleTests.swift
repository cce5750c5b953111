import Foundation
import Testing

extension EndToEnd {
    @Suite struct `The bundle of this project` {
        /// Seed 424242 is none of those that MODEL_CARD.md names for fitting.
        @Test func `separates 60 phantom studies it was not fitted on`() throws {
            try RunFolder.use { folder in
                let made = try Executable.run([
                    "phantom", "--output", folder.input.path, "--seed", "424242", "--studies", "60", "--slices", "24",
                ])
                try #require(made.status == 0, "\(made.description)")
                let truth = folder.url.appending(path: "truth.csv")
                try FileManager.default.moveItem(at: folder.input.appending(path: "truth.csv"), to: truth)
                let end = try Executable.run(folder.ingest(bundle: Executable.bundle))
                #expect(end.status == 0, "\(end.description)")
                let evaluated = try Executable.run(
                    ["evaluate", "--truth", truth.path, "--store", folder.store.path, "--json"])
                let result = try #require(try evaluated.lines(of: "evaluation").first, "\(evaluated.description)")
                #expect(result["studies"].integer == 60)
                let area = try #require(result["studyAUC"].number)
                print("area under the ROC curve of 60 unseen studies: \(area)")
                #expect(area >= 0.95)
                // Both kinds are there in number, so that the area means something.
                for kind in ["truePositive", "trueNegative"] {
                    let count = ["negative", "indeterminate", "positive"].compactMap { result[kind][$0].integer }
                    #expect(count.reduce(0, +) >= 20)
                }
            }
        }
    }
}
