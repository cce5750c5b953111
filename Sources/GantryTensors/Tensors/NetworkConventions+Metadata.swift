/// Conventions among a safetensors file's free-form strings, where `gantry model convert` keeps them.
extension NetworkConventions {
    private static let epsilonKey = "gantry.batch-norm-epsilon"
    private static let strideKey = "gantry.stride"
    private static let strideValues = [true: "first 1x1 (v1)", false: "3x3 (v1.5)"]

    /// As strings for a safetensors header; the epsilon is the shortest decimal number that gives it back.
    public var metadata: [String: String] {
        var metadata = [Self.epsilonKey: "\(batchNormEpsilon)"]
        metadata[Self.strideKey] = strideOnFirstConvolution.flatMap { Self.strideValues[$0] }
        return metadata
    }

    /// What `metadata` says of the network in the file `origin`, or nil where it says nothing.
    ///
    /// **Throws** `malformedHeader` for an epsilon that is no positive number or absent beside a stride, and for an
    /// unknown stride.
    public init?(metadata: [String: String], origin: String) throws(WeightsError) {
        let (epsilonText, strideText) = (metadata[Self.epsilonKey], metadata[Self.strideKey])
        if epsilonText == nil, strideText == nil { return nil }
        guard let epsilon = epsilonText.flatMap(Double.init), epsilon.isFinite, epsilon > 0 else {
            throw WeightsError(
                .malformedHeader, subject: origin,
                explanation:
                    "its metadata have \(Self.quoted(epsilonText)) for \(Self.epsilonKey), which is no epsilon.")
        }
        let stride = Self.strideValues.first { $0.value == strideText }?.key
        guard strideText == nil || stride != nil else {
            throw WeightsError(
                .malformedHeader, subject: origin,
                explanation: "its metadata have \(Self.quoted(strideText)) for \(Self.strideKey), where it is "
                    + "\(Self.strideValues.values.sorted().joined(separator: " or ")).")
        }
        self.init(strideOnFirstConvolution: stride, batchNormEpsilon: epsilon)
    }

    private static func quoted(_ text: String?) -> String { text.map { "\"\($0.prefix(40))\"" } ?? "nothing" }
}
