import Foundation
import GantryCore
import GantryPipeline

/// `truth.csv` as `gantry phantom` writes it: for each slice and each study whether disease is in it.
///
/// The first line names the columns; `study_instance_uid`, `sop_instance_uid`, `positive_slice` and `positive_study`
/// are used, 1 and 0 for yes and no. No quoting: UIDs and digits need none.
struct Truth {
    /// Whether a slice is positive, by SOP Instance UID.
    var slices: [UID: Bool] = [:]
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
        for (number, line) in lines.enumerated().dropFirst() {
            let fields = line.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
            guard fields.count == columns.count, let studyUID = UID(fields[study]), let sopUID = UID(fields[instance]),
                let isPositiveSlice = Self.flag(fields[positiveSlice]),
                let isPositiveStudy = Self.flag(fields[positiveStudy])
            else {
                throw CommandFault(
                    ExitStatus.badData, "\(path):\(number + 1): has not two UIDs and two of 0 and 1 in its columns.")
            }
            slices[sopUID] = isPositiveSlice
            studies[studyUID] = isPositiveStudy
        }
    }

    private static func flag(_ text: String) -> Bool? { text == "1" ? true : text == "0" ? false : nil }
}
