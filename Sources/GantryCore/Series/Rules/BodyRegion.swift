/// The region of the body that the headers of a series name. Headers only rank: what a series shows is asked of its
/// images (see `CandidateTrial`).
public enum BodyRegion: Int, Sendable, Hashable, Codable, Comparable {
    /// The chest, alone or with other regions.
    case chest
    /// Nothing that is known.
    case silent
    /// Another region, and not the chest.
    case other

    /// The order in which candidates of these regions are tried.
    public static func < (one: Self, other: Self) -> Bool { one.rawValue < other.rawValue }
}

extension SeriesAttributes {
    /// The region that the series' own attributes name, and the texts that do: `Body Part Examined "CHEST"`.
    ///
    /// The chest where any of Body Part Examined, Anatomic Region Sequence, Series Description and Protocol Name names
    /// it; another region where none does and one names another. What the study calls itself counts for nothing.
    func bodyRegion(_ words: RegionWords) -> (region: BodyRegion, sources: [String]) {
        var texts = [("Body Part Examined", bodyPartExamined)]
        texts += (anatomicRegions ?? []).map { ("Anatomic Region", $0) }
        texts += [("Series Description", seriesDescription), ("Protocol Name", protocolName)]
        let named = texts.compactMap { name, text in
            text.map { (source: "\(name) \"\($0)\"", regions: words.regions(in: $0)) }
        }
        for region in [BodyRegion.chest, .other] {
            let sources = named.filter { $0.regions.contains(region) }.map(\.source)
            if !sources.isEmpty { return (region, sources) }
        }
        return (.silent, [])
    }
}
