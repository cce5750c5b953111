import Foundation
import Testing

/// What the formatter does not look at: comments, C and C++, and texts within a literal.
@Suite struct LineTests {
    /// Columns of a line, counted in characters.
    private static let most = 120

    @Test(arguments: ["Sources", "Tests", "Benchmarks", "Fuzz"])
    func `no line is longer than 120 columns`(_ folder: String) throws {
        let root = SourceTree.package.appending(path: folder)
        let files = try #require(FileManager.default.enumerator(at: root, includingPropertiesForKeys: nil))
        var count = 0
        for case let file as URL in files
        where ["swift", "c", "h", "cpp"].contains(file.pathExtension) && !file.lastPathComponent.hasSuffix(".pb.swift")
        {
            count += 1
            let text = try String(contentsOf: file, encoding: .utf8)
            for (number, line) in text.split(separator: "\n", omittingEmptySubsequences: false).enumerated()
            where line.count > Self.most {
                Issue.record("\(file.lastPathComponent):\(number + 1): \(line.count) columns")
            }
        }
        #expect(count > 0)
    }
}
