import CGantryKernels
import Foundation

/// What computes a network's convolutions: Gantry's own kernels for one instruction set, or OpenBLAS.
public enum ConvolutionKernels: String, CaseIterable, Sendable {
    /// Own kernels with AVX-512.
    case avx512
    /// Own kernels with AVX2 and FMA.
    case avx2
    /// Matrix products in OpenBLAS, on any CPU.
    case openBLAS = "openblas"

    /// Those that this CPU can run, best first.
    public static let available: [Self] =
        switch UInt32(bitPattern: gantry_detect_cpu()) {
        case GANTRY_CPU_AVX512.rawValue: [.avx512, .avx2, .openBLAS]
        case GANTRY_CPU_AVX2.rawValue: [.avx2, .openBLAS]
        default: [.openBLAS]
        }

    /// What a network takes unless it is told otherwise: the best that this CPU can run, or what `GANTRY_CPU` in the environment names
    /// (`avx512`, `avx2`, `openblas`), where the CPU can run that.
    public static let preferred: Self = {
        let named = ProcessInfo.processInfo.environment["GANTRY_CPU"].flatMap(Self.init)
        return available.first { $0 == named } ?? available.first ?? .openBLAS
    }()

    /// Floating-point operations a second that one core reaches with these registers and nothing but multiply-adds, the best of a few short tries; nil
    /// for OpenBLAS, which has registers of its own choice.
    public func measuredPeak() -> Double? {
        guard self != .openBLAS else { return nil }
        let rounds: Int64 = 1_000_000
        let operations = Double(rounds) * 12 * Double(gantry_panel_width(cpu))
        let clock = ContinuousClock()
        let fastest = (0..<10).map { _ in clock.measure { _ = gantry_multiply_adds(cpu, rounds) } }.min()
        return fastest.map { operations / ($0 / .seconds(1)) }
    }

    /// The kernels' name of the instruction set; OpenBLAS has none.
    var cpu: Int32 {
        switch self {
        case .avx512: Int32(bitPattern: GANTRY_CPU_AVX512.rawValue)
        case .avx2: Int32(bitPattern: GANTRY_CPU_AVX2.rawValue)
        case .openBLAS: Int32(bitPattern: GANTRY_CPU_OTHER.rawValue)
        }
    }
}
