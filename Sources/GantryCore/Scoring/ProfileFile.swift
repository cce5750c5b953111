/// The file of a bundle that says what training data looked like to its network.
public struct ProfileFile: Sendable, Hashable, Codable {
    /// File name inside the bundle.
    public var file: String
    /// SHA-256 of the file, 64 lower-case hexadecimal digits.
    public var sha256: String

    /// A profile in a bundle.
    public init(file: String, sha256: String) {
        self.file = file
        self.sha256 = sha256
    }

    /// What it is called.
    public static let usualFile = "features.safetensors"
}
