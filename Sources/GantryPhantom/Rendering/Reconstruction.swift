/// How a slice is reconstructed and how noisy it is.
public struct Reconstruction: Sendable, Hashable {
    /// The reconstruction kernel: decides sharpness and the texture of the noise.
    public enum Kernel: String, Sendable, Hashable, CaseIterable {
        /// Smooth, for soft tissue; in pixels, whatever their size.
        case soft
        /// Sharp, with overshooting edges, for lung; in pixels, whatever their size.
        case lung
        /// The four of cohorts, in millimetres: very smooth,
        case smooth
        /// a scanner's usual one,
        case standard
        /// sharp, with overshooting edges and grainy noise,
        case sharp
        /// and sharper still.
        case edge

        /// The kernels of cohorts, from smooth to sharp.
        public static let ofCohorts: [Kernel] = [.smooth, .standard, .sharp, .edge]

        /// Whether a scanner calls it one for the lungs.
        public var isForLung: Bool { self == .lung || self == .sharp || self == .edge }

        /// (0018,1210): the kernel's name.
        public var convolutionKernel: String { rawValue.uppercased() }

        /// Standard deviation of the noise against that of the soft and the standard kernel.
        var noiseScale: Float {
            switch self {
            case .soft, .standard: 1
            case .lung, .sharp: 2.1
            case .smooth: 0.55
            case .edge: 3.2
            }
        }

        /// How the image is smoothed: the sides of the passes of `[side, 1 - 2 side, side]`; a negative one sharpens.
        func imagePasses(pixelSpacingMillimetres spacing: Float) -> [Float] {
            switch self {
            case .soft: [0.13]
            case .lung: [-0.09]
            case .smooth: Self.passes(squareMillimetres: 1.1, spacing)
            case .standard: Self.passes(squareMillimetres: 0.6, spacing)
            case .sharp: Self.passes(squareMillimetres: -0.3, spacing)
            case .edge: Self.passes(squareMillimetres: -0.6, spacing)
            }
        }

        /// The same for the noise, which begins white.
        func noisePasses(pixelSpacingMillimetres spacing: Float) -> [Float] {
            switch self {
            case .soft: [0.25, 0.22]
            case .lung: [-0.12]
            case .smooth: Self.passes(squareMillimetres: 3.4, spacing)
            case .standard: Self.passes(squareMillimetres: 1.9, spacing)
            case .sharp: Self.passes(squareMillimetres: 0.3, spacing)
            case .edge: Self.passes(squareMillimetres: -0.45, spacing)
            }
        }

        /// Passes that blur by a variance in all: one adds `2 side` square pixels to it. The last and only one sharpens
        /// where the variance is negative, by as much as one pass can without ringing.
        private static func passes(squareMillimetres: Float, _ spacing: Float) -> [Float] {
            let side = squareMillimetres / (2 * spacing * spacing)
            if side < 0 { return [max(side, -0.15)] }
            let count = max(1, (side / 0.25).rounded(.up))
            return [Float](repeating: side / count, count: Int(count))
        }
    }

    /// The kernel.
    public var kernel: Kernel
    /// Standard deviation of the noise in the middle of an average body, HU, for the soft and the standard kernel.
    public var noiseHU: Float
    /// HU written outside the circle that was reconstructed; nil where the whole square is.
    public var paddingHU: Int16?

    /// A reconstruction.
    public init(kernel: Kernel, noiseHU: Float, paddingHU: Int16?) {
        self.kernel = kernel
        self.noiseHU = noiseHU
        self.paddingHU = paddingHU
    }
}
