/// Towards which parts of the patient an image's right edge and bottom edge point, in DICOM's letters.
///
/// **Source** PS3.3 C.7.6.1.1.1: A anterior, P posterior, R right, L left, H head, F foot; the strongest first.
public struct PatientOrientation: Sendable, Hashable, Codable {
    /// Direction of the rows: what lies towards the right edge.
    public var right: String
    /// Direction of the columns: what lies towards the bottom edge.
    public var bottom: String

    /// An orientation in letters.
    public init(right: String, bottom: String) {
        self.right = right
        self.bottom = bottom
    }

    /// The orientation of a plane's image as it is stored.
    public init(_ plane: SlicePlane) {
        right = Self.letters(plane.rowDirection)
        bottom = Self.letters(plane.columnDirection)
    }

    /// What lies towards the left edge.
    public var left: String { Self.opposite(right) }
    /// What lies towards the top edge.
    public var top: String { Self.opposite(bottom) }

    /// A component of less than this (about 11 degrees) gets no letter.
    private static let smallestComponent = 0.2

    private static func letters(_ direction: Vector3) -> String {
        let parts = [
            (abs(direction.x), direction.x > 0 ? "L" : "R"), (abs(direction.y), direction.y > 0 ? "P" : "A"),
            (abs(direction.z), direction.z > 0 ? "H" : "F"),
        ]
        return parts.filter { $0.0 >= smallestComponent }.sorted { $0.0 > $1.0 }.map(\.1).joined()
    }

    private static func opposite(_ letters: String) -> String {
        let pairs: [Character: Character] = ["L": "R", "R": "L", "P": "A", "A": "P", "H": "F", "F": "H"]
        return String(letters.compactMap { pairs[$0] })
    }
}
