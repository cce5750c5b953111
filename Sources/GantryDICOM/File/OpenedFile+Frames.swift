import GantryCore

/// The images of an object.
extension OpenedFile {
    /// Whether the images of this object are described in functional groups.
    private var isMultiFrameCT: Bool { uid(.sopClassUID).map { SOPClass.enhancedCT.contains($0.value) } ?? false }

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
        let groups = frameGroups.items(of: topLevel).count
        guard groups == pixels.numberOfFrames else {
            throw outcome(
                .attributeInvalid,
                "\(DICOMAttribute.perFrameFunctionalGroupsSequence) has \(groups) items, and "
                    + "\(DICOMAttribute.numberOfFrames) is \(pixels.numberOfFrames)")
        }
        var frames: [ImageFrame] = []
        frames.reserveCapacity(groups)
        for number in 1...groups {
            guard var frame = attributes(ofFrame: number)?.imageFrame() else { continue }
            if frame.imageType.isEmpty { frame.imageType = usual.imageType }
            frame.acquisitionDateTime = frame.acquisitionDateTime ?? usual.acquisitionDateTime
            frame.acquisitionNumber = frame.acquisitionNumber ?? usual.acquisitionNumber
            frame.contentDateTime = frame.contentDateTime ?? usual.contentDateTime
            frame.imageComments = frame.imageComments ?? usual.imageComments
            frames.append(frame)
        }
        return frames
    }

    /// What describes frame `number`, from 1, of a multi-frame CT; nil for any other object, or where nothing does.
    ///
    /// Costs the same for every frame: all groups are looked for once.
    func attributes(ofFrame number: Int) -> FrameAttributes? {
        isMultiFrameCT ? frameGroups.attributes(ofFrame: number, in: topLevel) : nil
    }

    /// The rescale of frame `number`, from 1; nil where slope or intercept is absent or no number.
    func rescale(ofFrame number: Int) -> Rescale? {
        isMultiFrameCT ? attributes(ofFrame: number)?.rescale() : rescale()
    }

    /// Fills in what a multi-frame CT says in the functional groups of its first frame, and a plain one at the top
    /// level.
    func describeFirstFrame(_ instance: inout SOPInstance) {
        guard let frame = attributes(ofFrame: 1) else { return }
        let series = instance.series
        instance.series.convolutionKernel = series.convolutionKernel ?? frame.firstText(.convolutionKernel)
        instance.series.kilovoltPeak = series.kilovoltPeak ?? frame.firstDecimal(.kilovoltPeak)
        instance.gantryDetectorTiltDegrees =
            instance.gantryDetectorTiltDegrees ?? frame.decimals(.gantryDetectorTilt, count: 1)?.first
        instance.window = instance.window ?? frame.window()
        let anatomy =
            frameGroups.items(of: topLevel).first?.firstItem(.frameAnatomySequence)
            ?? topLevel.firstItem(.sharedFunctionalGroupsSequence)?.firstItem(.frameAnatomySequence)
        instance.series.anatomicRegions = instance.series.anatomicRegions ?? anatomy.flatMap(Self.regions)
    }

    /// The meanings of the codes in the Anatomic Region Sequence of `item`; nil where there is none.
    static func regions(of item: DICOMItem) -> [String]? {
        let meanings = item.items(.anatomicRegionSequence).prefix(8).compactMap { $0.text(.codeMeaning) }
        return meanings.isEmpty ? nil : meanings
    }
}
