import Foundation
import Testing

extension EndToEnd {
    @Suite struct `Memory` {
        /// Makes a study of `slices` slices of 256 x 256, ingests it and returns the largest resident memory of any
        /// process of that run in MiB, and the number of scored slices.
        private func peakMiB(slices: Int) throws -> (memory: Int, scored: Int) {
            try RunFolder.use { folder in
                let made = try Executable.run([
                    "phantom", "--output", folder.input.path, "--studies", "1", "--slices", "\(slices)", "--seed", "11",
                ])
                try #require(made.status == 0, "\(made.description)")
                try FileManager.default.removeItem(at: folder.input.appending(path: "truth.csv"))
                // Only the slices with most lung are scored, so that the test does not last as long as 1,000 of them.
                let bundle = try BundleCopy.make(in: folder.url, sections: "slices:\n  smallest-lung-fraction: 0.28")
                // A process started by the tests would inherit the tests' own peak (exec keeps it in ru_maxrss): a
                // small one between them measures its children alone.
                let output = try Tools.python(
                    """
                    import resource, subprocess, sys
                    end = subprocess.run(sys.argv[1:], stdout=subprocess.PIPE, text=True)
                    print(end.stdout.splitlines()[0])
                    print(end.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
                    """, [Executable.path] + folder.ingest(bundle: bundle))
                let lines = output.split(separator: "\n")
                try #require(lines.count == 2)
                let study = try JSON(parsing: Data(lines[0].utf8))
                #expect(study["slices"].integer == slices, "\(output)")
                let numbers = lines[1].split(separator: " ").compactMap { Int($0) }
                try #require(numbers.count == 2 && numbers[0] == 0)
                return (numbers[1] / 1024, try #require(study["scoredSlices"].integer))
            }
        }

        /// All 1,000 slices travel through the ring (125 MiB of HU), and some 200 become tensors (over 100 MiB): were
        /// either kept, the long study would need that much more than the short one. What grows with the number of
        /// slices is their headers, decisions and scores.
        @Test func `stays under 1.5 GB for 1,000 slices, and hardly depends on their number`() throws {
            let short = try peakMiB(slices: 100)
            let long = try peakMiB(slices: 1000)
            #expect(long.scored >= 150)
            // Parent and reader child together are at most twice the larger of them.
            #expect(2 * long.memory < 1500, "\(long)")
            #expect(long.memory - short.memory < 64, "\(short) \(long)")
        }
    }
}
