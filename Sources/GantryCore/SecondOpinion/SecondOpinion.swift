/// What a second reader, which shares no code with the first, says of a study's chosen stack; kept with the verdict.
public struct SecondOpinion: Sendable, Hashable, Codable {
    /// How much was asked for.
    public var extent: SecondOpinionExtent
    /// One for each slice that was asked for, in slice order.
    public var slices: [SliceOpinion]

    /// An opinion of these parts.
    public init(extent: SecondOpinionExtent, slices: [SliceOpinion]) {
        self.extent = extent
        self.slices = slices
    }

    /// Slices that the second reader reads differently.
    public var differing: [SliceOpinion] { slices.filter { !$0.differences.isEmpty } }

    /// Why slices were not compared in full, each sentence once with the number of slices, most slices first.
    public var remarks: [(sentence: String, slices: Int)] {
        var counts: [String: Int] = [:]
        for case let remark? in slices.map(\.remark) { counts[remark, default: 0] += 1 }
        return counts.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { ($0.key, $0.value) }
    }

    /// A sentence for a person: what was compared, and what came of it. It claims no more than was compared.
    public var summary: String {
        guard !slices.isEmpty else { return "No slice was read a second time." }
        let kinds: [(compared: SliceOpinion.Comparison, lacksAttributes: Bool, words: String)] = [
            (.pixels, false, "in attributes and every pixel"),
            (.pixels, true, "in every pixel and those attributes that DCMTK reads"),
            (.attributes, false, "in attributes alone"),
            (.attributes, true, "in those attributes alone that DCMTK reads"),
        ]
        var parts: [String] = []
        for kind in kinds {
            let count = slices.count {
                $0.compared == kind.compared && $0.unreadAttributes.isEmpty != kind.lacksAttributes
            }
            if count > 0 { parts.append("\(count) \(parts.isEmpty ? "compared " : "")\(kind.words)") }
        }
        let whole = slices.count == 1 ? "1 slice" : "\(slices.count) slices"
        guard !parts.isEmpty else { return "DCMTK was asked about \(whole), and nothing was compared." }
        let nothing = slices.count { $0.compared == .nothing }
        if nothing > 0 { parts.append("\(nothing) not compared") }
        let differing = differing.count
        return "DCMTK read \(whole) again: " + parts.joined(separator: ", ")
            + (differing == 0 ? "; no difference." : "; \(differing) \(differing == 1 ? "differs" : "differ").")
    }

    /// The finding that differences are, with the first of them; nil where there is none. `order` are the slices of the
    /// stack, which are counted from 1.
    public func finding(order: [SliceRecord]) -> QualityFinding? {
        let differing = differing
        guard let first = differing.first, let difference = first.differences.first else { return nil }
        let place = order.firstIndex {
            $0.sopInstanceUID == first.sopInstanceUID && $0.frameNumber == first.frameNumber
        }
        let slice = place.map { "slice \($0 + 1)" } ?? "a slice"
        return QualityFinding(
            code: .secondOpinionDiffers, isFailure: true,
            detail:
                "A second reader (DCMTK) reads \(differing.count) of \(counted(slices.count, "slice")) differently: in "
                + "\(slice), \(difference.attribute) is \(difference.ours) by Gantry's reader and "
                + "\(difference.theirs) by DCMTK.")
    }

    /// This opinion with those of `later`, which is newer where both are on one slice; the stronger extent, and the
    /// slices in the order of `stack`.
    public func adding(_ later: SecondOpinion, stack: [SliceSource]) -> SecondOpinion {
        let ordered = stack.compactMap { source in
            later.slices.first { $0.isOn(source) } ?? slices.first { $0.isOn(source) }
        }
        return SecondOpinion(extent: max(extent, later.extent), slices: ordered)
    }
}
