/// The parameters of one made-up chest, drawn from a seed.
///
/// **Frame**: patient coordinates in millimetres (DICOM LPS: +x to the patient's left, +y to the back, +z to the head),
/// with the carina at `z = 0` and the middle of the rib cage at `x = y = 0`.
public struct ChestAnatomy: Sendable, Hashable {
    /// The seed everything below was drawn from.
    public let seed: UInt64
    /// True where the breast contour and tissue of a woman are drawn.
    public let isFemale: Bool
    /// Size of the rib cage against the average: 0.9 to 1.1 for width and depth.
    public let cageWidthScale: Float
    /// Depth of the rib cage against the average.
    public let cageDepthScale: Float
    /// Length of the chest against the average.
    public let lengthScale: Float
    /// Thickness of the fat below the skin at the flank, in millimetres.
    public let fatMillimetres: Float
    /// Thickness of the muscle outside the ribs against the average.
    public let muscleScale: Float
    /// How far the diaphragm stands above full inspiration, in millimetres: 0 to 25.
    public let diaphragmRiseMillimetres: Float
    /// Mean density of healthy lung in HU.
    public let lungHU: Float
    /// Rise of the lung's density towards the back (gravity) in HU a millimetre.
    public let lungGradientHUPerMillimetre: Float
    /// Size of the heart against the average.
    public let heartScale: Float
    /// Density of blood in HU: 40 without contrast medium.
    public let bloodHU: Float
    /// Calcium of the bones against the average.
    public let boneScale: Float
    /// Where the body lies against the scanner's axis: (x, y) in millimetres.
    public let offCentreMillimetres: SIMD2<Float>
    /// Height of the first vertebral disc below the carina, in millimetres.
    public let discPhaseMillimetres: Float
    /// Small irregularities of the outline, one for each harmonic.
    let outlineHarmonics: SIMD8<Float>

    /// The chest that belongs to a seed.
    ///
    /// - Parameters:
    ///   - bodySize: 0.8 for a thin and small person, 1 for the average, 1.35 for a very heavy one; nil as the seed has
    ///     it.
    ///   - expiration: 0 where the breath is held in full inspiration, 1 in expiration; nil as the seed has it.
    public init(seed: UInt64, bodySize: Float? = nil, expiration: Float? = nil) {
        self.seed = seed
        var draw = DeviateSequence(CounterHash(seed: seed).stream("anatomy"))
        isFemale = draw.chance(0.5)
        let build = bodySize.map { 0.7 + 0.3 * $0 } ?? 1
        let breath = expiration.map { 1.01 - 0.06 * $0 } ?? 1
        cageWidthScale = clamp(draw.normal(isFemale ? 0.96 : 1.03, 0.05), 0.86, 1.14) * build
        cageDepthScale = clamp(draw.normal(isFemale ? 0.97 : 1.03, 0.06), 0.86, 1.16) * build * breath
        lengthScale = clamp(draw.normal(isFemale ? 0.96 : 1.03, 0.04), 0.88, 1.1)
        let drawnFat = draw.chance(0.25) ? draw.uniform(22...34) : draw.uniform(7...20)
        fatMillimetres = bodySize.map(Self.fatMillimetres) ?? drawnFat
        muscleScale = clamp(draw.normal(isFemale ? 0.88 : 1.08, 0.1), 0.7, 1.3)
        let drawnRise = draw.chance(0.2) ? draw.uniform(14...25) : draw.uniform(0...12)
        diaphragmRiseMillimetres = expiration.map { 2 + 36 * $0 } ?? drawnRise
        lungHU = -872 + diaphragmRiseMillimetres * 2.2 + draw.normal(0, 10)
        lungGradientHUPerMillimetre = draw.uniform(0.25...0.55) * (1 + diaphragmRiseMillimetres / 40)
        heartScale = clamp(draw.normal(1, 0.08), 0.84, 1.22)
        bloodHU = draw.chance(0.3) ? draw.uniform(140...240) : draw.uniform(36...46)
        boneScale = clamp(draw.normal(1, 0.1), 0.7, 1.2)
        offCentreMillimetres = SIMD2(draw.normal(0, 4), draw.normal(0, 5))
        discPhaseMillimetres = draw.uniform(0...24)
        var harmonics = SIMD8<Float>()
        for index in 0..<8 { harmonics[index] = draw.normal(0, 1) }
        outlineHarmonics = harmonics
    }

    /// Highest point of the lungs, in millimetres above the carina.
    public var lungApexMillimetres: Float { 82 * lengthScale }
    /// Lowest point of the lungs, deep behind the diaphragm.
    public var lungBaseMillimetres: Float { -186 * lengthScale + diaphragmRiseMillimetres * 0.6 }

    /// Fat below the skin of a person of a size: 5 mm for the thin, 14 for the average, 50 for the very heavy.
    private static func fatMillimetres(bodySize: Float) -> Float {
        bodySize < 1 ? mix(5, 14, clamp((bodySize - 0.8) / 0.2, 0, 1)) : mix(14, 50, (bodySize - 1) / 0.35)
    }

    /// Density of muscle and other soft tissue in HU.
    static let muscleHU: Float = 52
    /// Density of fat in HU.
    static let fatHU: Float = -102
    /// Density of air in HU.
    static let airHU: Float = -1000
}
