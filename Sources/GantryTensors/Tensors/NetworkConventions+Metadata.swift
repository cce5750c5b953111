import GantryCore

/// Conventions among a safetensors file's free-form strings, where `gantry model convert` keeps them.
extension NetworkConventions {
    private static let epsilonKey = "gantry.batch-norm-epsilon"
    private static let strideKey = "gantry.stride"
    private static let strideValues = [true: "first 1x1 (v1)", false: "3x3 (v1.5)"]
    private static let stemStrideKey = "gantry.stem-stride"
    private static let stemPoolKey = "gantry.stem-pool"
    private static let paddingKey = "gantry.padding"
    private static let shortcutKey = "gantry.shortcut"
    private static let orderKey = "gantry.activation-order"

    /// As strings for a safetensors header; the epsilon is the shortest decimal number that gives it back.
    public var metadata: [String: String] {
        var metadata = [Self.epsilonKey: "\(batchNormEpsilon)"]
        metadata[Self.strideKey] = strideOnFirstConvolution.flatMap { Self.strideValues[$0] }
        metadata[Self.stemStrideKey] = stemStride.map(String.init)
        metadata[Self.stemPoolKey] = stemPool?.rawValue
        metadata[Self.paddingKey] = padding?.rawValue
        metadata[Self.shortcutKey] = shortcut?.rawValue
        metadata[Self.orderKey] = activationOrder?.rawValue
        return metadata
    }

    /// What `metadata` says of the network in the file `origin`, or nil where it says nothing.
    ///
    /// **Throws** `malformedHeader` for an epsilon that is no positive number or absent beside something else, and for
    /// any other value that is none of a convention's.
    public init?(metadata: [String: String], origin: String) throws(WeightsError) {
        let keys = [
            Self.epsilonKey, Self.strideKey, Self.stemStrideKey, Self.stemPoolKey, Self.paddingKey, Self.shortcutKey,
            Self.orderKey,
        ]
        if keys.allSatisfy({ metadata[$0] == nil }) { return nil }
        let epsilonText = metadata[Self.epsilonKey]
        guard let epsilon = epsilonText.flatMap(Double.init), epsilon.isFinite, epsilon > 0 else {
            throw WeightsError(
                .malformedHeader, subject: origin,
                explanation:
                    "its metadata have \(Self.quoted(epsilonText)) for \(Self.epsilonKey), which is no epsilon.")
        }
        func one<Value>(_ key: String, of values: [(text: String, value: Value)]) throws(WeightsError) -> Value? {
            guard let text = metadata[key] else { return nil }
            guard let found = values.first(where: { $0.text == text }) else {
                throw WeightsError(
                    .malformedHeader, subject: origin,
                    explanation: "its metadata have \(Self.quoted(text)) for \(key), where it is "
                        + "\(values.map(\.text).sorted().joined(separator: " or ")).")
            }
            return found.value
        }
        func word<Value: CaseIterable & RawRepresentable<String>>(_ key: String) throws(WeightsError) -> Value? {
            try one(key, of: Value.allCases.map { ($0.rawValue, $0) })
        }
        self.init(
            strideOnFirstConvolution: try one(Self.strideKey, of: Self.strideValues.map { ($0.value, $0.key) }),
            batchNormEpsilon: epsilon,
            stemStride: try one(Self.stemStrideKey, of: [("1", 1), ("2", 2)]),
            stemPool: try word(Self.stemPoolKey), padding: try word(Self.paddingKey),
            shortcut: try word(Self.shortcutKey),
            activationOrder: try word(Self.orderKey))
    }

    private static func quoted(_ text: String?) -> String { text.map { "\"\($0.prefix(40))\"" } ?? "nothing" }
}
