import Foundation
import GantryArrays
import GantryCore

/// `--golden-hu x.npy p.npy`: slices as `gantry extract` writes them, and what a golden run made of each.
package struct GoldenHounsfield {
    /// Slices.
    package let count: Int
    private let rows: Int
    private let columns: Int
    private let hounsfield: [Int16]
    private let expected: [Double]
    private let classes: Int
    private let path: String

    /// The arrays in two files: `<i2` [N, rows, columns], and `<f4` or `<f8` [N, classes].
    ///
    /// **Throws** `cannotRead`, `malformed`, `misshapen`.
    package init(slices path: String, probabilities: String, classes: Int) throws(ModellingFault) {
        let array = try Self.array(path)
        guard array.elementType == .signed16 else {
            throw ModellingFault(
                .malformed, subject: path,
                explanation: "holds '\(array.elementType.rawValue)'; expected Hounsfield units as `gantry extract` "
                    + "writes them, '<i2' (.astype('<i2')).")
        }
        let shape = array.shape
        guard shape.count == 3, shape.allSatisfy({ $0 > 0 }), max(shape[1], shape[2]) <= 65_535 else {
            throw ModellingFault(
                .misshapen, subject: path,
                explanation: "has shape \(shape); expected [slices, rows, columns], each at least 1."
                    + (shape.count == 2 ? " hu[None] makes one slice an array of one." : ""))
        }
        let scores = try Self.array(probabilities)
        guard let values = scores.reals else {
            throw ModellingFault(
                .malformed, subject: probabilities,
                explanation: "holds '\(scores.elementType.rawValue)'; expected probabilities, '<f4' or '<f8'.")
        }
        guard scores.shape == [shape[0], classes] || (classes == 1 && scores.shape == [shape[0]]) else {
            throw ModellingFault(
                .misshapen, subject: probabilities,
                explanation: "has shape \(scores.shape); expected [\(shape[0]), \(classes)], the probabilities of each "
                    + "slice.")
        }
        (count, rows, columns) = (shape[0], shape[1], shape[2])
        hounsfield = array.signed16
        expected = values
        self.classes = classes
        self.path = path
    }

    /// The slice of an index from 0.
    package func slice(_ index: Int) -> GoldenWay.Slice {
        let pixels = rows * columns
        return GoldenWay.Slice(
            name: "slice \(index) of \(path)", hounsfield: Array(hounsfield[index * pixels..<(index + 1) * pixels]),
            rows: rows, columns: columns, expected: Array(expected[index * classes..<(index + 1) * classes]))
    }

    private static func array(_ path: String) throws(ModellingFault) -> NPYArray {
        guard let data = FileManager.default.contents(atPath: path) else {
            throw ModellingFault(.cannotRead, subject: path, explanation: "cannot be read. Is the name right?")
        }
        do {
            return try NPYArray(Array(data), origin: path)
        } catch {
            throw ModellingFault(
                .malformed, subject: error.subject, status: error.status, explanation: error.explanation)
        }
    }
}
