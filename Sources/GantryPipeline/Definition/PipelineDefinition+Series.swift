import GantryCore

/// The sections on what is read and which series is taken.
extension PipelineDefinition {
    static func series(_ top: YAMLSection) -> SeriesRules {
        let standard = SeriesRules()
        let section = top.section(
            "series",
            keys: [
                "original-primary", "smallest-axial-normal-z", "largest-slice-thickness-mm", "fewest-slices",
                "preferred-kernels", "spacing-tolerance-mm", "accept-lossy", "accept-burned-in-text",
                "most-localizer-images", "largest-thickness-spread-mm", "largest-pixel-spacing-ratio",
                "regular-spacing", "most-missing-slices", "largest-tilt-degrees", "most-doubled-positions",
                "same-position-tolerance-mm", "orientation-tolerance-degrees", "smallest-lung-ml", "chest-words",
                "other-region-words",
            ])
        var rules = SeriesRules(
            requiresOriginalPrimary: section.flag("original-primary", fallback: standard.requiresOriginalPrimary),
            smallestAxialNormalZ: section.number(
                "smallest-axial-normal-z", in: 0...1, fallback: standard.smallestAxialNormalZ),
            largestSliceThicknessMillimetres: section.number(
                "largest-slice-thickness-mm", in: 0.01...100, fallback: standard.largestSliceThicknessMillimetres),
            fewestSlices: section.integer("fewest-slices", in: 1...100_000, fallback: standard.fewestSlices),
            preferredKernels: section.texts("preferred-kernels", fallback: standard.preferredKernels),
            spacingToleranceMillimetres: section.number(
                "spacing-tolerance-mm", in: 0.001...10, fallback: standard.spacingToleranceMillimetres))
        rules.acceptsLossy = section.flag("accept-lossy", fallback: standard.acceptsLossy)
        rules.acceptsBurnedInText = section.flag("accept-burned-in-text", fallback: standard.acceptsBurnedInText)
        rules.mostLocalizerImages = section.integer(
            "most-localizer-images", in: 0...1000, fallback: standard.mostLocalizerImages)
        rules.largestThicknessSpreadMillimetres = section.limit("largest-thickness-spread-mm", in: 0...100)
        rules.largestPixelSpacingRatio = section.limit("largest-pixel-spacing-ratio", in: 1...100)
        rules.requiresRegularSpacing = section.flag("regular-spacing", fallback: standard.requiresRegularSpacing)
        rules.mostMissingSlices = section.limit("most-missing-slices", in: 0...100_000)
        rules.largestTiltDegrees = section.limit("largest-tilt-degrees", in: 0...90)
        rules.mostDoubledPositions = section.limit("most-doubled-positions", in: 0...100_000)
        rules.samePositionToleranceMillimetres = section.number(
            "same-position-tolerance-mm", in: 0.0001...1, fallback: standard.samePositionToleranceMillimetres)
        rules.orientationToleranceDegrees = section.number(
            "orientation-tolerance-degrees", in: 0.001...10, fallback: standard.orientationToleranceDegrees)
        rules.smallestLungMillilitres = section.number(
            "smallest-lung-ml", in: 0...10_000, fallback: standard.smallestLungMillilitres)
        rules.chestWords = section.texts("chest-words", fallback: standard.chestWords)
        rules.otherRegionWords = section.texts("other-region-words", fallback: standard.otherRegionWords)
        return rules
    }

    /// The key of `SecondOpinionExtent` in `reader:`.
    static let secondOpinionKey = "second-opinion"

    /// The section `reader:`.
    static func readerSection(_ top: YAMLSection) -> YAMLSection {
        top.section("reader", keys: ReaderLimits.Setting.allCases.map(\.rawValue) + [secondOpinionKey])
    }

    static func reader(_ section: YAMLSection) -> ReaderLimits {
        var limits = ReaderLimits()
        for setting in ReaderLimits.Setting.allCases {
            limits[setting] = section.integer(setting.rawValue, in: setting.range, fallback: limits[setting])
        }
        return limits
    }
}

extension YAMLSection {
    /// The number at `key`, within `range`; nil where it is absent or `none`.
    fileprivate func limit(_ key: String, in range: ClosedRange<Double>) -> Double? {
        isNone(key) ? nil : number(key, in: range)
    }

    /// The whole number at `key`, within `range`; nil where it is absent or `none`.
    fileprivate func limit(_ key: String, in range: ClosedRange<Int>) -> Int? {
        isNone(key) ? nil : integer(key, in: range)
    }

    private func isNone(_ key: String) -> Bool {
        guard let node = value(key) else { return true }
        return node.scalar?.string == "none"
    }
}
