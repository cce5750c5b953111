import GantryCore
import Testing

@Suite struct SeriesGeometryTests {
    private func measured(_ heights: [Double], tolerance: Double = 0.2) throws -> SeriesGeometry {
        try #require(
            SeriesGeometry.measuring(heights.map { plane(-170, -170, $0) }, toleranceMillimetres: tolerance))
    }

    @Test func `evenly spaced slices are regular`() throws {
        let geometry = try measured((0..<40).map { -100 + 2.5 * Double($0) })
        #expect(geometry.positions == 40)
        #expect(geometry.sliceSpacingMillimetres == 2.5)
        #expect(geometry.smallestSpacingMillimetres == 2.5 && geometry.largestSpacingMillimetres == 2.5)
        #expect(geometry.isRegular && geometry.gaps.isEmpty)
        #expect(geometry.tiltDegrees == 0)
        #expect(geometry.normal == Vector3(0, 0, 1))
    }

    @Test func `no planes have no geometry, and one plane has no spacing`() throws {
        #expect(SeriesGeometry.measuring([], toleranceMillimetres: 0.2) == nil)
        let geometry = try measured([7])
        #expect(geometry.positions == 1 && geometry.sliceSpacingMillimetres == nil)
        #expect(geometry.isRegular && geometry.tiltDegrees == 0)
    }

    @Test func `planes at one position count once`() throws {
        let geometry = try measured([0, 2.5, 2.5, 2.505, 5])
        #expect(geometry.positions == 3)
        #expect(geometry.isRegular)
    }

    /// Distances 2, 2, 2, d: a gap from 2.2 on (not included), a missing slice from 3 on.
    @Test(arguments: [
        (2.2, 0, 0), (2.21, 1, 0), (2.99, 1, 0), (3.0, 1, 1), (4.0, 1, 1), (4.9, 1, 1), (5.0, 1, 2), (20.0, 1, 9),
    ])
    func `a hole misses as many slices as the spacing would put there`(distance: Double, gaps: Int, missing: Int) throws
    {
        let geometry = try measured([0, 2, 4, 6, 6 + distance])
        #expect(geometry.gaps.count == gaps)
        #expect(geometry.gaps.reduce(0) { $0 + $1.missingSlices } == missing)
        #expect(geometry.isRegular == (gaps == 0))
        if gaps == 1 { #expect(geometry.gaps[0].afterSlice == 3) }
    }

    @Test func `two equal holes are holes, three in a row are another step`() throws {
        let holes = try measured([0, 2, 4, 6, 8, 12, 16])
        #expect(holes.gaps.map(\.missingSlices) == [1, 1] && holes.changesOfStep.isEmpty)
        let step = try measured([0, 2, 4, 6, 8, 12, 16, 20])
        #expect(step.gaps.map(\.missingSlices) == [0, 0, 0] && step.changesOfStep.count == 1)
        // Holes of different widths, and holes apart from each other, are none.
        let uneven = try measured([0, 2, 4, 6, 8, 10, 14, 20, 28])
        #expect(uneven.gaps.map(\.missingSlices) == [1, 2, 3] && uneven.changesOfStep.isEmpty)
        let apart = try measured([0, 2, 4, 8, 10, 14, 16, 20, 22])
        #expect(apart.gaps.map(\.missingSlices) == [1, 1, 1])
    }

    @Test func `slices that lie too close are irregular without a gap`() throws {
        let geometry = try measured([0, 2.5, 5, 6, 8.5])
        #expect(!geometry.isRegular && geometry.gaps.isEmpty)
        #expect(geometry.smallestSpacingMillimetres == 1)
    }

    @Test func `absurd positions overflow nothing`() throws {
        let geometry = try measured([0, 1, 2, 1e150])
        #expect(geometry.gaps.map(\.missingSlices) == [1_000_000])
    }

    /// MANIFEST.csv of the shared data says: tilt +18.5, gaps of 4.0, 7.0 and 1.08 mm, which count along the normal.
    @Test func `the head CT with tilt and three different gaps is not regular`() throws {
        let planes = tiltedHead().instances.compactMap(\.frame.plane)
        let geometry = try #require(SeriesGeometry.measuring(planes, toleranceMillimetres: 0.2))
        #expect(geometry.positions == 28)
        #expect(!geometry.isRegular)
        #expect(abs((geometry.sliceSpacingMillimetres ?? 0) - 4.002) < 0.001)
        #expect(abs((geometry.smallestSpacingMillimetres ?? 0) - 1.081) < 0.001)
        #expect(abs((geometry.largestSpacingMillimetres ?? 0) - 6.999) < 0.001)
        // The upper half was planned in another step: none of its slices is missing.
        #expect(geometry.gaps.count == 13 && geometry.gaps.allSatisfy { $0.missingSlices == 0 })
        #expect(geometry.changesOfStep.map(\.slices) == [14...27])
        #expect(geometry.changesOfStep.map(\.words) == ["7.00 mm from slice 15 to slice 28"])
        #expect(geometry.gaps(apartFrom: geometry.changesOfStep).isEmpty)
        #expect(abs(geometry.tiltDegrees - 18.5) < 0.001)
    }

    @Test func `a tilt in either direction and a table that runs downwards measure the same`() throws {
        for sign in [1.0, -1.0] {
            let planes = (0..<5).map { plane(0, 0, sign * Double($0) * 5, column: Vector3(0, 0.8, sign * 0.6)) }
            let geometry = try #require(SeriesGeometry.measuring(planes, toleranceMillimetres: 0.2))
            // cos(tilt) = 0.8, so 36.8698976 degrees (Python: degrees(acos(0.8))), and 5 mm of table are 4 mm.
            #expect(abs(geometry.tiltDegrees - 36.86989764584402) < 1e-9)
            #expect(abs((geometry.sliceSpacingMillimetres ?? 0) - 4) < 1e-9)
        }
    }

    @Test(arguments: 0..<20) func `the order of the planes has no influence`(seed: Int) throws {
        var planes =
            tiltedHead().instances.compactMap(\.frame.plane) + [
                plane(3, 4, 5, column: Vector3(0, 0.9483237, -0.3173047))
            ]
        let expected = SeriesGeometry.measuring(planes, toleranceMillimetres: 0.2)
        var shuffler = Shuffler(UInt64(seed))
        planes.shuffle(using: &shuffler)
        #expect(SeriesGeometry.measuring(planes, toleranceMillimetres: 0.2) == expected)
    }
}
