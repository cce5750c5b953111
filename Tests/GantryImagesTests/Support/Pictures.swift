import Foundation
import GantryArrays
import GantryCore
import GantryImages
import GantryTestSupport
import Testing

/// The pictures beside the tests, which `Golden/make_golden.py` wrote, and what others make of them.
enum Pictures {
    private static let golden = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
        .appending(path: "Golden")

    /// Their folder.
    static let folder = golden.appending(path: "pictures").path

    /// Their names, sorted.
    static let names = (try? FileManager.default.contentsOfDirectory(atPath: folder))?.sorted() ?? []

    static func bytes(_ name: String) throws -> [UInt8] {
        Array(try Data(contentsOf: URL(filePath: folder + "/" + name)))
    }

    /// The arrays of a golden file.
    static func arrays(_ name: String) throws -> NPZFile {
        try NPZFile(path: golden.appending(path: name).path)
    }

    /// A reader that starts the built executable.
    static func reader(limits: ImageLimits = ImageLimits()) throws -> ImageReader {
        ImageReader(executable: try builtExecutable(), limits: limits)
    }

    /// What the built executable decodes of one of the pictures.
    static func picture(_ name: String) throws -> PixelImage {
        try #require(try reader().outcomes(below: folder, of: [name]).first).get()
    }
}

extension ImageReader {
    /// What came of each file, in order.
    func outcomes(below root: String, of paths: [String]) throws -> [Result<PixelImage, ImageFault>] {
        var outcomes: [Result<PixelImage, ImageFault>] = []
        try read(root: root, paths: paths) { index, outcome in
            #expect(index == outcomes.count)
            outcomes.append(outcome)
            return .proceed
        }
        return outcomes
    }
}

extension Result {
    /// The failure, or nil.
    var fault: Failure? { if case .failure(let fault) = self { fault } else { nil } }
}

extension NPYArray {
    /// The elements as a picture's: UInt8 x 257, or UInt16.
    func pixels() throws -> [UInt16] {
        try integers().map { UInt16($0 * (elementType == .unsigned8 ? 257 : 1)) }
    }
}
