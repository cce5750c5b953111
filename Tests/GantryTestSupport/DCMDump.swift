import Foundation

/// What DCMTK's own tool finds in a DICOM file: an opinion apart from this project's reader.
package struct DCMDump {
    /// The dump, a line an attribute, two spaces of indentation for each item or sequence around it.
    package var lines: [String]

    /// The dump of the file at `path`, long values whole. **Throws** where the tool is absent (Debian package `dcmtk`)
    /// or finds no DICOM file.
    package init(_ path: String) throws {
        let process = Process()
        process.executableURL = URL(filePath: "/usr/bin/dcmdump")
        process.arguments = ["+L", "-q", path]
        process.standardInput = FileHandle.nullDevice
        let output = Pipe()
        process.standardOutput = output
        try process.run()
        let data = try output.fileHandleForReading.readToEnd() ?? Data()
        process.waitUntilExit()
        guard process.terminationStatus == 0 else { throw POSIXFailure(number: process.terminationStatus) }
        lines = String(decoding: data, as: UTF8.self).components(separatedBy: "\n")
    }

    /// Values of every attribute of this keyword, at any depth, in order; text without its brackets.
    package func values(_ keyword: String) -> [String] {
        lines.filter { $0.hasSuffix(" " + keyword) }.map(Self.value)
    }

    /// Number of sequences or items around the first attribute of this keyword; nil where there is none.
    package func depth(_ keyword: String) -> Int? {
        lines.first { $0.hasSuffix(" " + keyword) }.map { $0.prefix { $0 == " " }.count / 2 }
    }

    /// `(0018,0050) DS [5.0]    #   4, 1 SliceThickness` has the value `5.0`.
    private static func value(_ line: String) -> String {
        let text = line.drop { $0 == " " }.dropFirst(15)
        guard text.first == "[" else { return String(text.prefix { $0 != " " }) }
        let end = text.range(of: "]", options: .backwards)?.lowerBound ?? text.endIndex
        return String(text[text.index(after: text.startIndex)..<end])
    }
}
