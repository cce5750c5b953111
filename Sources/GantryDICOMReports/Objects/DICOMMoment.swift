import GantryCore

/// A moment as dates and times of an object say it.
struct DICOMMoment: Sendable, Hashable {
    /// DA
    let date: String
    /// TM
    let time: String

    /// `moment` by clocks that are `minutesAheadOfUTC`.
    init(_ moment: Timestamp, minutesAheadOfUTC: Int) {
        // 2026-11-22T14:05:09.123Z
        let text = moment.advanced(bySeconds: Int64(minutesAheadOfUTC) * 60).description.filter { !"-:Z".contains($0) }
        let parts = text.split(separator: "T")
        (date, time) = (String(parts.first ?? ""), String(parts.last ?? ""))
    }

    /// Minutes that `+0530` says; nil where it says none.
    static func minutes(ofOffset text: String?) -> Int? {
        guard let text, text.wholeMatch(of: /[+-](0[0-9]|1[0-4])[0-5][0-9]/) != nil,
            let hours = Int(text.dropFirst().prefix(2)), let minutes = Int(text.suffix(2))
        else { return nil }
        return (text.first == "-" ? -1 : 1) * (hours * 60 + minutes)
    }
}
