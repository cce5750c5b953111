/// One rule that looks at single instances. A series passes it where more than half of its instances do; in a series
/// that passes, the instances that don't are put aside.
struct InstanceRule: Sendable {
    /// Stable name.
    var name: String
    /// What is expected, in words.
    var expected: String
    /// What stands before the finding in a sentence: `modality is `.
    var subject = ""
    /// What stands after it; nil for "; the pipeline takes <expected>".
    var conclusion: String?
    /// What an instance shows.
    var examine: @Sendable (SOPInstance) -> InstanceFinding
}

/// What one instance shows under one rule.
struct InstanceFinding: Sendable {
    /// In words that go on from "the series' images: ", without end mark.
    var found: String
    /// Why the instance fails the rule; nil where it passes.
    var failure: FileReason?
}

extension SeriesRules {
    /// The rules for instances, in the order in which they decide.
    var instanceRules: [InstanceRule] {
        [Self.modality, Self.ctImage, Self.image, originalPrimary, Self.notLocalizer, Self.hounsfield, Self.position]
    }

    private static let modality = InstanceRule(name: "modality", expected: "CT", subject: "modality is ") { instance in
        let modality = instance.series.modality
        return InstanceFinding(
            found: modality ?? "absent", failure: modality?.uppercased() == "CT" ? nil : .notCTImage)
    }

    private static let ctImage = InstanceRule(
        name: "ct image", expected: SOPClass.name(of: SOPClass.ctImage), subject: "its objects are "
    ) {
        let name = SOPClass.name(of: $0.sopClassUID.value)
        if $0.sopClassUID.value == SOPClass.ctImage { return InstanceFinding(found: name) }
        if SOPClass.enhancedCT.contains($0.sopClassUID.value) {
            return InstanceFinding(found: name + ", which this version does not read", failure: .contentUnsupported)
        }
        return InstanceFinding(found: name, failure: .notCTImage)
    }

    private static let image = InstanceRule(
        name: "image", expected: "one frame in greyscale without burned-in text", subject: "its objects hold "
    ) {
        guard let pixels = $0.pixels else { return InstanceFinding(found: "no image", failure: .notCTImage) }
        if pixels.rows < 1 || pixels.columns < 1 {
            return InstanceFinding(found: "\(pixels.rows) rows, \(pixels.columns) columns", failure: .attributeInvalid)
        }
        if pixels.samplesPerPixel != 1 || !pixels.photometricInterpretation.hasPrefix("MONOCHROME") {
            return InstanceFinding(
                found: "\(counted(pixels.samplesPerPixel, "sample")) per pixel, \(pixels.photometricInterpretation)",
                failure: .contentUnsupported)
        }
        if pixels.numberOfFrames != 1 {
            return InstanceFinding(found: counted(pixels.numberOfFrames, "frame"), failure: .contentUnsupported)
        }
        if $0.hasBurnedInAnnotation {
            return InstanceFinding(found: "burned-in text (Burned In Annotation is YES)", failure: .notCTImage)
        }
        return InstanceFinding(found: "one greyscale frame of \(pixels.rows) x \(pixels.columns)")
    }

    private var originalPrimary: InstanceRule {
        let isRequired = requiresOriginalPrimary
        let expected = isRequired ? #"Image Type ORIGINAL\PRIMARY"# : "any Image Type: the pipeline does not ask"
        return InstanceRule(name: "original primary", expected: expected) {
            let values = ($0.frames.first?.imageType ?? []).prefix(2)
            let found = values.isEmpty ? "Image Type absent" : #"Image Type "# + values.joined(separator: #"\"#)
            let passes = !isRequired || values.map { $0.uppercased() } == ["ORIGINAL", "PRIMARY"]
            return InstanceFinding(found: found, failure: passes ? nil : .seriesNotChosen)
        }
    }

    private static let notLocalizer = InstanceRule(
        name: "not a localizer", expected: "no LOCALIZER in Image Type, and not the geometry of one",
        conclusion: ": an overview image, not a volume"
    ) {
        ($0.frames.first?.imageType ?? []).dropFirst(2).contains { $0.uppercased() == "LOCALIZER" }
            ? InstanceFinding(found: "Image Type says LOCALIZER", failure: .seriesNotChosen)
            : InstanceFinding(found: "Image Type without LOCALIZER")
    }

    private static let hounsfield = InstanceRule(
        name: "hounsfield", expected: "a rescale that leads to Hounsfield units",
        subject: "values are not Hounsfield units: ", conclusion: ""
    ) {
        guard let rescale = $0.frames.first?.rescale else {
            return InstanceFinding(found: "Rescale Slope or Intercept absent", failure: .notHounsfield)
        }
        let (slope, intercept) = (rescale.rescaleSlope, rescale.rescaleIntercept)
        guard slope.isFinite, slope != 0, intercept.isFinite else {
            return InstanceFinding(found: "Rescale Slope \(slope), Intercept \(intercept)", failure: .notHounsfield)
        }
        if let type = rescale.rescaleType, !type.isEmpty, type.uppercased() != "HU" {
            return InstanceFinding(found: "Rescale Type \(type)", failure: .notHounsfield)
        }
        let words = "slope \(slope.written(decimals: 3)), intercept \(intercept.written(decimals: 0))"
        if let pixels = $0.pixels, let lowest = rescale.lowestValue(of: pixels), lowest >= 0 {
            return InstanceFinding(
                found: words + ": no stored value falls below 0 HU, so there is no air", failure: .notHounsfield)
        }
        return InstanceFinding(found: words)
    }

    private static let position = InstanceRule(
        name: "position", expected: "Image Position, Image Orientation and Pixel Spacing",
        conclusion: ", so the images have no order"
    ) {
        $0.frames.first?.plane == nil
            ? InstanceFinding(
                found: "Image Position, Image Orientation or Pixel Spacing absent or unusable",
                failure: .attributeMissing)
            : InstanceFinding(found: "present")
    }
}

extension InstanceFinding {
    init(found: String) { self.init(found: found, failure: nil) }
}

extension Rescale {
    /// The lowest value that a stored value of `pixels` can be rescaled to; nil where Bits Stored is not in 1...32.
    fileprivate func lowestValue(of pixels: PixelDescription) -> Double? {
        guard (1...32).contains(pixels.bitsStored) else { return nil }
        let smallest = pixels.isSigned ? -(Int64(1) << Int64(pixels.bitsStored - 1)) : 0
        let largest = (Int64(1) << Int64(pixels.isSigned ? pixels.bitsStored - 1 : pixels.bitsStored)) - 1
        return min(Double(smallest) * rescaleSlope, Double(largest) * rescaleSlope) + rescaleIntercept
    }
}
