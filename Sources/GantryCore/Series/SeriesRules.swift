/// Which series of a study is scored: settings of the pipeline file. A limit that is nil lets everything pass; its rule
/// still stands in the ledger with what was measured.
public struct SeriesRules: Sendable, Hashable, Codable {
    /// Image Type must begin `ORIGINAL\PRIMARY`.
    public var requiresOriginalPrimary: Bool
    /// Smallest |z| of the plane normal that counts as axial.
    public var smallestAxialNormalZ: Double
    /// Largest Slice Thickness, millimetres.
    public var largestSliceThicknessMillimetres: Double
    /// Fewest slices (distinct positions).
    public var fewestSlices: Int
    /// Kernels preferred among the series that pass, by case-insensitive prefix or exact name; empty: no preference.
    public var preferredKernels: [String]
    /// Tolerance on the distance of neighbouring slices, millimetres.
    public var spacingToleranceMillimetres: Double
    /// Images with burned-in text are let in.
    public var acceptsBurnedInText = false
    /// Images that were compressed with loss are let in; the report says so.
    public var acceptsLossy = true
    /// Up to how many images that are not axial, or lie in different directions, are taken for localizers by their
    /// geometry alone; 0: only Image Type says what a localizer is.
    public var mostLocalizerImages = 3
    /// Largest difference between the thickest and the thinnest slice, millimetres.
    public var largestThicknessSpreadMillimetres: Double?
    /// Largest ratio of the two pixel spacings, the larger to the smaller: 1 for square pixels.
    public var largestPixelSpacingRatio: Double?
    /// Distances between neighbours must lie within the tolerance of their median.
    public var requiresRegularSpacing = false
    /// Most slices that may be missing in gaps.
    public var mostMissingSlices: Int?
    /// Largest measured tilt of the gantry, degrees.
    public var largestTiltDegrees: Double?
    /// Most positions at which several images lie in a series that passes; nil lets every series pass.
    public var mostDoubledPositions: Int?
    /// Planes nearer to each other than this along the normal lie at one position, millimetres.
    public var samePositionToleranceMillimetres = SeriesGeometry.samePositionMillimetres
    /// Directions that differ by less than this are the same, degrees.
    public var orientationToleranceDegrees = 0.1
    /// Least air that the body must enclose over the stack, millilitres: below it is no chest. 0 asks nothing.
    public var smallestLungMillilitres = SeriesRules.usualSmallestLungMillilitres
    /// Words by which headers name the chest; see `RegionWords`.
    public var chestWords = SeriesRules.usualChestWords
    /// Words by which headers name another region.
    public var otherRegionWords = SeriesRules.usualOtherRegionWords

    /// DESIGN.md's defaults, or what is given.
    public init(
        requiresOriginalPrimary: Bool = true, smallestAxialNormalZ: Double = 0.9,
        largestSliceThicknessMillimetres: Double = 5, fewestSlices: Int = 10, preferredKernels: [String] = [],
        spacingToleranceMillimetres: Double = 0.2
    ) {
        self.requiresOriginalPrimary = requiresOriginalPrimary
        self.smallestAxialNormalZ = smallestAxialNormalZ
        self.largestSliceThicknessMillimetres = largestSliceThicknessMillimetres
        self.fewestSlices = fewestSlices
        self.preferredKernels = preferredKernels
        self.spacingToleranceMillimetres = spacingToleranceMillimetres
    }

    /// Beyond how many positions with several images the verdict is in doubt.
    public var undoubtedDoubledPositions: Int { mostDoubledPositions ?? Self.usualMostDoubledPositions }
}
