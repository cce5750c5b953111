import Foundation
import GantryCore
import GantryPipeline

/// `truth.csv` as `gantry phantom` writes it: for each slice and each study whether disease is in it.
///
/// The first line names the columns; `study_instance_uid`, `sop_instance_uid`, `positive_slice` and `positive_study`
/// are used, 1 and 0 for yes and no, and `frame_number`, 1 where there is no such column. No quoting: UIDs and digits
/// need none.
struct Truth {
    /// A slice: one frame of one object.
    struct Slice: Hashable {
        /// (0008,0018)
        var sopInstanceUID: UID
        /// From 1.
        var frameNumber: Int
    }

    /// Whether a slice is positive.
    var slices: [Slice: Bool] = [:]
    /// Whether a study is positive, by Study Instance UID.
    var studies: [UID: Bool] = [:]

    /// The truth in a file. **Throws** `CommandFault` (65) naming the line.
    init(path: String) throws(CommandFault) {
        guard let text = try? String(contentsOfFile: path, encoding: .utf8) else {
            throw CommandFault(ExitStatus.noInput, "\(path): cannot be read.")
        }
        let lines = text.split(whereSeparator: \.isNewline)
        let columns = lines.first?.split(separator: ",").map(String.init) ?? []
        guard let study = columns.firstIndex(of: "study_instance_uid"),
            let instance = columns.firstIndex(of: "sop_instance_uid"),
            let positiveSlice = columns.firstIndex(of: "positive_slice"),
            let positiveStudy = columns.firstIndex(of: "positive_study")
        else {
            throw CommandFault(
                ExitStatus.badData,
                "\(path):1: names the columns \(columns.joined(separator: ",")); expected study_instance_uid, "
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
                throw CommandFault(
                    ExitStatus.badData,
                    "\(path):\(number + 1): has not two UIDs, two of 0 and 1, and a frame number in its columns.")
            }
            slices[Slice(sopInstanceUID: sopUID, frameNumber: frameNumber)] = isPositiveSlice
            studies[studyUID] = isPositiveStudy
        }
    }

    private static func flag(_ text: String) -> Bool? { text == "1" ? true : text == "0" ? false : nil }
}
