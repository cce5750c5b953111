/// A point or direction in the DICOM patient coordinate system (x to the left, y to the back, z to the head), in
/// millimetres where it is a point.
///
/// **Source** PS3.3 C.7.6.2.1.1.
public struct Vector3: Sendable, Hashable, Codable {
    /// Towards the patient's left.
    public var x: Double
    /// Towards the patient's back.
    public var y: Double
    /// Towards the patient's head.
    public var z: Double

    /// A vector of these components.
    public init(_ x: Double, _ y: Double, _ z: Double) {
        self.x = x
        self.y = y
        self.z = z
    }

    /// Scalar product.
    public func dot(_ other: Vector3) -> Double { x * other.x + y * other.y + z * other.z }

    /// Vector product.
    public func cross(_ other: Vector3) -> Vector3 {
        Vector3(y * other.z - z * other.y, z * other.x - x * other.z, x * other.y - y * other.x)
    }

    /// Euclidean length.
    public var length: Double { dot(self).squareRoot() }

    /// The same direction with length 1; nil where the length is zero or not finite.
    public var normalised: Vector3? {
        let length = length
        guard length.isFinite, length > 0 else { return nil }
        return Vector3(x / length, y / length, z / length)
    }

    /// Sum, component by component.
    public static func + (left: Vector3, right: Vector3) -> Vector3 {
        Vector3(left.x + right.x, left.y + right.y, left.z + right.z)
    }

    /// Difference, component by component.
    public static func - (left: Vector3, right: Vector3) -> Vector3 {
        Vector3(left.x - right.x, left.y - right.y, left.z - right.z)
    }

    /// Every component times a factor.
    public static func * (left: Vector3, factor: Double) -> Vector3 {
        Vector3(left.x * factor, left.y * factor, left.z * factor)
    }
}
