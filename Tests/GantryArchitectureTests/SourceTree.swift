import Foundation

/// The targets below `Sources/` and what their files import.
struct SourceTree {
    /// A module that a file imports.
    struct Import: Hashable, CustomStringConvertible {
        var module: String
        /// Path of the file below the folder that was read.
        var file: String

        var description: String { "\(file): import \(module)" }
    }

    /// What the files of each target that has Swift files import, by the target's name.
    let imports: [String: [Import]]
    /// The folders below `Sources/`, those without Swift files among them.
    let folders: Set<String>

    /// This package's.
    init() throws {
        let sources = Self.package.appending(path: "Sources")
        folders = Set(
            try FileManager.default.contentsOfDirectory(atPath: sources.path).filter { !$0.hasPrefix(".") })
        var imports: [String: [Import]] = [:]
        for target in folders where try !Self.swiftFiles(below: "Sources/" + target).isEmpty {
            imports[target] = try Self.imports(below: "Sources/" + target)
        }
        self.imports = imports
    }

    /// The package's folder.
    static let package = (0..<3).reduce(URL(filePath: #filePath)) { url, _ in url.deletingLastPathComponent() }

    /// What the Swift files below a folder of the package import.
    static func imports(below folder: String) throws -> [Import] {
        try swiftFiles(below: folder).flatMap { file in
            let text = try String(contentsOf: package.appending(path: folder + "/" + file), encoding: .utf8)
            return modules(importedBy: text).map { Import(module: $0, file: file) }
        }
    }

    private static func swiftFiles(below folder: String) throws -> [String] {
        try FileManager.default.subpathsOfDirectory(atPath: package.appending(path: folder).path).sorted()
            .filter { $0.hasSuffix(".swift") }
    }

    /// The modules that a Swift file imports, whole or a declaration of them, under whatever attributes. What stands in
    /// a text of several lines is none of them.
    static func modules(importedBy text: String) -> [String] {
        let line =
            #/
            ^ \h*
            (?: @\w+ (?: \( [^)]* \) )? \h+ )*
            (?: (?: public | package | internal | fileprivate | private ) \h+ )?
            import \h+
            (?: (?: struct | class | enum | protocol | typealias | func | let | var ) \h+ )?
            (\w+)
            /#
        // Every other part between the marks is such a text.
        let code = text.components(separatedBy: "\"\"\"").enumerated().filter { $0.offset.isMultiple(of: 2) }
        return code.map(\.element).joined().matches(of: line.anchorsMatchLineEndings()).map { String($0.1) }
    }
}
