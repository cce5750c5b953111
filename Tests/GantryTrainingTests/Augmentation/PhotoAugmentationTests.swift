import GantryTraining
import Testing

@Suite struct PhotoAugmentationTests {
    private static let side = 4
    /// One plane of 0, 1/16, ... 15/16.
    private static let grey = (0..<16).map { Float($0) / 16 }
    private static let colour = (0..<48).map { Float($0 * 7 % 48) / 48 }

    private static func applied(_ planes: [Float], _ change: (inout PhotoAugmentation.Draw) -> Void) -> [Float] {
        var draw = PhotoAugmentation.Draw()
        change(&draw)
        var planes = planes
        draw.apply(to: &planes, side: side)
        return planes
    }

    @Test func `the variation that changes nothing leaves each value as it is`() {
        #expect(Self.applied(Self.grey) { _ in } == Self.grey)
        #expect(Self.applied(Self.colour) { _ in } == Self.colour)
    }

    @Test func `mirrored, columns are in the other order`() {
        let expected = (0..<48).map { index -> Float in
            let row = index / 4 * 4
            return Self.colour[row + 3 - index % 4]
        }
        #expect(Self.applied(Self.colour) { $0.isFlipped = true } == expected)
    }

    @Test func `moved by whole pixels, zeros come in`() {
        let sixteenths: [Float] = [0, 0, 0, 0, 1, 2, 3, 0, 5, 6, 7, 0, 9, 10, 11, 0]
        let expected = sixteenths.map { $0 / 16 }
        let moved = Self.applied(Self.grey) { draw in
            draw.rowsDown = 1
            draw.columnsRight = -1
        }
        #expect(moved == expected)
        let both = Self.applied(Self.grey) { draw in
            draw.isFlipped = true
            draw.columnsRight = 2
        }
        #expect(Array(both[4..<8]) == [0, 0, Self.grey[7], Self.grey[6]])
    }

    @Test func `colours change as torchvision's formulas say`() {
        // torchvision.transforms.v2.functional, worked by hand for a picture of two colours.
        let planes = ([0.5, 0.25, 0.75] as [Float]).flatMap { [Float](repeating: $0, count: 16) }
        let brighter = Self.applied(planes) { $0.brightness = 1.5 }
        #expect(brighter[0] == 0.75 && brighter[16] == 0.375 && brighter[32] == 1)
        // Grey: 0.2989 x 0.5 + 0.587 x 0.25 + 0.114 x 0.75 = 0.3817, the mean of every pixel.
        for change in [{ $0.contrast = 0.5 }, { $0.saturation = 0.5 }] as [(inout PhotoAugmentation.Draw) -> Void] {
            let paler = Self.applied(planes, change)
            for (index, own) in [(0, 0.5), (16, 0.25), (32, 0.75)] as [(Int, Float)] {
                let expected = 0.5 * own + 0.5 * 0.3817
                #expect(abs(paler[index] - expected) < 1e-6)
            }
        }
        #expect(Self.applied(Self.grey) { $0.saturation = 0.5 } == Self.grey)
        // Contrast goes by the mean of the picture: 7.5 / 16.
        let harder = Self.applied(Self.grey) { $0.contrast = 1.5 }
        let expected: Float = (1.5 * 6 - 0.5 * 7.5) / 16
        #expect(abs(harder[6] - expected) < 1e-6 && harder[0] == 0 && harder[15] == 1)
    }

    @Test func `a draw is a function of its random numbers, and within its bounds`() {
        let augmentation = PhotoAugmentation()
        func draw(_ epoch: Int, _ sample: Int) -> PhotoAugmentation.Draw {
            augmentation.draw(side: 32, CounterRandom(seed: 1, epoch: epoch, sample: sample, purpose: .augmentation))
        }
        #expect(draw(1, 5) == draw(1, 5) && draw(1, 5) != draw(2, 5) && draw(1, 5) != draw(1, 6))
        let draws = (0..<2000).map { draw(1, $0) }
        #expect(draws.allSatisfy { -4...4 ~= $0.rowsDown && -4...4 ~= $0.columnsRight })
        #expect(Set(draws.map(\.rowsDown)).count == 9 && Set(draws.map(\.columnsRight)).count == 9)
        #expect(draws.allSatisfy { 0.8...1.2 ~= $0.brightness && 0.8...1.2 ~= $0.contrast })
        #expect(draws.allSatisfy { 0.8...1.2 ~= $0.saturation })
        #expect(abs(draws.count { $0.isFlipped } - 1000) < 112)  // five standard deviations
    }
}
