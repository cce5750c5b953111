/// Settings that came after version 0.4.0 are written only where they differ from their defaults, so that the digest of a
/// definition that does not name them stays what it was.
extension SeriesRules {
    private enum CodingKeys: String, CodingKey {
        case requiresOriginalPrimary, smallestAxialNormalZ, largestSliceThicknessMillimetres, fewestSlices
        case preferredKernels, spacingToleranceMillimetres, acceptsBurnedInText, acceptsLossy, mostLocalizerImages
        case largestThicknessSpreadMillimetres, largestPixelSpacingRatio, requiresRegularSpacing, mostMissingSlices
        case largestTiltDegrees, mostDoubledPositions, samePositionToleranceMillimetres, orientationToleranceDegrees
        case smallestLungMillilitres, chestWords, otherRegionWords
    }

    /// What was written before a setting came has its default.
    public init(from decoder: any Decoder) throws {
        let container = try decoder.container(keyedBy: CodingKeys.self)
        self.init(
            requiresOriginalPrimary: try container.decode(Bool.self, forKey: .requiresOriginalPrimary),
            smallestAxialNormalZ: try container.decode(Double.self, forKey: .smallestAxialNormalZ),
            largestSliceThicknessMillimetres: try container.decode(
                Double.self, forKey: .largestSliceThicknessMillimetres),
            fewestSlices: try container.decode(Int.self, forKey: .fewestSlices),
            preferredKernels: try container.decode([String].self, forKey: .preferredKernels),
            spacingToleranceMillimetres: try container.decode(Double.self, forKey: .spacingToleranceMillimetres))
        acceptsBurnedInText = try container.decode(Bool.self, forKey: .acceptsBurnedInText)
        acceptsLossy = try container.decode(Bool.self, forKey: .acceptsLossy)
        mostLocalizerImages = try container.decode(Int.self, forKey: .mostLocalizerImages)
        largestThicknessSpreadMillimetres = try container.decodeIfPresent(
            Double.self, forKey: .largestThicknessSpreadMillimetres)
        largestPixelSpacingRatio = try container.decodeIfPresent(Double.self, forKey: .largestPixelSpacingRatio)
        requiresRegularSpacing = try container.decode(Bool.self, forKey: .requiresRegularSpacing)
        mostMissingSlices = try container.decodeIfPresent(Int.self, forKey: .mostMissingSlices)
        largestTiltDegrees = try container.decodeIfPresent(Double.self, forKey: .largestTiltDegrees)
        mostDoubledPositions = try container.decodeIfPresent(Int.self, forKey: .mostDoubledPositions)
        samePositionToleranceMillimetres = try container.decode(
            Double.self, forKey: .samePositionToleranceMillimetres)
        orientationToleranceDegrees = try container.decode(Double.self, forKey: .orientationToleranceDegrees)
        smallestLungMillilitres =
            try container.decodeIfPresent(Double.self, forKey: .smallestLungMillilitres) ?? smallestLungMillilitres
        chestWords = try container.decodeIfPresent([String].self, forKey: .chestWords) ?? chestWords
        otherRegionWords = try container.decodeIfPresent([String].self, forKey: .otherRegionWords) ?? otherRegionWords
    }

    /// A setting that came after version 0.4.0 is left out at its default.
    public func encode(to encoder: any Encoder) throws {
        let usual = SeriesRules()
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(requiresOriginalPrimary, forKey: .requiresOriginalPrimary)
        try container.encode(smallestAxialNormalZ, forKey: .smallestAxialNormalZ)
        try container.encode(largestSliceThicknessMillimetres, forKey: .largestSliceThicknessMillimetres)
        try container.encode(fewestSlices, forKey: .fewestSlices)
        try container.encode(preferredKernels, forKey: .preferredKernels)
        try container.encode(spacingToleranceMillimetres, forKey: .spacingToleranceMillimetres)
        try container.encode(acceptsBurnedInText, forKey: .acceptsBurnedInText)
        try container.encode(acceptsLossy, forKey: .acceptsLossy)
        try container.encode(mostLocalizerImages, forKey: .mostLocalizerImages)
        try container.encodeIfPresent(
            largestThicknessSpreadMillimetres, forKey: .largestThicknessSpreadMillimetres)
        try container.encodeIfPresent(largestPixelSpacingRatio, forKey: .largestPixelSpacingRatio)
        try container.encode(requiresRegularSpacing, forKey: .requiresRegularSpacing)
        try container.encodeIfPresent(mostMissingSlices, forKey: .mostMissingSlices)
        try container.encodeIfPresent(largestTiltDegrees, forKey: .largestTiltDegrees)
        try container.encodeIfPresent(mostDoubledPositions, forKey: .mostDoubledPositions)
        try container.encode(samePositionToleranceMillimetres, forKey: .samePositionToleranceMillimetres)
        try container.encode(orientationToleranceDegrees, forKey: .orientationToleranceDegrees)
        if smallestLungMillilitres != usual.smallestLungMillilitres {
            try container.encode(smallestLungMillilitres, forKey: .smallestLungMillilitres)
        }
        if chestWords != usual.chestWords { try container.encode(chestWords, forKey: .chestWords) }
        if otherRegionWords != usual.otherRegionWords {
            try container.encode(otherRegionWords, forKey: .otherRegionWords)
        }
    }
}
