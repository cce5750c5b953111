import Foundation
import Testing

/// Some minutes of arithmetic, beside the other tests that run the executable.
@Suite(.serialized, .timeLimit(.minutes(10))) struct `The bundle of this project` {
    @Test func `is what its list of digests says`() throws {
        let bundle = Executable.packageFolder.appending(path: "Pipelines/covid19-chest-ct").path
        let end = try Executable.run(["bundle", "verify", bundle])
        #expect(end.status == 0, "\(end.description)")
    }

    @Test func `separates 60 phantom studies that it has never seen`() throws {
        let result = try PhantomScores.exact().evaluation
        #expect(result["studies"].integer == 60)
        let area = try PhantomScores.exact().area
        print("area under the ROC curve of 60 unseen studies: \(area)")
        #expect(area >= 0.95)
        // Both kinds are there in number, so that the area means something.
        for kind in ["truePositive", "trueNegative"] {
            let count = ["negative", "indeterminate", "positive"].compactMap { result[kind][$0].integer }
            #expect(count.reduce(0, +) >= 20)
        }
    }

    @Test func `calls phantoms unlike whose noise, kernel or window is another, whatever their headers say`() throws {
        func medians(_ options: [String]) throws -> (distances: [Double], unlike: Int) {
            try RunFolder.use { folder in
                let made = try Executable.run(
                    [
                        "phantom", "--output", folder.input.path, "--seed", "424243", "--studies", "16", "--slices",
                        "12", "--equal-headers",
                    ] + options)
                try #require(made.status == 0, "\(made.description)")
                let end = try Executable.run(folder.ingest(bundle: Executable.bundle))
                try #require(end.status == 0 || end.status == 8, "\(end.description)")
                let reports = try folder.reports().values
                return (
                    reports.compactMap { $0["distances"]["median"].number },
                    reports.count { $0["unlikeTraining"].text == "unlike" }
                )
            }
        }
        func area(_ less: [Double], _ more: [Double]) -> Double {
            let pairs = less.flatMap { low in more.map { $0 > low ? 1 : $0 == low ? 0.5 : 0 } }
            return pairs.reduce(0, +) / Double(pairs.count)
        }
        let like = try medians([])
        #expect(like.distances.count >= 12 && like.unlike <= 1)
        for (options, fewest) in [
            (["--fix", "noise=45", "--fix", "kernel=edge"], 12),
            // Half of those that a viewer has exported show no lung that could be scored.
            (["--exported-window", "40,400"], 5),
        ] {
            let other = try medians(options)
            #expect(other.distances.count >= fewest)
            // By the window all of them are far beyond, by noise and kernel near the limit.
            #expect(other.unlike >= (fewest == 12 ? 1 : other.distances.count))
            #expect(area(like.distances, other.distances) >= 0.9, "\(options): \(like), \(other)")
        }
    }

    /// Elsewhere f32 takes its place, as another test shows on one study.
    @Test(.enabled(if: hasBF16)) func `says nearly the same in bf16`() throws {
        try TemporaryFolder.use { folder in
            let bundle = try BundleCopy.make(in: folder) { $0 }
            try BundleCopy.set(precision: "bf16", in: bundle)
            let scores = try PhantomScores.with(bundle: bundle)
            try compare(scores, "bf16", leastAgreement: 0.99)
            #expect(try scores.slices != PhantomScores.exact().slices)
        }
    }

    /// Whether the CPU has an arithmetic for bf16, and `GANTRY_CPU` names no lesser one.
    private static var hasBF16: Bool {
        let named = ProcessInfo.processInfo.environment["GANTRY_CPU"] ?? "avx512bf16"
        let flags = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
        return named == "avx512bf16" && flags?.contains("avx512_bf16") ?? false
    }

    /// Quantised once, on other phantoms, like a user's cohort of studies at hand.
    private static let quantized = Result<String, any Error> {
        let folder = try TemporaryFolder.make()
        let bundle = try BundleCopy.make(in: folder) { $0 }
        let cohort = folder.appending(path: "cohort").path
        let made = try Executable.run(
            ["phantom", "--output", cohort, "--seed", "20", "--studies", "24", "--slices", "10"])
        try #require(made.status == 0, "\(made.description)")
        let quantized = try Executable.run(["model", "quantize", cohort, "--pipeline", bundle])
        try #require(quantized.status == 0, "\(quantized.description)")
        try BundleCopy.set(precision: "int8", in: bundle)
        return bundle
    }

    @Test func `can be quantised on a cohort at hand`() throws {
        let bundle = try Self.quantized.get()
        #expect(URL(filePath: bundle).appending(path: "model.int8.safetensors").exists)
    }

    @Test func `says nearly the same in 8 bits`() throws {
        let scores = try PhantomScores.with(bundle: Self.quantized.get())
        try compare(scores, "int8", leastAgreement: 0.98)
        #expect(try scores.slices != PhantomScores.exact().slices)
    }

    private func compare(_ scores: PhantomScores, _ precision: String, leastAgreement: Double) throws {
        let exact = try PhantomScores.exact()
        let (agreement, areas) = (try scores.sameTopClass(as: exact), (try scores.area, try exact.area))
        // Slices that the least difference may turn are among them, or agreement would be no feat.
        let near = exact.slices.values.count { abs(($0.last ?? 0) - 0.5) < 0.1 }
        print(
            "\(precision): same top class on \(agreement) of \(exact.slices.count) slices, \(near) of them near 0.5; "
                + "area under the studies' ROC curve \(areas.0), f32 \(areas.1)")
        #expect(near >= 5)
        #expect(agreement >= leastAgreement)
        #expect(abs(areas.0 - areas.1) <= 0.005)
        #expect(exact.slices.count >= 600)
    }
}
