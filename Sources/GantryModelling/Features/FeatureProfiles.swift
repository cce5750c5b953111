import GantryCore
import GantryTensors

/// The profiles of a bundle's network, one for each arithmetic: `features.safetensors`.
///
/// **File**: safetensors of F32 with, for each arithmetic P (`f32`, `bf16`, `int8`), `P.mean` [features],
/// `P.directions` [k, features], `P.variances` [k], `P.residual-variance` [1]; the same of the inputs' texture, as
/// `P.texture-mean` and so on, and of the early stages' maps, as `P.early-mean`; `P.limits` [3]: by the features, by
/// the texture, by the early maps; `P.quantile-shares` and `P.quantile-distances` [n], and `P.samples` [2]: training
/// and validation; in the header `gantry.P.model-sha256`, the weights that the features are of. A file without early
/// maps, with two limits, is one made before there were any, and is compared by the other two.
package struct FeatureProfiles {
    /// A profile and the SHA-256 of the weights that it is of.
    package struct Entry: Hashable {
        /// The profile.
        package var profile: FeatureProfile
        /// SHA-256 of the model file that computed the features.
        package var modelSHA256: String

        /// An entry.
        package init(profile: FeatureProfile, modelSHA256: String) {
            self.profile = profile
            self.modelSHA256 = modelSHA256
        }
    }

    /// By arithmetic.
    package var entries: [Precision: Entry]

    /// Most bytes of a file.
    package static let mostBytes = 2 << 20

    /// Profiles.
    package init(_ entries: [Precision: Entry]) { self.entries = entries }

    private static func key(_ precision: Precision) -> String { "gantry.\(precision.rawValue).model-sha256" }

    /// Reads a file's profiles of the network of `architecture`.
    ///
    /// **Throws** faults of reading; `unusableValue` where numbers are no profile, `architectureMismatch` where one is
    /// of another number of features.
    package init(_ file: SafetensorsFile, architecture: ResidualArchitecture) throws(WeightsError) {
        entries = [:]
        for precision in Precision.allCases {
            guard let digest = file.metadata[Self.key(precision)] else { continue }
            func values(_ name: String) throws(WeightsError) -> [Float] {
                try file.values(of: "\(precision.rawValue).\(name)")
            }
            let samples = try values("samples").map { Int(exactly: $0) ?? 0 }
            let limits = try values("limits").map(Double.init)
            var parts: [FeatureKind: FeatureProfile.Part] = [:]
            for (kind, limit) in zip(Self.kinds, limits) {
                let prefix = Self.prefix(kind)
                let mean = try values(prefix + "mean")
                let expected = architecture.count(of: kind)
                guard mean.count == expected else {
                    throw .tensor(
                        .architectureMismatch, "\(precision.rawValue).\(prefix)mean", in: file.origin,
                        "it is of \(mean.count) features, and the network has \(expected).")
                }
                let distribution = FeatureDistribution(
                    mean: mean, directions: try values(prefix + "directions"),
                    variances: try values(prefix + "variances"),
                    residualVariance: try values(prefix + "residual-variance").first ?? 0, samples: samples.first ?? 0)
                parts[kind] = distribution.flatMap { FeatureProfile.Part(distribution: $0, limit: limit) }
            }
            guard 2...Self.kinds.count ~= limits.count, parts.count == limits.count,
                let quantiles = DistanceQuantiles(
                    // A share is a decimal of few digits, which Float32 blurs.
                    shares: try values("quantile-shares").map { (Double($0) * 1e6).rounded() / 1e6 },
                    distances: try values("quantile-distances").map(Double.init), samples: samples.last ?? 0)
            else {
                throw .tensor(
                    .unusableValue, "\(precision.rawValue).mean", in: file.origin,
                    "mean, directions, variances, limits and quantiles are no profile.")
            }
            entries[precision] = Entry(
                profile: FeatureProfile(parts: parts, quantiles: quantiles), modelSHA256: digest)
        }
    }

    /// In the order of their limits.
    private static let kinds: [FeatureKind] = [.features, .texture, .early]

    /// What the names of a kind's tensors begin with.
    private static func prefix(_ kind: FeatureKind) -> String { kind == .features ? "" : kind.rawValue + "-" }

    /// Writes the profiles, the same bytes for the same. **Throws** `cannotWrite`.
    package func write(to path: String) throws(WeightsError) {
        var tensors: [NamedTensor] = []
        var metadata: [String: String] = [:]
        for (precision, entry) in entries.sorted(by: { $0.key.rawValue < $1.key.rawValue }) {
            metadata[Self.key(precision)] = entry.modelSHA256
            let (profile, quantiles) = (entry.profile, entry.profile.quantiles)
            let known = Self.kinds.compactMap { kind in profile.parts[kind].map { (Self.prefix(kind), $0) } }
            var parts: [(String, TensorShape, [Float])] = []
            for (prefix, part) in known {
                let distribution = part.distribution
                let directions = distribution.variances.count
                parts += [
                    (prefix + "mean", [distribution.features], distribution.mean),
                    (prefix + "directions", [directions, distribution.features], distribution.directions),
                    (prefix + "variances", [directions], distribution.variances),
                    (prefix + "residual-variance", [1], [distribution.residualVariance]),
                ]
            }
            parts += [
                ("limits", [known.count], known.map { Float($0.1.limit) }),
                ("quantile-shares", [quantiles.shares.count], quantiles.shares.map(Float.init)),
                ("quantile-distances", [quantiles.distances.count], quantiles.distances.map(Float.init)),
                ("samples", [2], [Float(profile.samples), Float(quantiles.samples)]),
            ]
            for (name, shape, values) in parts {
                tensors.append(try NamedTensor(name: "\(precision.rawValue).\(name)", shape: shape, values: values))
            }
        }
        try SafetensorsWriter(metadata: metadata).write(tensors, to: path)
    }

    /// What there is, a line for each arithmetic.
    package var lines: [String] {
        Precision.allCases.compactMap { precision in
            entries[precision].map { entry in
                let quantiles = entry.profile.quantiles
                return
                    "\(precision.rawValue): fitted to \(entry.profile.samples), of \(quantiles.samples) "
                    + "held out half lie within \(quantiles.distance(at: 0.5).written(decimals: 2)), 99.5 % within "
                    + quantiles.distance(at: 0.995).written(decimals: 2)
            }
        }
    }

    /// The section of a card on them, made `by` a command.
    package func section(by command: String) -> String {
        Self.section(lines: lines, by: command)
    }

    /// The section of a card where there are none, for a `reason`.
    package static func section(none reason: String, by command: String) -> String {
        section(lines: [reason], by: command)
    }

    private static func section(lines: [String], by command: String) -> String {
        ModelCard.profileHeading + "\n" + lines.map { "- \($0).\n" }.joined()
            + "- `\(ProfileFile.usualFile)`, by \(command).\n"
    }
}
