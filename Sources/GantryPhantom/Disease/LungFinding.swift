/// What is seen in a phantom's lungs: disease, and what is easily taken for it.
public enum LungFinding: String, Sendable, Hashable, CaseIterable {
    /// Hazy, vessels remain visible: disease.
    case groundGlass = "ground-glass"
    /// Airless lung of the density of tissue: disease.
    case consolidation
    /// Bands of collapsed lung along the back.
    case atelectasis
    /// Holes in the lungs, and bullae below the pleura.
    case emphysema
    /// Small round solid nodules, some of them calcified.
    case nodule
    /// Fluid behind the lungs, with a rim of lung that it compresses.
    case effusion
    /// The patient moved while slices were taken: outlines are doubled.
    case motion
    /// The diaphragm moved through the lowest slices: they show it and the lung above it in one.
    case diaphragm

    /// True where the truth counts it.
    public var isDisease: Bool { self == .groundGlass || self == .consolidation }

    /// What a healthy chest may have.
    public static let hardNegatives = allCases.filter { !$0.isDisease }

    /// Those that fill a volume.
    public static let withVolume = allCases.filter { $0 != .motion && $0 != .diaphragm }

    /// Its place among all, for what is counted for each.
    var index: Int { Self.allCases.firstIndex(of: self) ?? 0 }
}
