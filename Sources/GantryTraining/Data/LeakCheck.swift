import GantryCore
import GantryGround
import Synchronization

/// Finds what stands on two sides: the same group or study, the same pixels, nearly the same picture.
///
/// Of pictures a hash proposes pairs, their small pictures leave the likely ones, and those count whose correlation in
/// full is high enough. Hash and small picture are generous: measured on the X-rays of PneumoniaMNIST and on CIFAR-10's
/// photographs, copies with noise, blur, another shade, gamma or blots of down to a correlation of 0.98 differ in at
/// most 15 bits, in 22 where moved by a pixel of 32 (99 of 100 in 20), and fewer than 10 in 100 pairs of unlike X-rays
/// pass the hash alone.
public struct LeakCheck: Sendable {
    /// Bits in which the hashes of a proposed pair may differ.
    public var mostDifferentBits = 20
    /// Least correlation of the small pictures of a proposed pair.
    public var leastSmallCorrelation = 0.95
    /// Least correlation of a pair that counts.
    public var leastCorrelation = 0.98
    /// Threads that compare; what is found does not depend on them.
    public var workers = 1

    /// A check with the usual bounds.
    public init() {}

    /// Every leak between samples of different sides: of groups, studies, pixels, near pixels, in this order, each by
    /// the names of the samples. A group or study is named once for each two sides that it stands on; a pair of
    /// pictures is named once. A sample without a side counts as training.
    ///
    /// `fingerprints` has one for each sample, nil where there is no picture. `picture` decodes one again; nil where it
    /// cannot. `goesOn` is asked again and again: once it is false, what is found is no longer whole.
    public func leaks(
        among samples: [LabelledSample], fingerprints: [PictureFingerprint?],
        picture: @Sendable (Int) -> PixelImage?, goesOn: @Sendable () -> Bool = { true }
    ) -> [DataLeak] {
        precondition(fingerprints.count == samples.count, "each sample has a fingerprint or none")
        var leaks = Self.shared(samples, by: \.group) { .group($0) }
        leaks += Self.shared(samples, by: \.study) { .study($0) }
        let sides = samples.map { $0.side ?? .train }
        let digests = zip(samples, fingerprints).map { $1?.contentDigest ?? $0.contentDigest }
        leaks += Self.samePixels(samples, digests: digests)
        let near = pairs(
            among: fingerprints, where: { sides[$0] != sides[$1] && digests[$0] != digests[$1] }, picture: picture,
            goesOn: goesOn)
        leaks += Self.sorted(
            near.map { pair in
                Self.leak(.nearlyPixels(correlation: pair.correlation), samples, pair.first, pair.second)
            })
        return leaks
    }

    /// Pairs of pictures that are the same or nearly so, among those of which `isWanted` holds: for keeping on one side
    /// together what is to be divided. `picture` and `goesOn` as in `leaks`.
    public func similarPairs(
        among fingerprints: [PictureFingerprint?], picture: @Sendable (Int) -> PixelImage?,
        goesOn: @Sendable () -> Bool = { true }
    ) -> [(Int, Int)] {
        pairs(among: fingerprints, where: { _, _ in true }, picture: picture, goesOn: goesOn)
            .map { ($0.first, $0.second) }
    }

    private typealias Pair = (first: Int, second: Int, correlation: Double)

    private func pairs(
        among fingerprints: [PictureFingerprint?], where isWanted: @Sendable (Int, Int) -> Bool,
        picture: @Sendable (Int) -> PixelImage?, goesOn: @Sendable () -> Bool
    ) -> [Pair] {
        let known = fingerprints.indices.filter { fingerprints[$0] != nil }
        let prints = known.compactMap { fingerprints[$0] }
        let hashes = prints.map(\.perceptualHash)
        let small = prints.map { SmallPicture($0.small) }
        let found = Mutex<[[Pair]]>(prints.map { _ in [] })
        WorkerThreads.forEach(count: prints.count, workers: workers) {
        } body: { _, first in
            guard goesOn() else { return }
            var pairs: [Pair] = []
            var whole: PixelImage?
            for second in likely(first, hashes) where isWanted(known[first], known[second]) {
                if prints[first].contentDigest == prints[second].contentDigest {
                    pairs.append((known[first], known[second], 1))
                    continue
                }
                guard let likely = small[first].correlation(to: small[second]), likely >= leastSmallCorrelation
                else { continue }
                whole = whole ?? picture(known[first])
                if let whole, let other = picture(known[second]),
                    let correlation = PictureCorrelation.between(whole, other), correlation >= leastCorrelation
                {
                    pairs.append((known[first], known[second], correlation))
                }
            }
            guard !pairs.isEmpty else { return }
            found.withLock { $0[first] = pairs }
        }
        return found.withLock { $0.flatMap(\.self) }
    }

    /// Those behind `first` whose hash is close enough to its own.
    private func likely(_ first: Int, _ hashes: [UInt64]) -> [Int] {
        hashes.withUnsafeBufferPointer { hashes in
            let hash = hashes[first]
            return (first + 1..<max(hashes.count, first + 1)).filter {
                PictureFingerprint.distance(hash, hashes[$0]) <= mostDifferentBits
            }
        }
    }

    /// One leak for each key that stands on two sides, and each two sides of three.
    private static func shared(
        _ samples: [LabelledSample], by key: (LabelledSample) -> String?, reason: (String) -> DataLeak.Reason
    ) -> [DataLeak] {
        var firsts: [String: [DataSide: Int]] = [:]
        for (index, sample) in samples.enumerated() {
            guard let key = key(sample), !key.isEmpty else { continue }
            let side = sample.side ?? .train
            if let other = firsts[key]?[side], !pathPrecedes(sample.name, samples[other].name) { continue }
            firsts[key, default: [:]][side] = index
        }
        let leaks = firsts.flatMap { key, members in
            crossPairs(DataSide.allCases.map { side in members[side].map { [$0] } ?? [] })
                .map { leak(reason(key), samples, $0, $1) }
        }
        return sorted(leaks)
    }

    private static func samePixels(_ samples: [LabelledSample], digests: [String]) -> [DataLeak] {
        var members: [String: [[Int]]] = [:]
        let sides = DataSide.allCases
        for (index, digest) in digests.enumerated() where !digest.isEmpty {
            let side = sides.firstIndex(of: samples[index].side ?? .train) ?? 0
            members[digest, default: sides.map { _ in [] }][side].append(index)
        }
        return sorted(members.values.flatMap { crossPairs($0).map { leak(.pixels, samples, $0, $1) } })
    }

    /// Every pair of members of two different lists.
    private static func crossPairs(_ lists: [[Int]]) -> [(Int, Int)] {
        lists.indices.flatMap { earlier in
            lists[(earlier + 1)...].flatMap { later in
                lists[earlier].flatMap { first in later.map { (first, $0) } }
            }
        }
    }

    private static func leak(
        _ reason: DataLeak.Reason, _ samples: [LabelledSample], _ first: Int, _ second: Int
    ) -> DataLeak {
        let members = [first, second].map {
            DataLeak.Member(name: samples[$0].name, side: samples[$0].side ?? .train)
        }
        let isInOrder = order(members[0].side) <= order(members[1].side)
        return DataLeak(reason: reason, first: members[isInOrder ? 0 : 1], second: members[isInOrder ? 1 : 0])
    }

    private static func sorted(_ leaks: [DataLeak]) -> [DataLeak] {
        leaks.sorted { a, b in
            if a.first.name != b.first.name { return pathPrecedes(a.first.name, b.first.name) }
            return pathPrecedes(a.second.name, b.second.name)
        }
    }

    private static func order(_ side: DataSide) -> Int { DataSide.allCases.firstIndex(of: side) ?? 0 }
}
