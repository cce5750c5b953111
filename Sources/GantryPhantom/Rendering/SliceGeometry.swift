/// Where the pixels of one axial slice lie in the patient.
///
/// The column direction leans by the gantry tilt: rows further down lie further towards the feet for a positive angle.
/// As on a scanner, the couch moves along z whatever the tilt, so the slices of a tilted series are sheared against
/// each other.
public struct SliceGeometry: Sendable, Hashable {
    /// Number of rows and columns.
    public let matrix: Int
    /// Distance of pixel centres in millimetres, the same along rows and columns.
    public let pixelSpacingMillimetres: Float
    /// Centre of the first pixel transmitted, in patient coordinates (millimetres).
    public let imagePosition: SIMD3<Float>
    /// Unit vector from one row to the next; the row itself always runs along +x.
    public let columnDirection: SIMD3<Float>

    /// A slice whose middle lies at a height.
    ///
    /// - Parameters:
    ///   - centre: middle of the field of view in patient coordinates, millimetres; its z is the slice's height.
    ///   - tiltDegrees: angle of the gantry; 0 for a slice at a right angle to the couch.
    public init(matrix: Int, fieldOfViewMillimetres: Float, centre: SIMD3<Float>, tiltDegrees: Float = 0) {
        self.matrix = matrix
        pixelSpacingMillimetres = fieldOfViewMillimetres / Float(matrix)
        columnDirection = SIMD3(0, cosine(turns: tiltDegrees / 360), -sine(turns: tiltDegrees / 360))
        let half = pixelSpacingMillimetres * Float(matrix - 1) / 2
        imagePosition = centre - SIMD3(half, 0, 0) - columnDirection * half
    }

    private init(_ geometry: SliceGeometry, imagePosition: SIMD3<Float>) {
        matrix = geometry.matrix
        pixelSpacingMillimetres = geometry.pixelSpacingMillimetres
        columnDirection = geometry.columnDirection
        self.imagePosition = imagePosition
    }

    /// The same pixels elsewhere.
    func moved(by offset: SIMD3<Float>) -> SliceGeometry {
        SliceGeometry(self, imagePosition: imagePosition + offset)
    }

    /// Centre of a pixel in patient coordinates, millimetres.
    @inline(__always)
    public func position(row: Int, column: Int) -> SIMD3<Float> {
        imagePosition + columnDirection * (Float(row) * pixelSpacingMillimetres)
            + SIMD3(Float(column) * pixelSpacingMillimetres, 0, 0)
    }
}

/// One rendered slice and what is true of it.
public struct PhantomSlice: Sendable {
    /// **Shape**: `[rows, columns]`, row-major. **Units**: HU.
    public internal(set) var hounsfield: [Int16]
    /// Area of lung in the slice in square millimetres, diseased parts included.
    public let lungAreaSquareMillimetres: Float
    /// Area of ground-glass opacity and consolidation in square millimetres.
    public let lesionAreaSquareMillimetres: Float
    /// What is seen in the slice, disease and what is not: at least 25 square millimetres of each.
    public let kinds: [LungFinding]
    /// The area of each finding in square millimetres, where it has one; ground glass around consolidation counts as
    /// both.
    public let areasSquareMillimetres: [LungFinding: Float]

    /// Share of the lung's area that is diseased: 0 to 1; 0 where there is no lung.
    public var lesionFraction: Float {
        lungAreaSquareMillimetres > 0 ? lesionAreaSquareMillimetres / lungAreaSquareMillimetres : 0
    }

    /// True where at least 25 square millimetres are diseased: less cannot be told from a vessel.
    public var isPositive: Bool { lesionAreaSquareMillimetres >= Self.leastAreaSquareMillimetres }

    /// What is smaller is not seen.
    static let leastAreaSquareMillimetres: Float = 25
}
