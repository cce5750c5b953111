import Foundation
import Testing

extension EndToEnd {
    /// That what `pipeline.yaml` says reaches the reader and the rules.
    @Suite struct `Pipeline settings` {
        @Test func `a limit of the reader decides whether a study can be read`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                // The images have 64 rows and columns.
                for (limit, status) in [(63, 65), (64, 0)] as [(Int, Int32)] {
                    let bundle = try BundleCopy.make(
                        in: folder.url, sections: "reader:\n  largest-rows-or-columns: \(limit)\nslices:\n  select: all"
                    )
                    let end = try Executable.run(folder.ingest(bundle: bundle))
                    #expect(end.status == status, "\(limit): \(end.description)")
                }
            }
        }

        @Test func `a rule of the series refuses what it measures, and the table of series says so`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url, sections: "series:\n  fewest-slices: 17")
                let end = try Executable.run(folder.ingest(bundle: bundle))
                #expect(end.status == 65, "\(end.description)")
                #expect(end.output.contains("16 slices; the pipeline asks for at least 17"), "\(end.description)")
            }
        }

        @Test func `a setting outside its range is refused with its line, and 78`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(1, to: folder.input)
                let bundle = try BundleCopy.make(in: folder.url, sections: "reader:\n  most-frames: 0")
                let end = try Executable.run(folder.ingest(bundle: bundle))
                #expect(end.status == 78, "\(end.description)")
                #expect(end.errors.contains("`most-frames`: 0 is outside 1 to 2147483647"), "\(end.description)")
            }
        }
    }
}
