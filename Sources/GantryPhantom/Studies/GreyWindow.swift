/// A display window.
public struct GreyWindow: Sendable, Hashable {
    /// HU in the middle of the grey scale.
    public var centreHU: Float
    /// HU from black to white.
    public var widthHU: Float

    /// The window in which lungs are looked at.
    public static let lung = GreyWindow(centreHU: -600, widthHU: 1500)

    /// A window.
    public init(centreHU: Float, widthHU: Float) {
        self.centreHU = centreHU
        self.widthHU = widthHU
    }

    /// What a viewer with this window makes of HU, spread over the window of the lung as if they were HU still: that
    /// window changes nothing but what is brighter. Not below -1024, as a scanner's values. Those of `padding` stay.
    func exported(_ hounsfield: [Int16], except padding: Int16) -> [Int16] {
        let scale = Self.lung.widthHU / widthHU
        let high = Self.lung.centreHU + Self.lung.widthHU / 2
        return hounsfield.map { value in
            if value == padding { return padding }
            return Int16(clamp((Float(value) - centreHU) * scale + Self.lung.centreHU, -1024, high).rounded())
        }
    }
}
