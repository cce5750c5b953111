import GantryCore

/// Random numbers that are a function of what they are for: the same on every machine, for any number of threads, in
/// any order, and after a run is resumed.
///
/// A stream belongs to one seed, epoch, sample and purpose; its numbers are drawn one after the other. Philox4x32-10
/// makes four words at a time of the counter (block in the stream, sample, epoch, purpose) under the seed as key. All
/// is integer arithmetic, the four basic operations and the square root: no mathematics library has a say.
///
/// **Source** Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3", SC 2011.
public struct CounterRandom: Sendable {
    /// What the numbers are for: streams of different purposes have nothing to do with each other. The raw values are
    /// part of every run's bytes: they are never changed, and new ones are added behind.
    public enum Purpose: UInt32, Sendable, Hashable, CaseIterable {
        /// The order in which an epoch meets the samples.
        case order = 1
        /// Which samples an epoch of balanced sampling takes.
        case balancing = 2
        /// How a sample is varied.
        case augmentation = 3
        /// Noise upon a sample.
        case noise = 4
        /// What the contact sheet shows.
        case contactSheet = 5
        /// What a network from nothing begins with.
        case initialisation = 6
        /// Which patients a draw of the bootstrap takes.
        case bootstrap = 7
    }

    private let key: SIMD2<UInt32>
    private var counter: SIMD4<UInt32>
    private var words = SIMD4<UInt32>()
    private var used = 4

    /// The stream of this seed, epoch, sample and purpose; epoch and sample count modulo 2^32.
    public init(seed: UInt64, epoch: Int = 0, sample: Int = 0, purpose: Purpose) {
        key = SIMD2(UInt32(truncatingIfNeeded: seed), UInt32(truncatingIfNeeded: seed >> 32))
        counter = SIMD4(
            0, UInt32(truncatingIfNeeded: sample), UInt32(truncatingIfNeeded: epoch), purpose.rawValue)
    }

    /// The next 32 bits.
    @inline(__always)
    public mutating func word() -> UInt32 {
        if used == 4 {
            words = Self.block(counter: counter, key: key)
            counter.x &+= 1
            used = 0
        }
        defer { used += 1 }
        return words[used]
    }

    /// The next 64 bits: two words, the first the low one.
    public mutating func bits() -> UInt64 {
        let low = word()
        return UInt64(word()) << 32 | UInt64(low)
    }

    /// A uniform deviate in 0 ..< 1, a multiple of 2^-53.
    public mutating func uniform() -> Double { Double(bits() >> 11) * 0x1p-53 }

    /// A uniform deviate of a range. Where its ends are the same, it is they, and a number is drawn all the same.
    public mutating func uniform(_ range: ClosedRange<Double>) -> Double {
        let part = uniform() * (range.upperBound - range.lowerBound)
        return range.lowerBound + part
    }

    /// True with this probability: always with 1, never with 0.
    public mutating func chance(_ probability: Double) -> Bool { uniform() < probability }

    /// A standard normal deviate of 32 bits, within +-6.34: the quantile of a uniform one.
    @inline(__always)
    public mutating func normal() -> Double { Elementary.normalQuantile((Double(word()) + 0.5) * 0x1p-32) }

    /// An integer in 0 ..< `bound`, which is at least 1; each is equally likely, exactly.
    ///
    /// **Source** Lemire, "Fast random integer generation in an interval", ACM TOMACS 29 (2019).
    public mutating func integer(below bound: Int) -> Int {
        precondition(bound > 0, "there is no integer below \(bound)")
        let bound = UInt64(bound)
        var product = bits().multipliedFullWidth(by: bound)
        if product.low < bound {
            let rejected = (0 &- bound) % bound
            while product.low < rejected { product = bits().multipliedFullWidth(by: bound) }
        }
        return Int(product.high)
    }

    /// The integers 0 ..< `count` in a random order, each order equally likely. **Source** Fisher and Yates;
    /// Durstenfeld (1964).
    public mutating func permutation(_ count: Int) -> [Int] {
        var order = Array(0..<max(count, 0))
        for last in stride(from: order.count - 1, to: 0, by: -1) { order.swapAt(last, integer(below: last + 1)) }
        return order
    }

    /// Philox4x32-10: four words of a counter and a key.
    @inline(__always)
    package static func block(counter: SIMD4<UInt32>, key: SIMD2<UInt32>) -> SIMD4<UInt32> {
        var (c0, c1, c2, c3) = (counter.x, counter.y, counter.z, counter.w)
        var (k0, k1) = (key.x, key.y)
        for _ in 0..<10 {
            let first = UInt64(0xD251_1F53) &* UInt64(c0)
            let second = UInt64(0xCD9E_8D57) &* UInt64(c2)
            c0 = UInt32(truncatingIfNeeded: second >> 32) ^ c1 ^ k0
            c1 = UInt32(truncatingIfNeeded: second)
            c2 = UInt32(truncatingIfNeeded: first >> 32) ^ c3 ^ k1
            c3 = UInt32(truncatingIfNeeded: first)
            k0 &+= 0x9E37_79B9
            k1 &+= 0xBB67_AE85
        }
        return SIMD4(c0, c1, c2, c3)
    }
}
