/// A network's weights and scales in 8 bits, as `gantry model quantize` writes them.
public struct QuantizedModel: Sendable, Hashable, Codable {
    /// File name inside the bundle.
    public var file: String
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    public var sha256: String

    /// A quantised model in a bundle.
    public init(file: String, sha256: String) {
        self.file = file
        self.sha256 = sha256
    }
}
