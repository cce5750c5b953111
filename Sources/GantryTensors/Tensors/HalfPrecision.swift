/// Conversions to and from the two half-precision formats, by integer arithmetic. (`Float16` is not available on every
/// platform.)
extension Float {
    /// The value of an IEEE 754 binary16 bit pattern, exactly.
    package init(halfBitPattern bits: UInt16) {
        let sign = UInt32(bits >> 15) << 31
        let exponent = UInt32(bits >> 10 & 0x1F)
        let fraction = UInt32(bits & 0x3FF)
        switch exponent {
        case 0: self = Float(fraction) * 0x1p-24 * (sign == 0 ? 1 : -1)
        case 0x1F: self = Float(bitPattern: sign | 0x7F80_0000 | fraction << 13)
        default: self = Float(bitPattern: sign | (exponent + 112) << 23 | fraction << 13)
        }
    }

    /// The value of a bfloat16 bit pattern, exactly.
    package init(brainBitPattern bits: UInt16) { self.init(bitPattern: UInt32(bits) << 16) }

    /// The nearest IEEE 754 binary16, of two the even one, as a bit pattern. Infinity from 65520 on; NaN stays NaN.
    package var halfBitPattern: UInt16 {
        let sign = UInt16(truncatingIfNeeded: bitPattern >> 16) & 0x8000
        let magnitude = bitPattern & 0x7FFF_FFFF
        if magnitude > 0x7F80_0000 { return sign | 0x7E00 }
        // Below 2^-14 a half counts in steps of 2^-24; the product is exact.
        if magnitude < 0x3880_0000 { return sign | UInt16((self.magnitude * 0x1p24).rounded(.toNearestOrEven)) }
        let rebiased = magnitude - (112 << 23)
        let rounded = (rebiased + 0xFFF + (rebiased >> 13 & 1)) >> 13
        return sign | UInt16(min(rounded, 0x7C00))
    }

    /// The nearest bfloat16, of two the even one, as a bit pattern. NaN stays NaN.
    package var brainBitPattern: UInt16 {
        if isNaN { return UInt16(truncatingIfNeeded: bitPattern >> 16) | 0x40 }
        return UInt16(truncatingIfNeeded: (bitPattern + 0x7FFF + (bitPattern >> 16 & 1)) >> 16)
    }
}
