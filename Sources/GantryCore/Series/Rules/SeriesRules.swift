/// Which series of a study is scored: settings of the pipeline file. A limit that is nil lets everything pass; its rule
/// still stands in the table of series with what was measured.
///
/// A new setting is a property with its default, and a row of `settings` below; everything else follows from the row.
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

extension SeriesRules {
    /// The section `series`.
    public static let settings = SettingTable(
        "series", entering: .scoring, usual: SeriesRules(),
        [
            PipelineSetting(
                "original-primary", .flag(\.requiresOriginalPrimary), coded: .always("requiresOriginalPrimary"),
                #"Image Type begins `ORIGINAL\PRIMARY`; `false` lets reformats in"#),
            PipelineSetting(
                "smallest-axial-normal-z", .number(\.smallestAxialNormalZ, 0...1),
                coded: .always("smallestAxialNormalZ"),
                #"least \|z\| of the slices' normal; 0.9 allows 25 degrees of tilt"#),
            PipelineSetting(
                "largest-slice-thickness-mm", .number(\.largestSliceThicknessMillimetres, 0.01...100), unit: "mm",
                coded: .always("largestSliceThicknessMillimetres"),
                "Slice Thickness, or the spacing where it is absent"),
            PipelineSetting(
                "fewest-slices", .wholeNumber(\.fewestSlices, 1...100_000), coded: .always("fewestSlices"),
                "distinct positions"),
            PipelineSetting(
                "preferred-kernels", .texts(\.preferredKernels), coded: .always("preferredKernels"),
                """
                beginnings of Convolution Kernel, best first, upper or lower case; a preference, never a condition
                """),
            PipelineSetting(
                "spacing-tolerance-mm", .number(\.spacingToleranceMillimetres, 0.001...10), unit: "mm",
                coded: .always("spacingToleranceMillimetres"),
                """
                of the distance between neighbours from the median; beyond it the verdict is indeterminate. dcm2niix, \
                MONAI Deploy
                """),
            PipelineSetting(
                "accept-lossy", .flag(\.acceptsLossy), coded: .always("acceptsLossy"),
                "images compressed with loss; the report names transfer syntax and ratio"),
            PipelineSetting(
                "accept-burned-in-text", .flag(\.acceptsBurnedInText), coded: .always("acceptsBurnedInText"),
                "images whose Burned In Annotation is YES"),
            PipelineSetting(
                "most-localizer-images", .wholeNumber(\.mostLocalizerImages, 0...1000),
                coded: .always("mostLocalizerImages"),
                "up to so many images are a localizer by their geometry; 0: only Image Type counts"),
            PipelineSetting(
                "largest-thickness-spread-mm", .numberOrNone(\.largestThicknessSpreadMillimetres, 0...100), unit: "mm",
                coded: .whereChanged("largestThicknessSpreadMillimetres"), "thickest minus thinnest slice"),
            PipelineSetting(
                "largest-pixel-spacing-ratio", .numberOrNone(\.largestPixelSpacingRatio, 1...100),
                coded: .whereChanged("largestPixelSpacingRatio"), "larger to smaller pixel spacing"),
            PipelineSetting(
                "regular-spacing", .flag(\.requiresRegularSpacing), coded: .always("requiresRegularSpacing"),
                "refuse a series with distances beyond the tolerance, instead of an indeterminate verdict"),
            PipelineSetting(
                "most-missing-slices", .wholeNumberOrNone(\.mostMissingSlices, 0...100_000),
                coded: .whereChanged("mostMissingSlices"), "slices that gaps have room for"),
            PipelineSetting(
                "largest-tilt-degrees", .numberOrNone(\.largestTiltDegrees, 0...90), unit: "degrees",
                coded: .whereChanged("largestTiltDegrees"), "of the gantry, measured from positions"),
            PipelineSetting(
                "most-doubled-positions", .wholeNumberOrNone(\.mostDoubledPositions, 0...100_000),
                coded: .whereChanged("mostDoubledPositions"),
                """
                positions with several images. `none`: more than 2 make the verdict indeterminate. A number: a series \
                with more is not taken, and up to it there is no doubt
                """),
            PipelineSetting(
                "same-position-tolerance-mm", .number(\.samePositionToleranceMillimetres, 0.0001...1), unit: "mm",
                coded: .always("samePositionToleranceMillimetres"), "planes nearer than this lie at one position"),
            PipelineSetting(
                "orientation-tolerance-degrees", .number(\.orientationToleranceDegrees, 0.001...10), unit: "degrees",
                coded: .always("orientationToleranceDegrees"), "directions that differ by less are the same"),
            PipelineSetting(
                "smallest-lung-ml", .number(\.smallestLungMillilitres, 0...10_000), unit: "ml",
                coded: .whereChanged("smallestLungMillilitres"),
                """
                air that the body must enclose over the stack; below it the next candidate is tried, or the verdict is \
                indeterminate. Measured values; 0 asks nothing
                """),
            PipelineSetting(
                "chest-words", .words(\.chestWords), coded: .whereChanged("chestWords"),
                """
                words by which headers name the chest; they only rank. A word counts whole; one that ends with `*` may \
                go on (`thorax*`)
                """),
            PipelineSetting(
                "other-region-words", .words(\.otherRegionWords), coded: .whereChanged("otherRegionWords"),
                "words by which headers name another region, likewise"),
        ])
}
