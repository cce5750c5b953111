import GantryCore

/// The images of an object.
extension OpenedFile {
    /// Enhanced CT Image Storage and Legacy Converted Enhanced CT Image Storage.
    private static var multiFrameSOPClasses: Set<String> {
        ["1.2.840.10008.5.1.4.1.1.2.1", "1.2.840.10008.5.1.4.1.1.2.2"]
    }

    /// Whether the images of this object are described in functional groups.
    private var isMultiFrameCT: Bool {
        uid(.sopClassUID).map { Self.multiFrameSOPClasses.contains($0.value) } ?? false
    }

    /// The images, in order: as many as `pixels` says for a multi-frame CT, one for any other object.
    ///
    /// What functional groups leave out (type, time, number of the acquisition) is taken from the top level.
    ///
    /// **Throws** `.limitExceeded`; `.attributeInvalid` where the functional groups are not those of as many frames.
    func frames(_ pixels: PixelDescription?, limits: ReaderLimits) throws(FileOutcome) -> [ImageFrame] {
        guard let pixels, isMultiFrameCT else { return [imageFrame()] }
        guard pixels.numberOfFrames <= limits.mostFrames else {
            throw outcome(
                .limitExceeded,
                "has \(pixels.numberOfFrames) frames; the limit is \(limits.mostFrames) "
                    + "(\(ReaderLimits.Setting.mostFrames.rawValue))")
        }
        let usual = imageFrame()
        let shared = FrameAttributes.SharedGroups(of: topLevel)
        var frames: [ImageFrame] = []
        frames.reserveCapacity(pixels.numberOfFrames)
        var groups = 0
        for item in topLevel.items(.perFrameFunctionalGroupsSequence) {
            groups += 1
            guard groups <= pixels.numberOfFrames else { continue }
            var frame = FrameAttributes(frame: item, shared: shared).imageFrame()
            if frame.imageType.isEmpty { frame.imageType = usual.imageType }
            frame.acquisitionDateTime = frame.acquisitionDateTime ?? usual.acquisitionDateTime
            frame.acquisitionNumber = frame.acquisitionNumber ?? usual.acquisitionNumber
            frame.contentDateTime = frame.contentDateTime ?? usual.contentDateTime
            frame.imageComments = frame.imageComments ?? usual.imageComments
            frames.append(frame)
        }
        guard groups == pixels.numberOfFrames else {
            throw outcome(
                .attributeInvalid,
                "\(DICOMAttribute.perFrameFunctionalGroupsSequence) has \(groups) items, and "
                    + "\(DICOMAttribute.numberOfFrames) is \(pixels.numberOfFrames)")
        }
        return frames
    }

    /// The rescale of frame `number`, from 1; nil where slope or intercept is absent or no number.
    func rescale(ofFrame number: Int) -> Rescale? {
        guard isMultiFrameCT else { return rescale() }
        let items = topLevel.items(.perFrameFunctionalGroupsSequence)
        guard number >= 1, let item = items.dropFirst(number - 1).first(where: { _ in true }) else { return nil }
        return FrameAttributes(frame: item, shared: FrameAttributes.SharedGroups(of: topLevel)).rescale()
    }

    /// Fills in what a multi-frame CT says in the functional groups of its first frame, and a plain one at the top level.
    func describeFirstFrame(_ instance: inout SOPInstance) {
        guard isMultiFrameCT else { return }
        var items = topLevel.items(.perFrameFunctionalGroupsSequence)
        guard let first = items.next() else { return }
        let frame = FrameAttributes(frame: first, shared: FrameAttributes.SharedGroups(of: topLevel))
        let series = instance.series
        instance.series.convolutionKernel = series.convolutionKernel ?? frame.firstText(.convolutionKernel)
        instance.series.kilovoltPeak = series.kilovoltPeak ?? frame.firstDecimal(.kilovoltPeak)
        instance.gantryDetectorTiltDegrees =
            instance.gantryDetectorTiltDegrees ?? frame.decimals(.gantryDetectorTilt, count: 1)?.first
        instance.window = instance.window ?? frame.window()
        let anatomy =
            first.firstItem(.frameAnatomySequence)
            ?? topLevel.firstItem(.sharedFunctionalGroupsSequence)?.firstItem(.frameAnatomySequence)
        instance.series.anatomicRegions = instance.series.anatomicRegions ?? anatomy.flatMap(Self.regions)
    }

    /// The meanings of the codes in the Anatomic Region Sequence of `item`; nil where there is none.
    static func regions(of item: DICOMItem) -> [String]? {
        let meanings = item.items(.anatomicRegionSequence).prefix(8).compactMap { $0.text(.codeMeaning) }
        return meanings.isEmpty ? nil : meanings
    }
}
