/// The images that a verdict was reached on, as they name and place themselves: what an object has to say that refers
/// to them when they are gone.
public struct StudySource: Sendable, Hashable, Codable {
    /// Of the first image of the chosen series by position.
    public var attributes: SourceAttributes
    /// One for each slice of the result, in slice order.
    public var images: [SourceImage]
    /// How far the clocks around the machine were ahead of UTC when the study was judged, minutes: dates and times of
    /// the objects are meant by them where the images name no time zone.
    public var minutesAheadOfUTC: Int

    /// A source of these parts.
    public init(attributes: SourceAttributes, images: [SourceImage], minutesAheadOfUTC: Int) {
        self.attributes = attributes
        self.images = images
        self.minutesAheadOfUTC = minutesAheadOfUTC
    }

    /// What the headers in `study` say of the slices of `stack`; nil where one of them is not there.
    public init?(_ study: Study, stack: SliceStack, minutesAheadOfUTC: Int) {
        let wanted = Set(stack.slices.map(\.sopInstanceUID))
        var instances: [UID: SOPInstance] = [:]
        for instance in study.series.lazy.flatMap(\.instances) where wanted.contains(instance.sopInstanceUID) {
            instances[instance.sopInstanceUID] = instance
        }
        var images: [SourceImage] = []
        images.reserveCapacity(stack.slices.count)
        for slice in stack.slices {
            guard let instance = instances[slice.sopInstanceUID] else { return nil }
            images.append(SourceImage(instance, slice))
        }
        guard let first = stack.slices.first.flatMap({ instances[$0.sopInstanceUID] }) else { return nil }
        self.init(attributes: first.source, images: images, minutesAheadOfUTC: minutesAheadOfUTC)
    }
}

/// One image that a verdict was reached on: what names it beside its UID and frame, and where it lies.
public struct SourceImage: Sendable, Hashable, Codable {
    /// (0008,0016)
    public var sopClassUID: UID
    /// (0020,000E)
    public var seriesInstanceUID: UID
    /// (0020,0052)
    public var frameOfReferenceUID: UID?
    /// (0028,0008); of a plain image 1.
    public var numberOfFrames: Int
    /// (0028,0010)
    public var rows: Int
    /// (0028,0011)
    public var columns: Int
    /// Position, orientation and spacing of pixels.
    public var plane: SlicePlane
    /// What makes Hounsfield units of its stored values; nil where a modality LUT does.
    public var rescale: Rescale?
    /// (0018,0050), millimetres.
    public var sliceThicknessMillimetres: Double?
    /// (0028,0301) is `YES`: somebody's name may stand in the pixels.
    public var hasBurnedInAnnotation: Bool
    /// Whether it lost information by compression, now or before.
    public var isLossy: Bool
    /// (0028,2112), the last value.
    public var lossyCompressionRatio: Double?

    /// An image of these parts.
    public init(
        sopClassUID: UID, seriesInstanceUID: UID, frameOfReferenceUID: UID?, numberOfFrames: Int, rows: Int,
        columns: Int, plane: SlicePlane, rescale: Rescale?, sliceThicknessMillimetres: Double? = nil,
        hasBurnedInAnnotation: Bool = false, isLossy: Bool = false, lossyCompressionRatio: Double? = nil
    ) {
        self.sopClassUID = sopClassUID
        self.seriesInstanceUID = seriesInstanceUID
        self.frameOfReferenceUID = frameOfReferenceUID
        self.numberOfFrames = numberOfFrames
        self.rows = rows
        self.columns = columns
        self.plane = plane
        self.rescale = rescale
        self.sliceThicknessMillimetres = sliceThicknessMillimetres
        self.hasBurnedInAnnotation = hasBurnedInAnnotation
        self.isLossy = isLossy
        self.lossyCompressionRatio = lossyCompressionRatio
    }

    /// What the header of `instance` says of the frame that `slice` is.
    public init(_ instance: SOPInstance, _ slice: SliceSource) {
        let frames = instance.frames
        let frame = frames.indices.contains(slice.frameNumber - 1) ? frames[slice.frameNumber - 1] : nil
        self.init(
            sopClassUID: instance.sopClassUID, seriesInstanceUID: instance.seriesInstanceUID,
            frameOfReferenceUID: instance.frameOfReferenceUID, numberOfFrames: max(1, frames.count),
            rows: slice.rows, columns: slice.columns, plane: slice.plane, rescale: frame?.rescale,
            sliceThicknessMillimetres: frame?.sliceThicknessMillimetres,
            hasBurnedInAnnotation: instance.hasBurnedInAnnotation, isLossy: instance.lostInformation,
            lossyCompressionRatio: instance.lossyCompressionRatio)
    }
}
