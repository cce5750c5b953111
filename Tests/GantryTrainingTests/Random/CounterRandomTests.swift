import GantryTraining
import Testing

@Suite struct CounterRandomTests {
    @Test(
        arguments: [
            (SIMD4(repeating: 0), SIMD2(repeating: 0), SIMD4(0x6627_E8D5, 0xE169_C58D, 0xBC57_AC4C, 0x9B00_DBD8)),
            (
                SIMD4(repeating: .max), SIMD2(repeating: .max),
                SIMD4(0x408F_276D, 0x41C8_3B0E, 0xA20B_C7C6, 0x6D54_51FD)
            ),
            // The digits of pi.
            (
                SIMD4(0x243F_6A88, 0x85A3_08D3, 0x1319_8A2E, 0x0370_7344), SIMD2(0xA409_3822, 0x299F_31D0),
                SIMD4(0xD16C_FE09, 0x94FD_CCEB, 0x5001_E420, 0x2412_6EA1)
            ),
        ] as [(SIMD4<UInt32>, SIMD2<UInt32>, SIMD4<UInt32>)])
    func `a block is what the authors' known answers say`(
        _ counter: SIMD4<UInt32>, _ key: SIMD2<UInt32>, _ expected: SIMD4<UInt32>
    ) {
        // kat_vectors of Random123, philox4x32 of 10 rounds.
        #expect(CounterRandom.block(counter: counter, key: key) == expected)
    }

    @Test func `a stream is the blocks of its counter, one behind the other`() {
        var random = CounterRandom(seed: 0x1234_5678_9ABC_DEF0, epoch: 3, sample: 17, purpose: .noise)
        let words = (0..<8).map { _ in random.word() }
        let blocks = (0..<2).map { block in
            CounterRandom.block(counter: SIMD4(block, 17, 3, 4), key: SIMD2(0x9ABC_DEF0, 0x1234_5678))
        }
        #expect(words == blocks.flatMap { [$0.x, $0.y, $0.z, $0.w] })
    }

    @Test func `another seed, epoch, sample or purpose is another stream`() {
        let streams = [
            CounterRandom(seed: 1, epoch: 1, sample: 1, purpose: .order),
            CounterRandom(seed: 1 << 32, epoch: 1, sample: 1, purpose: .order),
            CounterRandom(seed: 1, epoch: 2, sample: 1, purpose: .order),
            CounterRandom(seed: 1, epoch: 1, sample: 2, purpose: .order),
            CounterRandom(seed: 1, epoch: 1, sample: 1, purpose: .augmentation),
        ]
        let beginnings = streams.map { stream in
            var stream = stream
            return stream.bits()
        }
        #expect(Set(beginnings).count == streams.count)
        #expect(Set(CounterRandom.Purpose.allCases.map(\.rawValue)).count == CounterRandom.Purpose.allCases.count)
    }

    @Test func `uniform deviates fill 0 to 1 evenly`() {
        var random = CounterRandom(seed: 7, purpose: .augmentation)
        let count = 100_000
        let deviates = (0..<count).map { _ in random.uniform() }
        #expect(deviates.allSatisfy { $0 >= 0 && $0 < 1 })
        let mean = deviates.reduce(0, +) / Double(count)
        let variance = deviates.map { ($0 - mean) * ($0 - mean) }.reduce(0, +) / Double(count)
        // Standard errors: sqrt(1/12/n) = 0.0009 and sqrt(1/180/n) = 0.00024; five of them.
        #expect(abs(mean - 0.5) < 0.0046)
        #expect(abs(variance - 1.0 / 12) < 0.0012)
        let tenths = deviates.reduce(into: [Int](repeating: 0, count: 10)) { $0[Int($1 * 10)] += 1 }
        let chiSquare = tenths.map { (Double($0) - 10_000) * (Double($0) - 10_000) / 10_000 }.reduce(0, +)
        #expect(chiSquare < 33.7)  // 9 degrees of freedom, one in 10,000
    }

    @Test func `normal deviates have the moments and the tails of the normal distribution`() {
        var random = CounterRandom(seed: 7, purpose: .noise)
        let count = 100_000
        let deviates = (0..<count).map { _ in random.normal() }
        func moment(_ power: Int) -> Double {
            deviates.map { deviate in (0..<power).reduce(1.0) { product, _ in product * deviate } }.reduce(0, +)
                / Double(count)
        }
        // Five standard errors: 1, sqrt 2, sqrt 15 and sqrt 96 over sqrt n.
        #expect(abs(moment(1)) < 0.0159)
        #expect(abs(moment(2) - 1) < 0.0224)
        #expect(abs(moment(3)) < 0.0613)
        #expect(abs(moment(4) - 3) < 0.155)
        let beyondTwo = Double(deviates.count { abs($0) > 2 }) / Double(count)
        #expect(abs(beyondTwo - 0.0455) < 0.0033)
    }

    @Test func `integers below a bound are equally likely, also where the bound divides nothing`() {
        var random = CounterRandom(seed: 3, purpose: .balancing)
        var counts = [Int](repeating: 0, count: 7)
        for _ in 0..<70_000 { counts[random.integer(below: 7)] += 1 }
        let chiSquare = counts.map { (Double($0) - 10_000) * (Double($0) - 10_000) / 10_000 }.reduce(0, +)
        #expect(chiSquare < 27.9)  // 6 degrees of freedom, one in 10,000
        #expect((0..<100).allSatisfy { _ in random.integer(below: 1) == 0 })
        // Of a bound of three quarters of all words, a quarter of the words is drawn again: where it is not, a modulus
        // gives the lower third half of all, and a product gives two of three remainders three eighths each.
        let large = (0..<30_000).map { _ in random.integer(below: 3 << 61) }
        #expect(abs(large.count { $0 < 1 << 61 } - 10_000) < 409)  // five standard deviations
        for remainder in 0..<3 { #expect(abs(large.count { $0 % 3 == remainder } - 10_000) < 409) }
    }

    @Test func `a permutation has each number once, and each order is equally likely`() {
        var random = CounterRandom(seed: 5, purpose: .order)
        #expect(random.permutation(1000).sorted() == Array(0..<1000))
        #expect(random.permutation(0) == [] && random.permutation(1) == [0])
        var counts: [[Int]: Int] = [:]
        for _ in 0..<60_000 { counts[random.permutation(3), default: 0] += 1 }
        #expect(counts.count == 6)
        let chiSquare = counts.values.map { (Double($0) - 10_000) * (Double($0) - 10_000) / 10_000 }.reduce(0, +)
        #expect(chiSquare < 25.8)  // 5 degrees of freedom, one in 10,000
    }

    @Test func `chance is never with 0 and always with 1`() {
        var random = CounterRandom(seed: 5, purpose: .augmentation)
        #expect((0..<1000).allSatisfy { _ in !random.chance(0) && random.chance(1) })
        let hits = (0..<10_000).count { _ in random.chance(0.25) }
        #expect(abs(hits - 2500) < 217)
    }
}
