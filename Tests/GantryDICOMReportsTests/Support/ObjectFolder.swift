import Foundation
import GantryCore
import GantryDICOMReports
import GantryTestSupport
import Testing

/// The objects of a record as files, and what other programs say of them.
struct ObjectFolder {
    private let folder: TemporaryFolder
    /// Their paths, in the order of writing.
    let objects: [String]
    /// What stands beside them.
    let descriptions: [String]

    init(_ files: [ReportFile]) throws {
        folder = try TemporaryFolder()
        var paths: [String] = []
        for file in files {
            let path = folder.path + "/" + (file.path as NSString).lastPathComponent
            try Data(file.bytes).write(to: URL(filePath: path))
            paths.append(path)
        }
        objects = paths.filter { $0.hasSuffix(".dcm") }
        descriptions = paths.filter { $0.hasSuffix(".json") }
    }

    /// Lines of dciodvfy that begin with Error, without those that the standard permits. What it prints is said on
    /// standard error, and its exit code says nothing.
    static func errors(in object: String) throws -> [String] {
        let program = try FinishedProgram("/usr/bin/dciodvfy", ["-new", object])
        return (program.error + program.output).split(separator: "\n").map(String.init)
            .filter { $0.hasPrefix("Error") && !isTolerated($0) }
    }

    /// Whether the standard permits what an error of `dciodvfy` is about. It counts the bytes of a text where PS3.5
    /// table 6.2-1 counts characters (SH 16, LO 64), and a character of ISO_IR 192 has up to four.
    private static func isTolerated(_ error: String) -> Bool {
        let length = /\[(?:SH|LO)\] = <(?<text>.*)> - Length invalid for this VR = <\d+> - expected <= (?<most>\d+)/
        guard let found = error.firstMatch(of: length), let most = Int(found.most) else { return false }
        return found.text.unicodeScalars.count <= most
    }

    /// What pydicom reads of the objects, by `Golden/read_objects.py`.
    func read() throws -> [ReadObject] {
        let script = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
            .appending(path: "Golden/read_objects.py").path
        let program = try FinishedProgram("/usr/bin/python3", [script] + objects)
        #expect(program.status == 0, "\(program.error)")
        return try JSONDecoder().decode([ReadObject].self, from: Data(program.output.utf8))
    }
}

/// An object as pydicom reads it.
struct ReadObject: Decodable, Equatable {
    var sopClassUID: String
    var sopInstanceUID: String
    var seriesInstanceUID: String
    var studyInstanceUID: String
    var modality: String
    var patientName: String
    var patientID: String
    var patientBirthDate: String
    var patientSex: String
    var accessionNumber: String
    var contentDate: String
    var contentTime: String
    var timezone: String?
    var instanceNumber: Int
    var deviceUID: String
    /// Of the evidence, `series/instance`.
    var evidence: [String]
    /// Code values of what was done.
    var procedures: [String]
    /// Of the documents before this one.
    var predecessors: [String]
    /// Of the document's images, `instance` or `instance#frame`.
    var images: [String]
    /// Numbers of the content tree by code value, in full.
    var numbers: [String: Double]
    /// Codes of the content tree, `name=value`.
    var codes: [String]
    /// Texts of the content tree by code value of their names.
    var texts: [String: [String]]
    /// Of pictures.
    var rows: Int?
    var columns: Int?
    var photometricInterpretation: String?
    var burnedInAnnotation: String?
    var lossy: String?
    var sourceImages: [String]
    /// Sum of all samples.
    var sampleSum: Int?
}
