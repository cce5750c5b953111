/// Where the opacities of a pattern, and what is taken for them, find room.
extension OpacityPlacement {
    /// A place for an opacity.
    struct Site {
        /// In patient coordinates, millimetres.
        let centre: SIMD3<Float>
        /// Direction outwards in the axial plane.
        let outwards: SIMD2<Float>
        /// Millimetres.
        let size: Float
        /// The lobe whose fissure it does not cross.
        var lobe: Lobe?
    }

    /// A place for disease on one side (-1 right, 1 left); nil where none is found.
    mutating func site(_ place: DiseasePattern.Place, _ side: Float, size: Float) -> Site? {
        switch place {
        case .peripheral:
            guard let (centre, outwards) = belowPleura(side: side, size: size) else { return nil }
            return Site(centre: centre, outwards: outwards, size: size)
        case .central:
            return inside(
                side: side, x: 34...72, y: -32...48, z: -75...28, deeper: 3 + 0.2 * size, size: size, lobe: nil)
        case .lobar:
            let lobe: Lobe = draw.chance(0.7) ? .lower : .upper
            return lobe == .lower
                ? inside(side: side, x: 35...95, y: 5...75, z: -130 ... -25, deeper: 6, size: size, lobe: lobe)
                : inside(side: side, x: 30...90, y: -45...30, z: -5...60, deeper: 6, size: size, lobe: lobe)
        }
    }

    /// A point in one lung and lobe, some millimetres from its surface.
    mutating func inside(
        side: Float, x: ClosedRange<Float>, y: ClosedRange<Float>, z: ClosedRange<Float>, deeper: Float, size: Float,
        lobe: Lobe?
    ) -> Site? {
        for _ in 0..<200 {
            let centre = SIMD3(side * draw.uniform(x), draw.uniform(y), draw.uniform(z) * anatomy.lengthScale)
            guard space.distance(centre, outsideCage: surfaces.outsideCage(centre)) < -deeper else { continue }
            if let lobe, Fissures.aboveOblique(centre, anatomy) * lobe.sign < 4 { continue }
            let away = SIMD3(centre.x - side * 30, centre.y - 10, 0).normalised
            return Site(centre: centre, outwards: SIMD2(away.x, away.y), size: size, lobe: lobe)
        }
        return nil
    }

    mutating func made(
        _ kind: LungFinding, _ site: Site, axes: SIMD3<Float>, hounsfield: Float, net: Float
    ) -> LungOpacity {
        opacity(kind, site.centre, axes, site.outwards, hounsfield, net: net, lobe: site.lobe)
    }

    /// Holes in the upper lungs, and bullae below the pleura.
    mutating func emphysema() -> [LungOpacity] {
        var holes: [LungOpacity] = []
        for index in 0..<draw.integer(8...14) {
            let side: Float = index % 2 == 0 ? 1 : -1
            guard
                let site = inside(
                    side: side, x: 30...100, y: -60...70, z: -70...65, deeper: 8, size: draw.uniform(20...38), lobe: nil
                )
            else { continue }
            let axes = SIMD3(draw.uniform(0.8...1.2), draw.uniform(0.8...1.2), draw.uniform(0.8...1.2)) * site.size
            holes.append(made(.emphysema, site, axes: axes, hounsfield: -990, net: 1))
        }
        for _ in 0..<draw.integer(2...7) {
            guard
                let site = inside(
                    side: draw.chance(0.5) ? 1 : -1, x: 30...110, y: -70...70, z: -10...70, deeper: 4,
                    size: draw.uniform(5...14), lobe: nil)
            else { continue }
            holes.append(
                made(.emphysema, site, axes: SIMD3(repeating: site.size), hounsfield: -1000, net: 0))
        }
        return holes
    }

    /// Two to seven nodules; every third is calcified.
    mutating func nodules() -> [LungOpacity] {
        var found: [LungOpacity] = []
        for _ in 0..<draw.integer(2...7) {
            guard
                let site = inside(
                    side: draw.chance(0.5) ? 1 : -1, x: 25...110, y: -70...80, z: -130...65, deeper: 7,
                    size: draw.uniform(3...8), lobe: nil)
            else { continue }
            let hounsfield = draw.chance(0.33) ? draw.uniform(200...600) : draw.uniform(0...70)
            found.append(
                made(.nodule, site, axes: SIMD3(repeating: site.size), hounsfield: hounsfield, net: 0))
        }
        return found
    }

    /// Bands of collapsed lung along the back, faint or nearly airless.
    mutating func dependentAtelectasis() -> [LungOpacity] {
        var bands: [LungOpacity] = []
        for side: Float in [-1, 1] {
            for _ in 0..<draw.integer(1...3) {
                let turn = draw.uniform(0.14...0.21)
                let direction = side > 0 ? turn : 0.5 - turn
                let outwards = SIMD2(cosine(turns: direction), sine(turns: direction))
                let z = draw.uniform(-120 ... -60) * anatomy.lengthScale
                let radius = surfaces.cage.radius(height: z, direction: direction) - 2
                let axes = SIMD3(draw.uniform(18...34), draw.uniform(5...11), draw.uniform(25...50))
                let centre = SIMD3(outwards.x * radius, outwards.y * radius, z)
                bands.append(
                    opacity(.atelectasis, centre, axes, outwards, draw.uniform(-620 ... -150)))
            }
        }
        return bands
    }

    /// Fluid on one side or both.
    mutating func effusions() -> [PleuralEffusion] {
        let first: Float = draw.chance(0.55) ? -1 : 1
        let sides = draw.chance(0.5) ? [first, -first] : [first]
        return sides.map { side in
            PleuralEffusion(
                side: side, topMillimetres: draw.uniform(-70...0) * anatomy.lengthScale,
                depthMillimetres: draw.uniform(16...42))
        }
    }

    /// A jerk or a breath in some part of the scan.
    mutating func motion() -> PatientMotion {
        let middle = draw.uniform(-120 ... -30) * anatomy.lengthScale
        let reach = draw.uniform(25...55)
        let moved = SIMD3(
            draw.uniform(-3...3), (draw.chance(0.5) ? 1 : -1) * draw.uniform(2.5...6), draw.uniform(3...9))
        let share = draw.uniform(0.35...0.5)
        return PatientMotion(
            kind: .motion, heights: (middle - reach)...(middle + reach), offsets: [SIMD3(), moved],
            weights: [1 - share, share])
    }

    /// A diaphragm that moves through the slices around its domes.
    mutating func movingDiaphragm() -> PatientMotion {
        let top = space.domeTop
        let reach = draw.uniform(7...12)
        let steps: [Float] = [-1, -0.75, -0.5, -0.25, 0, 0.25, 0.5, 0.75, 1]
        return PatientMotion(
            kind: .diaphragm, heights: (top - 45)...(top + reach), offsets: steps.map { SIMD3(0, 0, $0 * reach) },
            weights: steps.map { _ in 1 / Float(steps.count) })
    }
}
