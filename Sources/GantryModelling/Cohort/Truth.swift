import Foundation
import GantryCore
import GantryTraining

/// `truth.csv` as `gantry phantom` writes it: for each slice and each study whether disease is in it (`TruthTable`).
package struct Truth {
    /// A slice: one frame of one object.
    package struct Slice: Hashable {
        /// (0008,0018)
        package var sopInstanceUID: UID
        /// From 1.
        package var frameNumber: Int

        /// The frame of this number of this object.
        package init(sopInstanceUID: UID, frameNumber: Int) {
            self.sopInstanceUID = sopInstanceUID
            self.frameNumber = frameNumber
        }
    }

    /// Whether a slice is positive.
    package private(set) var slices: [Slice: Bool] = [:]
    /// Whether a study is positive, by Study Instance UID.
    package private(set) var studies: [UID: Bool] = [:]

    /// The truth in a file. **Throws** `cannotRead`, `malformed` naming the line.
    package init(path: String) throws(ModellingFault) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw ModellingFault(.cannotRead, subject: path, explanation: "cannot be read.")
        }
        do throws(DelimitedTable.Malformation) {
            for row in try TruthTable(DelimitedTable(text)).rows {
                let slice = Slice(sopInstanceUID: row.sopInstanceUID, frameNumber: row.frameNumber)
                slices[slice] = row.isPositiveSlice
                studies[row.studyInstanceUID] = row.isPositiveStudy
            }
        } catch {
            throw ModellingFault(.malformed, subject: "\(path):\(error.line)", explanation: error.explanation)
        }
    }
}
