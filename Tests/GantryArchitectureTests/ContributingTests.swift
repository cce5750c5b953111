import Foundation
import Testing

/// What `CONTRIBUTING.md` says of where things are.
@Suite struct ContributingTests {
    @Test(arguments: ["How a slice travels", "How a training image travels"])
    func `every file that is passed through is there`(_ heading: String) throws {
        let page = try String(contentsOf: SourceTree.package.appending(path: "CONTRIBUTING.md"), encoding: .utf8)
        let rows = page.split(separator: "\n").drop { $0 != "## \(heading)" }.dropFirst()
            .prefix { !$0.hasPrefix("## ") }.filter { $0.hasPrefix("| ") }.dropFirst()
        #expect(rows.count > 8)
        for row in rows {
            let files = try #require(row.split(separator: "|").last).matches(of: #/`([^`]+)`/#).map(\.output.1)
            #expect(!files.isEmpty, "\(row)")
            var folder = ""
            for file in files {
                // One without a folder lies beside the one before it.
                if let slash = file.lastIndex(of: "/") { folder = String(file[...slash]) }
                let path = file.contains("/") ? String(file) : folder + file
                let url = SourceTree.package.appending(path: "Sources").appending(path: path)
                #expect(FileManager.default.fileExists(atPath: url.path), "\(path)")
            }
        }
    }
}
