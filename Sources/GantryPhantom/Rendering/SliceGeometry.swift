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

    /// Centre of a pixel in patient coordinates, millimetres.
    @inline(__always)
    public func position(row: Int, column: Int) -> SIMD3<Float> {
        imagePosition + columnDirection * (Float(row) * pixelSpacingMillimetres)
            + SIMD3(Float(column) * pixelSpacingMillimetres, 0, 0)
    }
}

/// How a slice is reconstructed and how noisy it is.
public struct Reconstruction: Sendable, Hashable {
    /// The reconstruction kernel: decides sharpness and the texture of the noise.
    public enum Kernel: String, Sendable, Hashable {
        /// Smooth, for soft tissue.
        case soft
        /// Sharp, with overshooting edges, for lung.
        case lung
    }

    /// The kernel.
    public var kernel: Kernel
    /// Standard deviation of the noise in the middle of an average body, HU, for the soft kernel.
    public var noiseHU: Float
    /// HU written outside the circle that was reconstructed; nil where the whole square is.
    public var paddingHU: Int16?

    /// A reconstruction.
    public init(kernel: Kernel, noiseHU: Float, paddingHU: Int16?) {
        self.kernel = kernel
        self.noiseHU = noiseHU
        self.paddingHU = paddingHU
    }
}

/// One rendered slice and what is true of it.
public struct PhantomSlice: Sendable {
    /// **Shape**: `[rows, columns]`, row-major. **Units**: HU.
    public let hounsfield: [Int16]
    /// Area of lung in the slice in square millimetres, diseased parts included.
    public let lungAreaSquareMillimetres: Float
    /// Area of ground-glass opacity and consolidation in square millimetres.
    public let lesionAreaSquareMillimetres: Float

    /// Share of the lung's area that is diseased: 0 to 1; 0 where there is no lung.
    public var lesionFraction: Float {
        lungAreaSquareMillimetres > 0 ? lesionAreaSquareMillimetres / lungAreaSquareMillimetres : 0
    }

    /// True where at least 25 square millimetres are diseased: less cannot be told from a vessel.
    public var isPositive: Bool { lesionAreaSquareMillimetres >= 25 }
}
