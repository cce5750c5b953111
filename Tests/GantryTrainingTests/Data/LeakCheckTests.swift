import Foundation
import GantryArrays
import GantryCore
import GantryTraining
import Testing

@Suite struct LeakCheckTests {
    /// A smooth picture of some waves and blots that no other number has.
    private static func picture(_ number: Int, width: Int = 64, height: Int = 64, channels: Int = 1) -> PixelImage? {
        var random = CounterRandom(seed: 11, sample: number, purpose: .contactSheet)
        let blots = (0..<12).map { _ in
            (
                row: random.uniform(), column: random.uniform(), size: random.uniform(0.002...0.05),
                height: random.uniform(-1...1)
            )
        }
        let pixels = (0..<width * height * channels).map { index in
            let row = (Double(index / channels / width) + 0.5) / Double(height)
            let column = (Double(index / channels % width) + 0.5) / Double(width)
            let sum = blots.reduce(0.0) { sum, blot in
                let (down, right) = (row - blot.row, column - blot.column)
                return sum + blot.height / (1 + (down * down + right * right) / blot.size)
            }
            return UInt16(max(0, min(65535, 32768 + 12_000 * sum)))
        }
        return PixelImage(width: width, height: height, channels: channels, pixels: pixels)
    }

    /// The picture with each pixel changed.
    private static func changed(_ picture: PixelImage, _ change: (Int, Double) -> Double) -> PixelImage? {
        PixelImage(
            width: picture.width, height: picture.height, channels: picture.channels,
            pixels: picture.pixels.enumerated().map { UInt16(max(0, min(65535, change($0, Double($1))))) })
    }

    private static func leaks(_ pictures: [PixelImage?], sides: [DataSide]) throws -> [DataLeak] {
        let pictures = try pictures.map { try #require($0) }
        let samples = sides.enumerated().map { LabelledSample(name: "n\($0)", label: 0, side: $1) }
        return LeakCheck().leaks(
            among: samples, fingerprints: pictures.map(PictureFingerprint.init), picture: { pictures[$0] })
    }

    @Test func `a patient or a study on two sides is named once for each two sides, by its first pictures`() {
        var samples = (0..<8).map { LabelledSample(name: "n\($0)", label: 0, group: "p\($0)", side: .train) }
        samples[4].side = .validation
        samples[5].side = .validation
        samples[6].side = .test
        for index in [1, 2, 4, 5, 6] { samples[index].group = "Smith" }
        samples[0].study = "1.2.3"
        samples[6].study = "1.2.3"
        samples[7].study = "1.2.4"
        let leaks = LeakCheck().leaks(
            among: samples, fingerprints: samples.map { _ in nil }, picture: { _ in nil })
        #expect(
            leaks.map(\.wording) == [
                "n1 (train) and n4 (validation) are of Smith", "n1 (train) and n6 (test) are of Smith",
                "n4 (validation) and n6 (test) are of Smith", "n0 (train) and n6 (test) are of study 1.2.3",
            ])
    }

    @Test func `every pair of the same pixels across sides is named, and none within a side`() throws {
        let (one, two, three) = (Self.picture(1), Self.picture(2), Self.picture(3))
        let leaks = try Self.leaks(
            [one, one, one, two, two, three, one], sides: [.validation, .train, .train, .train, .train, .test, .test])
        #expect(leaks.allSatisfy { $0.reason == .pixels })
        #expect(
            leaks.map { [$0.first.name, $0.second.name] } == [
                ["n0", "n6"], ["n1", "n0"], ["n1", "n6"], ["n2", "n0"], ["n2", "n6"],
            ])
        let fault = try #require(DataLeak.fault(leaks))
        #expect(fault.code == .leak)
        #expect(fault.description.split(separator: "\n").count == 6)
        for leak in leaks { #expect(fault.description.contains(leak.wording)) }
        #expect(DataLeak.fault([]) == nil)
    }

    @Test func `copies in another shade, with noise, in another size and in colour are nearly the same`() throws {
        let picture = try #require(Self.picture(1))
        var noise = CounterRandom(seed: 1, purpose: .noise)
        let copies = [
            Self.changed(picture) { $1 * 0.7 + 5000 },
            Self.changed(picture) { $1 + 600 * noise.normal() },
            Self.picture(1, width: 48, height: 40),
            Self.picture(1, channels: 3),
        ]
        let leaks = try Self.leaks(
            [picture] + copies + [Self.picture(2), Self.picture(3)],
            sides: [.train, .validation, .validation, .validation, .validation, .validation, .validation])
        #expect(leaks.map { [$0.first.name, $0.second.name] } == (1...4).map { ["n0", "n\($0)"] })
        for leak in leaks {
            guard case .nearlyPixels(let correlation) = leak.reason else {
                Issue.record("\(leak)")
                continue
            }
            #expect(correlation >= 0.98 && correlation <= 1)
        }
    }

    @Test func `a pair counts from a correlation of 0.98 on`() throws {
        let picture = try #require(Self.picture(4))
        // Noise of a share s of the picture's own deviation gives a correlation of 1 / sqrt(1 + s^2).
        let mean = picture.pixels.reduce(0.0) { $0 + Double($1) } / 4096
        let deviation = (picture.pixels.reduce(0.0) { $0 + (Double($1) - mean) * (Double($1) - mean) } / 4096)
            .squareRoot()
        func copy(_ share: Double) -> PixelImage? {
            var noise = CounterRandom(seed: 2, purpose: .noise)
            return Self.changed(picture) { $1 + share * deviation * noise.normal() }
        }
        #expect(try Self.leaks([picture, copy(0.18)], sides: [.train, .test]).count == 1)  // 0.984
        #expect(try Self.leaks([picture, copy(0.23)], sides: [.train, .test]).count == 0)  // 0.975
        var strict = LeakCheck()
        strict.leastCorrelation = 0.97
        let pictures = try [picture, #require(copy(0.23))]
        #expect(
            strict.similarPairs(among: pictures.map(PictureFingerprint.init), picture: { pictures[$0] }).count == 1)
    }

    @Test func `threads find the same pairs in the same order, and stop when they are asked to`() throws {
        let pictures = try (0..<12).map { try #require(Self.picture($0 % 5)) }
        let fingerprints = pictures.map(PictureFingerprint.init)
        let alone = LeakCheck().similarPairs(among: fingerprints, picture: { pictures[$0] })
        var check = LeakCheck()
        check.workers = 3
        let together = check.similarPairs(among: fingerprints, picture: { pictures[$0] })
        #expect(alone.map(\.0) == together.map(\.0) && alone.map(\.1) == together.map(\.1))
        // 0, 1, 5, 6, 10, 11 and so on: three pictures that stand there three times, and two twice.
        #expect(alone.count == 2 * 3 + 3)
        #expect(check.similarPairs(among: fingerprints, picture: { pictures[$0] }, goesOn: { false }).isEmpty)
    }

    @Test func `correlations are those of numpy, and pictures of one shade have none`() throws {
        // numpy.corrcoef([1, 2, 3, 5], [2, 2, 7, 8])[0, 1]
        let first = try #require(PixelImage(width: 2, height: 2, channels: 1, pixels: [1, 2, 3, 5]))
        let second = try #require(PixelImage(width: 2, height: 2, channels: 1, pixels: [2, 2, 7, 8]))
        let found = try #require(PictureCorrelation.between(first, second))
        #expect(abs(found - 0.8992189151564512) < 1e-14)
        let flat = try #require(PixelImage(width: 2, height: 2, channels: 1, pixels: [9, 9, 9, 9]))
        #expect(PictureCorrelation.between(first, flat) == nil)
        // Halved, rows of 1, 3, 5, 7 are 2, 6: the same as the other's.
        let wide = try #require(
            PixelImage(width: 4, height: 2, channels: 1, pixels: [1, 3, 5, 7, 5, 5, 0, 2]))
        let small = try #require(PixelImage(width: 2, height: 2, channels: 1, pixels: [20, 60, 50, 10]))
        #expect(try #require(PictureCorrelation.between(wide, small)) > 1 - 1e-12)
    }

    @Test func `the fingerprint tells sizes apart, and its hash is the same in any shade`() throws {
        let picture = try #require(Self.picture(5))
        let turned = try #require(
            PixelImage(width: 32, height: 128, channels: 1, pixels: picture.pixels))
        let darker = try #require(Self.changed(picture) { $1 / 2 })
        let prints = [picture, turned, darker].map(PictureFingerprint.init)
        #expect(Set(prints.map(\.contentDigest)).count == 3)
        #expect(PictureFingerprint.distance(prints[0].perceptualHash, prints[2].perceptualHash) <= 2)
        #expect(prints[0].contentDigest.count == 64)
        #expect(prints[0] == PictureFingerprint(picture))
    }

    @Test func `between training and validation of PneumoniaMNIST stand ten pairs, and no other`() throws {
        try SharedImages.use("pneumoniamnist.npz") { path in
            let file = try NPZFile(path: path)
            var samples: [LabelledSample] = []
            var pictures: [PixelImage] = []
            for (side, name) in [(DataSide.train, "train"), (.validation, "val"), (.test, "test")] {
                let array = try file.array(name + "_images")
                let labels = try file.array(name + "_labels").integers()
                let area = array.shape[1] * array.shape[2]
                for (index, label) in labels.enumerated() {
                    let pixels = array.bytes[index * area..<(index + 1) * area].map { UInt16($0) * 257 }
                    pictures.append(
                        try #require(
                            PixelImage(width: array.shape[2], height: array.shape[1], channels: 1, pixels: pixels)))
                    samples.append(LabelledSample(name: "\(name)/\(index)", label: label, side: side))
                }
            }
            #expect(samples.count == 3882 + 524 + 624)
            let leaks = LeakCheck().leaks(
                among: samples, fingerprints: pictures.map(PictureFingerprint.init),
                picture: { [pictures] in pictures[$0] })
            // Found by numpy: all pairs of equal arrays; no other pair correlates to more than 0.961.
            #expect(
                leaks.map { [$0.first.name, $0.second.name] } == [
                    ["train/1067", "val/253"], ["train/1344", "val/473"], ["train/1500", "val/61"],
                    ["train/221", "val/172"], ["train/2300", "val/302"], ["train/2327", "val/172"],
                    ["train/2847", "val/253"], ["train/2968", "val/244"], ["train/3096", "val/105"],
                    ["train/492", "val/236"],
                ])
            #expect(leaks.allSatisfy { $0.reason == .pixels })
            #expect(Set(leaks.map(\.second.name)).count == 8)
        }
    }
}
