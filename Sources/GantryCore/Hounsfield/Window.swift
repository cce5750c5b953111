/// A grey-level window and the function by which it maps Hounsfield units to 0...1.
///
/// **Source** PS3.3 C.11.2.1.2 and C.11.2.1.3.
public struct Window: Sendable, Hashable, Codable {
    /// (0028,1050), HU.
    public var windowCenterHU: Double
    /// (0028,1051), HU; at least 1 for LINEAR, above 0 for the others.
    public var windowWidthHU: Double
    /// (0028,1056)
    public var function: WindowFunction

    /// A window of these values.
    public init(windowCenterHU: Double, windowWidthHU: Double, function: WindowFunction = .linear) {
        self.windowCenterHU = windowCenterHU
        self.windowWidthHU = windowWidthHU
        self.function = function
    }

    /// The usual lung window: -600, 1500.
    public static let lung = Window(windowCenterHU: -600, windowWidthHU: 1500)
}

/// (0028,1056) VOI LUT Function.
public enum WindowFunction: String, Sendable, Hashable, Codable, CaseIterable {
    /// C.11.2.1.2.1
    case linear = "LINEAR"
    /// C.11.2.1.3.2
    case linearExact = "LINEAR_EXACT"
    /// C.11.2.1.3.1
    case sigmoid = "SIGMOID"
}
