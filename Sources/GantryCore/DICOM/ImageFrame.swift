/// One image of an instance: what may differ from frame to frame. Absent or empty attributes are nil.
///
/// **Source** PS3.3 C.7.6.16 (functional groups of multi-frame objects); a plain image object has these attributes at
/// its top level.
public struct ImageFrame: Sendable, Hashable, Codable {
    /// (0008,9007) Frame Type, or (0008,0008) Image Type; the values in order: `["ORIGINAL", "PRIMARY", "AXIAL"]`.
    public var imageType: [String]
    /// Where the image lies in the patient; nil where position, orientation or pixel spacing is absent or unusable.
    public var plane: SlicePlane?
    /// Slope, intercept and type of the modality rescale; nil where slope or intercept is absent.
    public var rescale: Rescale?
    /// (0018,0050), millimetres.
    public var sliceThicknessMillimetres: Double?
    /// (0018,9074), or (0008,002A), or (0008,0022) and (0008,0032) put together: `YYYYMMDDHHMMSS.FFFFFF`, sortable as
    /// text.
    public var acquisitionDateTime: String?
    /// (0020,9156), or (0020,0012).
    public var acquisitionNumber: Int?
    /// (0020,9056)
    public var stackID: String?
    /// (0020,9128), or (0020,0100): which of several points in time, or phases, the image belongs to.
    public var temporalPosition: Int?
    /// (0020,9241), percent of the interval between two heart beats.
    public var nominalPercentageOfCardiacPhase: Double?
    /// (0020,9245), percent of the interval between two breaths.
    public var nominalPercentageOfRespiratoryPhase: Double?
    /// (0018,1060), or (0020,9153): from the heart beat to the image, milliseconds.
    public var triggerTimeMilliseconds: Double?
    /// (0018,9151), or (0008,0023) and (0008,0033) put together: `YYYYMMDDHHMMSS.FFFFFF`, sortable as text.
    public var contentDateTime: String?
    /// (0020,9158), or (0020,4000).
    public var imageComments: String?
    /// Why `plane`, `rescale` or the thickness is nil or of no use; nil where nothing is wrong with them.
    public var defects: [AttributeDefect]?

    /// A frame of which nothing is known yet.
    public init() { imageType = [] }
}
