import Foundation
import GantryCore

/// `truth.csv` as `gantry phantom` writes it: for each slice and each study whether disease is in it.
///
/// The first line names the columns; `study_instance_uid`, `sop_instance_uid`, `positive_slice` and `positive_study`
/// are used, 1 and 0 for yes and no, and `frame_number`, 1 where there is no such column. No quoting: UIDs and digits
/// need none.
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
        let lines = text.split(whereSeparator: \.isNewline)
        let columns = lines.first?.split(separator: ",").map(String.init) ?? []
        guard let study = columns.firstIndex(of: "study_instance_uid"),
            let instance = columns.firstIndex(of: "sop_instance_uid"),
            let positiveSlice = columns.firstIndex(of: "positive_slice"),
            let positiveStudy = columns.firstIndex(of: "positive_study")
        else {
            throw ModellingFault(
                .malformed, subject: "\(path):1",
                explanation: "names the columns \(columns.joined(separator: ",")); expected study_instance_uid, "
                    + "sop_instance_uid, positive_slice and positive_study among them.")
        }
        let frame = columns.firstIndex(of: "frame_number")
        for (number, line) in lines.enumerated().dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == columns.count, let studyUID = UID(fields[study]), let sopUID = UID(fields[instance]),
                let isPositiveSlice = Self.flag(fields[positiveSlice]),
                let isPositiveStudy = Self.flag(fields[positiveStudy]),
                let frameNumber = frame.map({ Int(fields[$0]) }) ?? 1
            else {
                throw ModellingFault(
                    .malformed, subject: "\(path):\(number + 1)",
                    explanation: "has not two UIDs, two of 0 and 1, and a frame number in its columns.")
            }
            slices[Slice(sopInstanceUID: sopUID, frameNumber: frameNumber)] = isPositiveSlice
            studies[studyUID] = isPositiveStudy
        }
    }

    private static func flag(_ text: String) -> Bool? { text == "1" ? true : text == "0" ? false : nil }
}
