/// A counter-based integer hash: every random number is a pure function of a seed and a counter, so that any slice can
/// be made on its own, in any order and on any machine, with the same result.
///
/// **Source**: the finaliser of SplitMix64 (Steele, Lea and Flood 2014), applied twice with the seed in between.
public struct CounterHash: Sendable, Hashable {
    /// The seed that names this stream of numbers.
    public let seed: UInt64

    /// A stream named by a seed.
    public init(seed: UInt64) {
        self.seed = seed
    }

    /// A stream that is independent of this one, named by a short label.
    public func stream(_ label: StaticString, _ index: Int = 0) -> CounterHash {
        var name: UInt64 = 0xcbf2_9ce4_8422_2325
        label.withUTF8Buffer { bytes in
            for byte in bytes { name = (name ^ UInt64(byte)) &* 0x100_0000_01b3 }
        }
        return CounterHash(seed: bits(name &+ UInt64(bitPattern: Int64(index)) &* 0x9e37_79b9_7f4a_7c15))
    }

    /// 64 random bits for one counter.
    @inline(__always)
    public func bits(_ counter: UInt64) -> UInt64 {
        Self.mix(Self.mix(counter &* 0x9e37_79b9_7f4a_7c15 &+ 0x632b_e59b_d9b4_e019) ^ seed)
    }

    @inline(__always)
    private static func mix(_ value: UInt64) -> UInt64 {
        var mixed = value
        mixed = (mixed ^ (mixed &>> 30)) &* 0xbf58_476d_1ce4_e5b9
        mixed = (mixed ^ (mixed &>> 27)) &* 0x94d0_49bb_1331_11eb
        return mixed ^ (mixed &>> 31)
    }

    /// A uniform deviate in `0 ..< 1`, exact to 24 bits.
    @inline(__always)
    public func uniform(_ counter: UInt64) -> Float {
        Float(bits(counter) &>> 40) * (1 / 16_777_216)
    }

    /// An approximately normal deviate of mean 0 and variance 1: the sum of four 16-bit uniform deviates (Irwin-Hall),
    /// which needs no logarithm. **Range**: -3.47 to 3.47.
    @inline(__always)
    public func normal(_ counter: UInt64) -> Float {
        let word = bits(counter)
        let sum =
            Int32(word & 0xffff) &+ Int32((word &>> 16) & 0xffff) &+ Int32((word &>> 32) & 0xffff)
            &+ Int32(word &>> 48)
        return Float(sum &- 131_070) * (1.732_050_8 / 65_536)
    }
}

/// Draws from a ``CounterHash`` one after the other, for the parts of a phantom that are drawn in a fixed order.
struct DeviateSequence {
    private let hash: CounterHash
    private var counter: UInt64 = 0

    init(_ hash: CounterHash) {
        self.hash = hash
    }

    /// A uniform deviate in the closed range given.
    mutating func uniform(_ range: ClosedRange<Float>) -> Float {
        counter &+= 1
        return range.lowerBound + (range.upperBound - range.lowerBound) * hash.uniform(counter)
    }

    /// A normal deviate of the mean and standard deviation given.
    mutating func normal(_ mean: Float, _ deviation: Float) -> Float {
        counter &+= 1
        return mean + deviation * hash.normal(counter)
    }

    /// True with the probability given.
    mutating func chance(_ probability: Float) -> Bool {
        counter &+= 1
        return hash.uniform(counter) < probability
    }

    /// An integer in the closed range given.
    mutating func integer(_ range: ClosedRange<Int>) -> Int {
        counter &+= 1
        let span = UInt64(range.upperBound - range.lowerBound + 1)
        return range.lowerBound + Int(hash.bits(counter) % span)
    }
}
