import GantryCore
import Testing

struct PositiveSlicesTests {
    private func positive(_ scan: JudgedScan) -> PositiveSlices? { PositiveSlices(scan.record.result) }

    @Test func `slices at or above the threshold stand for their spacing, and their lung for a volume`() throws {
        let found = try #require(positive(JudgedScan(probabilities: [0.5, 0.9, 0.49, nil])))
        #expect(found.count == 2)
        #expect(found.extentMillimetres == 10)
        // 100 square centimetres over a centimetre.
        #expect(found.lungMillilitres == 100)
    }

    @Test func `the number hangs on the spacing, the length and the volume do not`() throws {
        let coarse = try #require(positive(JudgedScan(probabilities: [0.1, 0.9, 0.9, 0.1])))
        let fine = try #require(
            positive(JudgedScan(probabilities: [0.1, 0.1, 0.9, 0.9, 0.9, 0.9, 0.1, 0.1], spacing: 2.5)))
        #expect((coarse.count, fine.count) == (2, 4))
        #expect(coarse.extentMillimetres == fine.extentMillimetres && coarse.lungMillilitres == fine.lungMillilitres)
    }

    @Test func `beside a hole a slice stands for half of it, and for a large one for as much as usual`() throws {
        var scan = JudgedScan(probabilities: [0.1, 0.9, 0.1])
        scan.spacing = 5
        var slices = scan.slices
        let geometry = scan.geometry
        func extent() -> Double? {
            PositiveSlices(slices, positiveClassIndex: 1, slicePositiveFrom: 0.5, geometry: geometry)?.extentMillimetres
        }
        slices[2].positionMillimetres = 13
        #expect(extent() == 2.5 + 4)
        slices[2].positionMillimetres = 100
        #expect(extent() == 2.5 + 5)
        // One that was not decoded counts as a hole.
        slices[2].positionMillimetres = 10
        slices[2].reason = .damaged
        slices[2].probabilities = []
        #expect(extent() == 5)
    }

    @Test func `without the areas of earlier versions no volume is known, not even that of no slice`() throws {
        for probabilities: [Double?] in [[0.9, 0.9, 0.1], [0.1, 0.1, 0.1]] {
            let found = try #require(positive(JudgedScan(probabilities: probabilities, area: nil)))
            #expect(found.lungMillilitres == nil && found.extentMillimetres != nil)
        }
        #expect(positive(JudgedScan(probabilities: [0.1, 0.1]))?.lungMillilitres == 0)
        #expect(positive(JudgedScan(probabilities: [0.1, 0.1]))?.extentMillimetres == 0)
    }

    @Test func `without a spacing there is a number alone, and without a scored slice nothing`() throws {
        let found = try #require(positive(JudgedScan(spacing: nil)))
        #expect(found.count == 2 && found.extentMillimetres == nil && found.lungMillilitres == nil)
        #expect(positive(JudgedScan(probabilities: [nil, nil], probability: nil)) == nil)
    }
}
