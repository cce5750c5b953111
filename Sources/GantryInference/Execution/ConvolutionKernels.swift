import CGantryKernels
import Foundation
import GantryCore

/// What computes a network's convolutions: Gantry's own kernels for one instruction set, or OpenBLAS.
public enum ConvolutionKernels: String, CaseIterable, Sendable {
    /// Own kernels with AVX-512, VNNI and BF16: every precision in its own arithmetic.
    case avx512BF16 = "avx512bf16"
    /// Own kernels with AVX-512 and VNNI; bf16 is computed in f32.
    case avx512VNNI = "avx512vnni"
    /// Own kernels with AVX-512; bf16 is computed in f32, int8 with AVX2.
    case avx512
    /// Own kernels with AVX2, FMA and AVX-VNNI; bf16 is computed in f32.
    case avx2VNNI = "avx2vnni"
    /// Own kernels with AVX2 and FMA; bf16 is computed in f32.
    case avx2
    /// Matrix products in OpenBLAS, on any CPU, all in f32.
    case openBLAS = "openblas"

    /// Those that this CPU can run, best first.
    public static let available: [Self] = allCases.filter { gantry_has_cpu($0.cpu) }

    /// Those that this CPU can run and that differ at this precision, best first: for tests.
    package static func available(for precision: Precision) -> [Self] {
        available.filter { kernels in
            switch precision {
            case .f32: [.avx512, .avx2, .openBLAS].contains(kernels)
            case .bf16: kernels == .avx512BF16
            case .int8: [.avx512VNNI, .avx2VNNI, .avx2].contains(kernels)
            }
        }
    }

    /// What a network takes unless it is told otherwise: the best that this CPU can run, or what `GANTRY_CPU` in the
    /// environment names (`avx512bf16`, `avx512vnni`, `avx512`, `avx2vnni`, `avx2`, `openblas`), where the CPU can run
    /// that.
    public static let preferred = chosen(
        from: available, named: ProcessInfo.processInfo.environment["GANTRY_CPU"])

    /// Of what a CPU can run, best first: what is named, and the best where that is not among them.
    package static func chosen(from available: [Self], named name: String?) -> Self {
        let named = name.flatMap(Self.init)
        return available.first { $0 == named } ?? available.first ?? .openBLAS
    }

    /// The arithmetic that a network of this precision is computed in: f32, which is more exact, where these kernels
    /// have no other.
    public func arithmetic(for precision: Precision) -> Precision {
        gantry_has_element(cpu, precision.element) ? precision : .f32
    }

    /// These kernels where they can compute `architecture`, otherwise OpenBLAS's: a batch norm behind a ReLU is folded
    /// into no convolution, and the packed kernels have no other.
    public func serving(_ architecture: ResidualArchitecture) -> Self {
        architecture.activationOrder == .normFirst ? self : .openBLAS
    }

    /// The kernels' name of the instruction set; OpenBLAS has none.
    package var cpu: Int32 {
        let code =
            switch self {
            case .avx512BF16: GANTRY_CPU_AVX512_BF16
            case .avx512VNNI: GANTRY_CPU_AVX512_VNNI
            case .avx512: GANTRY_CPU_AVX512
            case .avx2VNNI: GANTRY_CPU_AVX2_VNNI
            case .avx2: GANTRY_CPU_AVX2
            case .openBLAS: GANTRY_CPU_OTHER
            }
        return Int32(code.rawValue)
    }
}

extension Precision {
    /// What the kernels call a number of a feature map.
    package var element: Int32 {
        let code =
            switch self {
            case .f32: GANTRY_F32
            case .bf16: GANTRY_BF16
            case .int8: GANTRY_U8
            }
        return Int32(code.rawValue)
    }
}
