/// Where the network looked on a key slice, for the positive class.
public struct SliceExplanation: Sendable, Hashable, Codable {
    /// Grad-CAM at the last stage, over the whole slice.
    public var map: ActivationMap
    /// Which share of it lies outside the body, 0...1; nil where the map is 0 everywhere, or no body was found.
    public var outsideBodyShare: Double?

    /// An explanation of these parts.
    public init(map: ActivationMap, outsideBodyShare: Double?) {
        self.map = map
        self.outsideBodyShare = outsideBodyShare
    }
}

extension [KeyPicture] {
    /// The top of the one colour scale that all maps of a study share: the largest number of any of them; nil where
    /// there is no map.
    public var mapScale: Float? { compactMap(\.explanation?.map.largest).max() }
}
