extension QualityAssessment {
    /// The note on key slices of which more than `largestShare` of the map lies outside the body.
    ///
    /// It is no failure: a map of a few parts across is coarse, and says where a network looked, not that it is wrong.
    public static func maps(of pictures: [KeyPicture], largestShare: Double) -> [QualityFinding] {
        let shares = pictures.compactMap(\.explanation?.outsideBodyShare)
        let beyond = shares.filter { $0 > largestShare }
        guard let largest = beyond.max() else { return [] }
        let limit = largestShare * 100
        let percent = limit == limit.rounded() ? "\(Int(limit))" : limit.writtenInFull(decimals: 1)
        let most = (largest * 100).written(decimals: 0, apartFrom: [limit])
        return [
            QualityFinding(
                code: .mapOutsideBody, isFailure: false,
                detail: "On \(beyond.count) of the \(counted(shares.count, "key slice")) more than \(percent) % of "
                    + "what the network looked at lies outside the body, up to \(most) %.")
        ]
    }
}
