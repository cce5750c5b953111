/// How sentences name a series.
extension SeriesDecision {
    /// The numbers that several of these series have: they name none of them.
    package static func sharedNumbers(_ series: [(number: Int?, uid: UID)]) -> Set<Int> {
        let uids = Dictionary(grouping: series, by: \.number).compactMapValues { Set($0.map(\.uid)) }
        return Set(uids.compactMap { number, uids in uids.count > 1 ? number : nil })
    }

    /// `series 3`; the UID where there is no number, and beside it where another series has the same.
    package static func name(_ number: Int?, _ uid: UID, sharesNumber: Bool) -> String {
        guard let number else { return "series \(uid)" }
        return sharesNumber ? "series \(number) (\(uid))" : "series \(number)"
    }
}

extension [SeriesDecision] {
    /// The numbers that several series among them have.
    package var sharedNumbers: Set<Int> {
        SeriesDecision.sharedNumbers(map { ($0.attributes.seriesNumber, $0.seriesInstanceUID) })
    }
}

extension Series {
    /// Whether a person who says `name` means this series: its number, or its UID.
    package func isCalled(_ name: String) -> Bool {
        seriesInstanceUID.value == name
            || instances.contains { $0.series.seriesNumber.map(String.init) == name }
    }
}
