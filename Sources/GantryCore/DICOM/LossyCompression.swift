/// Slices of one transfer syntax whose pixel values lost something on the way from the scanner.
///
/// **Source** PS3.3 C.7.6.1.1.5: (0028,2110) says that loss ever happened, whatever the present transfer syntax.
public struct LossyCompression: Sendable, Hashable, Codable {
    /// The transfer syntax that the files have now.
    public var transferSyntax: TransferSyntax
    /// Number of slices, at least 1.
    public var slices: Int
    /// Smallest and largest (0028,2112), as many to one; nil where no file says.
    public var ratios: ClosedRange<Double>?

    /// So many slices with these ratios.
    public init(transferSyntax: TransferSyntax, slices: Int, ratios: ClosedRange<Double>? = nil) {
        self.transferSyntax = transferSyntax
        self.slices = slices
        self.ratios = ratios
    }

    /// The losses among `instances`, one of them a slice, by UID of their transfer syntax.
    static func among(_ instances: [SOPInstance]) -> [LossyCompression] {
        Dictionary(grouping: instances.filter(\.lostInformation), by: \.transferSyntax).map { syntax, instances in
            let ratios = instances.compactMap(\.lossyCompressionRatio).filter { $0.isFinite && $0 > 0 }
            return LossyCompression(
                transferSyntax: syntax, slices: instances.count,
                ratios: ratios.min().flatMap { lowest in ratios.max().map { lowest...$0 } })
        }.sorted { $0.transferSyntax.uid < $1.transferSyntax.uid }
    }

    /// The defined terms of (0028,2114).
    ///
    /// **Source** PS3.3 C.7.6.1.1.5.1.
    static let methods: Set = [
        "ISO_10918_1", "ISO_13818_2", "ISO_14495_1", "ISO_14496_10", "ISO_15444_1", "ISO_15444_15", "ISO_18181_1",
        "ISO_23008_2",
    ]

    /// What compressed them: `JPEG Baseline (1.2.840.10008.1.2.4.50)`, or, where the present transfer syntax loses
    /// nothing, `before they were stored as Explicit VR Little Endian (1.2.840.10008.1.2.1)`.
    static func words(_ syntax: TransferSyntax) -> String {
        let name = syntax.name.contains(syntax.uid) ? syntax.name : "\(syntax.name) (\(syntax.uid))"
        return (syntax.isLossy ? "" : "before they were stored as ") + name
    }

    /// `12 slices JPEG Baseline (1.2.840.10008.1.2.4.50), 9.8:1 to 12:1`.
    var sentencePart: String {
        let written = ratios.map { range in
            let ends = [range.lowerBound, range.upperBound].map { $0.written(decimals: $0 < 10 ? 1 : 0) + ":1" }
            return ", " + (ends[0] == ends[1] ? ends[0] : ends.joined(separator: " to "))
        }
        return "\(counted(slices, "slice")) \(Self.words(transferSyntax))\(written ?? "")"
    }
}

extension SOPInstance {
    /// Whether its pixel values may differ from what the scanner stored: its transfer syntax or (0028,2110) says so.
    var lostInformation: Bool { wasLossyCompressed || transferSyntax.isLossy }
}
