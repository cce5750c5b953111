/// Makes a stack of the images of one part of a series.
///
/// Excluded, each with its reason, are
/// - images that fail a rule which more than half of the part passes (a scout among slices, say);
/// - images without pixels or without a usable plane;
/// - images of another geometry, Stack ID or temporal position than the part's (see `SeriesPart`). Up to
///   `mostLocalizerImages` that lie across the slices are overview images, and nothing is wrong with them;
/// - at one position all but the latest acquisition, by acquisition date and time, then Acquisition Number, then
///   Instance Number, then SOP Instance UID and frame; an absent value is earlier than any (`.supersededAtPosition`).
struct StackBuilder {
    /// The stack's slices in order, with their images; nil where there is none.
    private(set) var stack: SliceStack?
    /// Each image that is no slice, and why.
    private(set) var excluded: [ExcludedImage] = []
    private(set) var evidence = StackEvidence()
    /// The shared normal.
    private(set) var normal: Vector3?

    /// An image that is no slice.
    struct ExcludedImage {
        var image: SliceImage
        var reason: FileReason
        var detail: String
    }

    init(_ part: SeriesPart, of seriesInstanceUID: UID, rules: SeriesRules) {
        let sound = excludeByRules(part, rules: rules)
        normal = SeriesGeometry.sharedNormal(of: sound.compactMap(\.plane))
        excludeImagesOfNoPart(part, from: sound.first, rules: rules)
        countUnusable(beside: sound.first)
        guard let normal else { return }
        let positions = SliceImage.positions(
            of: sound, along: normal, toleranceMillimetres: rules.samePositionToleranceMillimetres)
        let slices = positions.compactMap { latest(of: $0) }
        guard
            let geometry = SeriesGeometry.measuring(
                slices.compactMap(\.plane), along: normal, toleranceMillimetres: rules.spacingToleranceMillimetres,
                samePositionMillimetres: rules.samePositionToleranceMillimetres)
        else { return }
        evidence.alternation = part.alternation
        evidence.lossySlices = LossyCompression.among(slices.map(\.instance))
        stack = SliceStack(
            seriesInstanceUID: seriesInstanceUID,
            slices: slices.compactMap { image in
                guard let plane = image.plane, let pixels = image.pixels else { return nil }
                return SliceSource(
                    file: image.file, sopInstanceUID: image.uid, frameNumber: image.frameNumber,
                    instanceNumber: image.instance.instanceNumber,
                    positionMillimetres: plane.imagePositionPatient.dot(normal), rows: pixels.rows,
                    columns: pixels.columns, plane: plane)
            }, geometry: geometry, outcomes: [])
        let outcomes = FileOutcome.onePerFile(excluded, except: Set(slices.map(\.file)))
        stack?.outcomes = outcomes
        evidence.unusableFiles = outcomes.count { $0.disposition == .rejected }
    }

    /// The result as others see it.
    func result(as part: String?) -> StackingResult {
        StackingResult(
            part: part, stack: stack, outcomes: stack?.outcomes ?? FileOutcome.onePerFile(excluded, except: []),
            evidence: evidence)
    }

    private mutating func exclude(_ image: SliceImage, _ reason: FileReason, _ detail: String) {
        excluded.append(ExcludedImage(image: image, reason: reason, detail: detail))
    }

    /// The part's images that pass the rules which most of it passes; the others are excluded.
    private mutating func excludeByRules(_ part: SeriesPart, rules: SeriesRules) -> [SliceImage] {
        let images = part.all
        let applicable = rules.imageRules.filter { rule in
            images.count { rule.examine($0).failure == nil } * 2 > images.count
        }
        var failing: Set<SliceID> = []
        for image in images {
            for rule in applicable {
                let finding = rule.examine(image)
                guard let reason = finding.failure else { continue }
                exclude(image, reason, "Put aside from its series: \(finding.found); expected: \(rule.expected).")
                failing.insert(image.id)
                break
            }
        }
        return part.images.filter { !failing.contains($0.id) }
    }

    /// Excludes the images that go with the part and are not of it.
    private mutating func excludeImagesOfNoPart(_ part: SeriesPart, from first: SliceImage?, rules: SeriesRules) {
        let known = Set(excluded.map(\.image.id))
        let images = part.imagesOfNoPart.filter { !known.contains($0.id) }
        let across = images.filter { image in
            guard let normal, let plane = image.plane, image.pixels != nil else { return false }
            return abs(plane.normal.dot(normal)) < 0.9
        }
        let overviews = Set(across.count <= rules.mostLocalizerImages ? across.map(\.id) : [])
        for image in images {
            if image.pixels == nil {
                exclude(image, .notCTImage, "Holds no image.")
            } else if image.plane == nil {
                let defects = image.frame.defects(of: AttributeDefect.ofPlace)
                exclude(
                    image, .attributeMissing,
                    (defects ?? "Image Position, Image Orientation or Pixel Spacing is absent or unusable") + ".")
            } else if overviews.contains(image.id) {
                exclude(
                    image, .seriesNotChosen, "Put aside from its series: lies across its slices, as a localizer does.")
            } else {
                let difference =
                    first.flatMap { SeriesPart.difference(of: image, from: $0, rules: rules) }
                    ?? "Stack ID or temporal position"
                exclude(
                    image, .attributeInvalid,
                    "\(difference) differ from \(part.images.count) of the \(counted(part.all.count, "image")) "
                        + "in its series.")
            }
        }
    }

    /// Counts what was excluded so far and may have been a slice: what something is wrong with, and what is sound and
    /// yet looks like a slice of the stack (same matrix, parallel plane, no localizer). What those would have shown is
    /// not in the verdict.
    private mutating func countUnusable(beside first: SliceImage?) {
        let unused = excluded.filter { candidate in
            if candidate.reason.disposition == .rejected { return true }
            guard let first, let normal, let pixels = candidate.image.pixels, let plane = candidate.image.plane else {
                return false
            }
            return pixels.rows == first.pixels?.rows && pixels.columns == first.pixels?.columns
                && abs(plane.normal.dot(normal)) > 0.999
                && !candidate.image.frame.imageType.contains {
                    $0.uppercased() == "LOCALIZER"
                }
        }
        evidence.unusedImages = Dictionary(grouping: unused) { UnusedImage($0.reason) }.mapValues(\.count)
    }

    /// The latest of the images at one position; the others are superseded.
    private mutating func latest(of images: [SliceImage]) -> SliceImage? {
        let latestFirst = images.sorted { one, other in
            one.precedence(over: other)?.isLater ?? SliceImage.precedes(other, one)
        }
        guard let latest = latestFirst.first, latestFirst.count > 1 else { return latestFirst.first }
        let decisive = latest.precedence(over: latestFirst[1])?.by
        evidence.positionConflicts += 1
        evidence.keptBy[decisive ?? .sopInstanceUID, default: 0] += 1
        if decisive == nil || latestFirst.dropFirst().contains(where: { !latest.mayReplace($0) }) {
            evidence.undecidedConflicts += 1
        }
        for superseded in latestFirst.dropFirst() {
            let by = latest.precedence(over: superseded)?.by ?? .sopInstanceUID
            exclude(
                superseded, .supersededAtPosition,
                "\(latest.name) lies at the same position and is kept for its \(by.words).")
        }
        return latest
    }
}

extension SliceImage {
    /// Whether this image comes after `other`, and by what; nil where date and time and both numbers are the same.
    fileprivate func precedence(over other: SliceImage) -> (isLater: Bool, by: KeptBy)? {
        let (time, otherTime) = (frame.acquisitionDateTime ?? "", other.frame.acquisitionDateTime ?? "")
        if time != otherTime { return (pathPrecedes(otherTime, time), .acquisitionTime) }
        let (number, otherNumber) = (frame.acquisitionNumber ?? .min, other.frame.acquisitionNumber ?? .min)
        if number != otherNumber { return (number > otherNumber, .acquisitionNumber) }
        let (instance, otherInstance) = (self.instance.instanceNumber ?? .min, other.instance.instanceNumber ?? .min)
        return instance != otherInstance ? (instance > otherInstance, .instanceNumber) : nil
    }

    /// Whether nothing but time tells this image from `other`: the later of two reconstructions, or of two places in
    /// one plane, does not show what the earlier did.
    fileprivate func mayReplace(_ other: SliceImage) -> Bool {
        guard let plane, let otherPlane = other.plane else { return false }
        return instance.series.convolutionKernel == other.instance.series.convolutionKernel
            && frame.imageType == other.frame.imageType
            && frame.sliceThicknessMillimetres == other.frame.sliceThicknessMillimetres && plane.lies(over: otherPlane)
    }
}

extension SlicePlane {
    /// Whether the first pixels of two planes of one geometry lie over each other along the normal, within a pixel.
    func lies(over other: SlicePlane) -> Bool {
        let offset = imagePositionPatient - other.imagePositionPatient
        let across = offset - normal * offset.dot(normal)
        return across.length <= max(rowSpacingMillimetres, columnSpacingMillimetres)
    }
}

extension FileOutcome {
    /// One outcome for each file of `images` but those in `scored`, by path: a reason for which it is rejected before
    /// one for which it is skipped, then the reason of most of its images.
    static func onePerFile(_ images: [StackBuilder.ExcludedImage], except scored: Set<String>) -> [FileOutcome] {
        let byFile = Dictionary(grouping: images.filter { !scored.contains($0.image.file) }, by: \.image.file)
        let order = Dictionary(
            FileReason.allCases.enumerated().map { ($0.element, $0.offset) }, uniquingKeysWith: { first, _ in first })
        return byFile.compactMap { file, images in
            let byReason = Dictionary(grouping: images, by: \.reason)
            let decisive = byReason.min { one, other in
                let (isRejected, otherIsRejected) =
                    (one.key.disposition == .rejected, other.key.disposition == .rejected)
                if isRejected != otherIsRejected { return isRejected }
                if one.value.count != other.value.count { return one.value.count > other.value.count }
                return order[one.key, default: 0] < order[other.key, default: 0]
            }
            guard let reason = decisive?.key,
                let first = decisive?.value.min(by: { SliceImage.precedes($0.image, $1.image) })
            else { return nil }
            return FileOutcome(file: file, reason: reason, detail: first.detail)
        }.sorted { pathPrecedes($0.file, $1.file) }
    }
}
