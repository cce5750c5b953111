/// Where an image lies in the patient: the centre of its first pixel, its two directions and the distance of pixels.
///
/// **Source** PS3.3 C.7.6.2.1.1, C.10.7.1.3.
public struct SlicePlane: Sendable, Hashable, Codable {
    /// (0020,0032): centre of the first pixel, millimetres.
    public private(set) var imagePositionPatient: Vector3
    /// First three of (0020,0037): direction of increasing column index, length 1.
    public let rowDirection: Vector3
    /// Last three of (0020,0037): direction of increasing row index, length 1.
    public let columnDirection: Vector3
    /// First of (0028,0030): distance between rows, millimetres.
    public let rowSpacingMillimetres: Double
    /// Second of (0028,0030): distance between columns, millimetres.
    public let columnSpacingMillimetres: Double

    /// A plane; nil where a number is not finite, a direction has not length 1 within 1e-2, the directions are not
    /// at right angles within 1e-2, or a spacing is not positive. Directions are normalised.
    public init?(
        imagePositionPatient: Vector3, rowDirection: Vector3, columnDirection: Vector3, rowSpacingMillimetres: Double,
        columnSpacingMillimetres: Double
    ) {
        guard imagePositionPatient.length.isFinite,
            abs(rowDirection.length - 1) <= 1e-2, abs(columnDirection.length - 1) <= 1e-2,
            let row = rowDirection.normalised, let column = columnDirection.normalised,
            abs(row.dot(column)) <= 1e-2,
            rowSpacingMillimetres.isFinite, rowSpacingMillimetres > 0,
            columnSpacingMillimetres.isFinite, columnSpacingMillimetres > 0
        else { return nil }
        self.imagePositionPatient = imagePositionPatient
        self.rowDirection = row
        self.columnDirection = column
        self.rowSpacingMillimetres = rowSpacingMillimetres
        self.columnSpacingMillimetres = columnSpacingMillimetres
    }

    /// The same plane elsewhere; its directions and spacings stay to the last bit.
    public func moved(to position: Vector3) -> SlicePlane {
        var moved = self
        moved.imagePositionPatient = position
        return moved
    }

    /// The plane's normal: row direction x column direction, length 1 (to 1e-4).
    public var normal: Vector3 { rowDirection.cross(columnDirection) }

    /// Distance of the plane from the origin along its own normal, millimetres.
    public var positionMillimetres: Double { imagePositionPatient.dot(normal) }
}
