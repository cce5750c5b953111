/// One rule that looks at single images. A series passes it where more than half of its images do; in a series that
/// passes, the images that don't are excluded.
struct ImageRule: Sendable {
    /// Its name.
    var name: RuleName
    /// What is expected, in words.
    var expected: String
    /// What stands before the finding in a sentence: `modality is `.
    var subject = ""
    /// What stands after it; nil for "; the pipeline takes <expected>".
    var conclusion: String?
    /// What an image shows.
    var examine: @Sendable (SliceImage) -> ImageFinding
}

/// What one image shows under one rule.
struct ImageFinding: Sendable {
    /// In words that go on from "the series' images: ", without end mark.
    var found: String
    /// Why the image fails the rule; nil where it passes.
    var failure: FileReason?
}

extension SeriesRules {
    /// The rules for images, in the order in which they decide.
    var imageRules: [ImageRule] {
        [
            Self.modality, Self.ctImage, Self.image, Self.decodable, burnedInText, originalPrimary, Self.notLocalizer,
            Self.hounsfield,
            Self.position, lossyCompression,
        ]
    }

    private static let modality = ImageRule(name: .modality, expected: "CT", subject: "modality is ") {
        let modality = $0.instance.series.modality
        return ImageFinding(
            found: modality ?? "absent", failure: modality?.uppercased() == "CT" ? nil : .notCTImage)
    }

    private static let ctImage = ImageRule(
        name: .ctImage, expected: "CT, Enhanced CT or Legacy Converted Enhanced CT Image Storage",
        subject: "its objects are "
    ) {
        let uid = $0.instance.sopClassUID.value
        return ImageFinding(found: SOPClass.name(of: uid), failure: SOPClass.isCT(uid) ? nil : .notCTImage)
    }

    private static let image = ImageRule(
        name: .image, expected: "greyscale, one frame unless the class is a multi-frame one",
        subject: "its objects hold "
    ) {
        let instance = $0.instance
        guard let pixels = instance.pixels else { return ImageFinding(found: "no image", failure: .notCTImage) }
        if pixels.rows < 1 || pixels.columns < 1 {
            return ImageFinding(found: "\(pixels.rows) rows, \(pixels.columns) columns", failure: .attributeInvalid)
        }
        if let obstacle = pixels.colourObstacle { return ImageFinding(obstacle) }
        let isMultiFrame = SOPClass.enhancedCT.contains(instance.sopClassUID.value)
        if pixels.numberOfFrames != 1 && !isMultiFrame {
            return ImageFinding(found: counted(pixels.numberOfFrames, "frame"), failure: .contentUnsupported)
        }
        if isMultiFrame && pixels.numberOfFrames != instance.frames.count {
            return ImageFinding(
                found: "\(counted(pixels.numberOfFrames, "frame")), of which \(instance.frames.count) are described",
                failure: .attributeInvalid)
        }
        return ImageFinding(
            found: (isMultiFrame ? "frames" : "one frame")
                + " of \(pixels.rows) x \(pixels.columns), \(pixels.photometricInterpretation)")
    }

    private static let decodable = ImageRule(
        name: .decodable, expected: "a transfer syntax that is decoded, 8 or 16 bits allocated",
        subject: "its pixel data cannot be decoded: ", conclusion: ""
    ) {
        let syntax = $0.instance.transferSyntax
        if let obstacle = syntax.decodingObstacle ?? $0.instance.pixels?.cellObstacle { return ImageFinding(obstacle) }
        return ImageFinding(
            found: syntax.name + ($0.instance.pixels.map { ", \($0.bitsAllocated) bits allocated" } ?? ""))
    }

    /// What a series is known to be that passes the rule where the pipeline asks.
    static let noBurnedInText = "none (Burned In Annotation is not YES)"
    /// Likewise.
    static let originalPrimaryImageType = #"Image Type ORIGINAL\PRIMARY"#

    private var burnedInText: ImageRule {
        let accepts = acceptsBurnedInText
        return ImageRule(
            name: .burnedInText,
            expected: accepts ? "any: the pipeline does not ask" : Self.noBurnedInText,
            conclusion: ": values under text are not the patient's"
        ) {
            $0.instance.hasBurnedInAnnotation
                ? ImageFinding(found: "Burned In Annotation is YES", failure: accepts ? nil : .notCTImage)
                : ImageFinding(found: "none declared")
        }
    }

    private var originalPrimary: ImageRule {
        let isRequired = requiresOriginalPrimary
        let expected = isRequired ? Self.originalPrimaryImageType : "any Image Type: the pipeline does not ask"
        return ImageRule(name: .originalPrimary, expected: expected) {
            let values = $0.frame.imageType.prefix(2)
            let found = values.isEmpty ? "Image Type absent" : #"Image Type "# + values.joined(separator: #"\"#)
            let passes = !isRequired || values.map { $0.uppercased() } == ["ORIGINAL", "PRIMARY"]
            return ImageFinding(found: found, failure: passes ? nil : .seriesNotChosen)
        }
    }

    private static let notLocalizer = ImageRule(
        name: .notALocalizer, expected: "no LOCALIZER in Image Type, and not the geometry of one",
        conclusion: ": an overview image, not a volume"
    ) {
        $0.calls(itself: "LOCALIZER")
            ? ImageFinding(found: "Image Type says LOCALIZER", failure: .seriesNotChosen)
            : ImageFinding(found: "Image Type without LOCALIZER")
    }

    private static let hounsfield = ImageRule(
        name: .hounsfield, expected: "a rescale that leads to Hounsfield units",
        subject: "values are not Hounsfield units: ", conclusion: ""
    ) {
        guard let rescale = $0.frame.rescale else {
            let defects = $0.frame.defects(of: AttributeDefect.ofRescale)
            return ImageFinding(found: defects ?? "Rescale Slope or Intercept absent", failure: .notHounsfield)
        }
        if let obstacle = rescale.hounsfieldObstacle { return ImageFinding(obstacle) }
        let (slope, intercept) = (rescale.rescaleSlope, rescale.rescaleIntercept)
        let words = "slope \(slope.written(decimals: 3)), intercept \(intercept.written(decimals: 0))"
        if let pixels = $0.instance.pixels, let lowest = rescale.lowestValue(of: pixels), lowest >= 0 {
            return ImageFinding(
                found: words + ": no stored value falls below 0 HU, so there is no air", failure: .notHounsfield)
        }
        return ImageFinding(found: words)
    }

    private static let position = ImageRule(
        name: .position, expected: "Image Position, Image Orientation and Pixel Spacing",
        conclusion: ", so the images have no order"
    ) {
        guard $0.plane == nil else { return ImageFinding(found: "present") }
        let defects = $0.frame.defects(of: AttributeDefect.ofPlace)
        return ImageFinding(
            found: defects ?? "Image Position, Image Orientation or Pixel Spacing absent or unusable",
            failure: .attributeMissing)
    }

    private var lossyCompression: ImageRule {
        let accepts = acceptsLossy
        return ImageRule(
            name: .lossyCompression, expected: accepts ? "any: the pipeline accepts it" : "none",
            subject: "pixel data was compressed with loss: ", conclusion: "; the pipeline does not accept that"
        ) {
            guard $0.instance.lostInformation else { return ImageFinding(found: "none declared") }
            return ImageFinding(
                found: LossyCompression.words($0.instance.transferSyntax), failure: accepts ? nil : .seriesNotChosen)
        }
    }
}

extension ImageFinding {
    init(found: String) { self.init(found: found, failure: nil) }

    init(_ obstacle: DecodingObstacle) { self.init(found: obstacle.found, failure: obstacle.reason) }
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
