import CGantryKernels
import GantryCore
import GantryInference

/// Numbers of maps in one of the elements that kernels of learning read and write.
struct MapNumbers: Equatable {
    let precision: Precision
    /// Their bits: of Float32, or of bfloat16 in the lower half.
    private(set) var bits: [UInt8]

    /// The numbers, rounded to the element.
    init(_ values: [Float], _ precision: Precision) {
        self.precision = precision
        bits = []
        bits.reserveCapacity(values.count * 4)
        for value in values {
            let word = value.bitPattern
            if precision == .f32 {
                withUnsafeBytes(of: word) { bits += $0 }
            } else {
                // To even; what is not finite keeps its upper half.
                let rounded = value.isFinite ? word &+ 0x7FFF &+ (word >> 16 & 1) : word
                withUnsafeBytes(of: UInt16(rounded >> 16)) { bits += $0 }
            }
        }
    }

    var element: Int32 { precision.element }

    var values: [Float] {
        bits.withUnsafeBytes { bytes in
            precision == .f32
                ? Array(bytes.bindMemory(to: Float.self))
                : bytes.bindMemory(to: UInt16.self).map { Float(bitPattern: UInt32($0) << 16) }
        }
    }

    /// Whether every number is `other`'s but for rounding: 1e-6, and of bfloat16 one step besides.
    func agrees(with other: Self) -> Bool {
        let step: Float = precision == .f32 ? 0 : 1 / 128
        return zip(values, other.values).allSatisfy { value, expected in
            expected.isNaN ? value.isNaN : abs(value - expected) <= 1e-6 + step * abs(expected)
        }
    }

    /// For kernels that write.
    mutating func write<Result>(_ body: (UnsafeMutableRawPointer) -> Result) -> Result? {
        bits.withUnsafeMutableBytes { bytes in bytes.baseAddress.map(body) }
    }
}

extension Precision {
    /// Those that maps of learning have.
    static let ofLearning: [Self] = [.f32, .bf16]
}
