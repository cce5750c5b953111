/// An attribute of an image that is needed and absent, or there and cannot be used.
public struct AttributeDefect: Sendable, Hashable, Codable {
    /// The attribute's name: `Pixel Spacing`.
    public var name: String
    /// What the file says, without anything that could be identity; nil where it says nothing.
    public var found: String?
    /// What it must be: `two numbers above 0`.
    public var expected: String

    /// A defect; an attribute that is absent unless something was found.
    public init(name: String, found: String? = nil, expected: String) {
        self.name = name
        self.found = found
        self.expected = expected
    }

    /// A clause for a person: "Pixel Spacing is `1,0`, not two numbers above 0".
    public var words: String {
        found.map { "\(name) is \($0), not \(expected)" } ?? "\(name) is absent"
    }

    /// Attributes without which an image has no place.
    static let ofPlace = ["Image Position", "Image Orientation", "Pixel Spacing"]
    /// Attributes without which values have no unit.
    static let ofRescale = ["Rescale Slope", "Rescale Intercept"]
}

extension ImageFrame {
    /// What is said of these attributes where one of them cannot be used; nil where nothing is known of it.
    package func defects(of names: [String]) -> String? {
        let found = defects?.filter { names.contains($0.name) } ?? []
        return found.isEmpty ? nil : found.map(\.words).joined(separator: ", ")
    }
}
