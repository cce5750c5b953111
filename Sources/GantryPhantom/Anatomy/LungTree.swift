/// The branching vessels and airways of both lungs.
struct LungTree: Sendable {
    /// Arteries and veins.
    let vessels: [Tube]
    /// Airways with a lumen wide enough to be seen; the radius is that of the lumen.
    let airways: [Tube]

    /// Grows the trees from the hila until each of the random points in the lungs is reached.
    init(_ anatomy: ChestAnatomy, surfaces: BodySurfaces, space: LungSpace) {
        var vessels: [Tube] = []
        var airways: [Tube] = []
        let hash = CounterHash(seed: anatomy.seed).stream("lung tree")
        for side: Float in [-1, 1] {
            let index = side < 0 ? 0 : 1
            let arteryRoot = SIMD3(side * 44, 12, -16 * anatomy.lengthScale)
            let veinRoot = SIMD3(side * 40, 6, -44 * anatomy.lengthScale)
            for (root, label) in [(arteryRoot, 0), (veinRoot, 1)] {
                var draw = DeviateSequence(hash.stream("points", index * 2 + label))
                let targets = Self.targets(
                    side: side, count: 720, anatomy: anatomy, surfaces: surfaces, space: space, draw: &draw)
                var grower = TreeGrower(draw: draw, carriesAirway: label == 0)
                grower.grow(
                    from: root, towards: targets, radius: label == 0 ? 6.2 : 5.6,
                    travelling: SIMD3(side, 0, 0), generation: 0)
                vessels += grower.vessels
                airways += grower.airways
            }
        }
        self.vessels = vessels
        self.airways = airways
    }

    /// Random points inside one lung, a little away from its surface.
    private static func targets(
        side: Float, count: Int, anatomy: ChestAnatomy, surfaces: BodySurfaces, space: LungSpace,
        draw: inout DeviateSequence
    ) -> [SIMD3<Float>] {
        var points: [SIMD3<Float>] = []
        points.reserveCapacity(count)
        let lowest = anatomy.lungBaseMillimetres
        let highest = anatomy.lungApexMillimetres
        for _ in 0..<(count * 12) where points.count < count {
            let point = SIMD3(
                side * draw.uniform(8...125), draw.uniform(-100...100), draw.uniform(lowest...highest))
            let distance = space.distance(point, outsideCage: surfaces.outsideCage(point))
            if distance < -5 { points.append(point) }
        }
        return points
    }
}

extension BodySurfaces {
    /// Signed distance outside the inner rib cage along the radius.
    func outsideCage(_ point: SIMD3<Float>) -> Float {
        let radius = (point.x * point.x + point.y * point.y).squareRoot()
        return radius - cage.radius(height: point.z, direction: turns(point.y, point.x))
    }
}

/// Grows one tree: towards the middle of the points it has to reach, then splits them in two.
private struct TreeGrower {
    var draw: DeviateSequence
    let carriesAirway: Bool
    var vessels: [Tube] = []
    var airways: [Tube] = []

    init(draw: DeviateSequence, carriesAirway: Bool) {
        self.draw = draw
        self.carriesAirway = carriesAirway
    }

    mutating func grow(
        from node: SIMD3<Float>, towards points: [SIMD3<Float>], radius: Float, travelling: SIMD3<Float>,
        generation: Int
    ) {
        guard let first = points.first else { return }
        if points.count == 1 {
            addBranch(from: node, to: first, radius: radius, endRadius: 0.3)
            return
        }
        var middle = SIMD3<Float>()
        for point in points { middle += point }
        middle /= Float(points.count)
        let step: Float = generation == 0 ? 0.3 : 0.55
        let reach = (middle - node).length * step
        // a branch keeps some of its parent's direction
        let heading = ((middle - node).normalised + 0.45 * travelling).normalised
        var end = node + heading * reach
        end += SIMD3(draw.normal(0, 0.07), draw.normal(0, 0.07), draw.normal(0, 0.07)) * reach
        addBranch(from: node, to: end, radius: radius, endRadius: radius * 0.97)

        // split across the widest spread at a right angle to the way travelled
        let way = (end - node).normalised
        var spread = SIMD3<Float>()
        for point in points {
            var away = point - middle
            away -= away.dot(way) * way
            spread += away * away
        }
        let axis: SIMD3<Float>
        if spread.x >= spread.y && spread.x >= spread.z {
            axis = SIMD3(1, 0, 0)
        } else if spread.y >= spread.z {
            axis = SIMD3(0, 1, 0)
        } else {
            axis = SIMD3(0, 0, 1)
        }
        let skew = SIMD3(draw.normal(0, 0.3), draw.normal(0, 0.3), draw.normal(0, 0.3))
        let normal = (axis + skew).normalised
        let ordered = points.map { ($0.dot(normal), $0) }.sorted { $0.0 < $1.0 }.map(\.1)
        let cut = max(1, min(ordered.count - 1, Int(Float(ordered.count) * draw.uniform(0.3...0.7))))
        // Murray's law with exponent 2.7: the cross-sections of the children against the parent's
        let share = Float(cut) / Float(ordered.count)
        let small = radius * 0.96 * power037(share)
        let large = radius * 0.96 * power037(1 - share)
        grow(from: end, towards: Array(ordered[..<cut]), radius: small, travelling: way, generation: generation + 1)
        grow(from: end, towards: Array(ordered[cut...]), radius: large, travelling: way, generation: generation + 1)
    }

    private mutating func addBranch(
        from: SIMD3<Float>, to: SIMD3<Float>, radius: Float, endRadius: Float
    ) {
        // a bend makes the branch look grown
        let bend = SIMD3(draw.normal(0, 1), draw.normal(0, 1), draw.normal(0, 1)) * (to - from).length * 0.06
        let middle = (from + to) * 0.5 + bend
        let middleRadius = (radius + endRadius) / 2
        vessels.append(Tube(from, middle, radius, middleRadius))
        vessels.append(Tube(middle, to, middleRadius, endRadius))
        guard carriesAirway, radius > 2.3 else { return }
        let beside = SIMD3<Float>(0.45, 0.8, 0.35) * (radius * 1.75)
        airways.append(Tube(from + beside, middle + beside, radius * 0.62, middleRadius * 0.62))
        airways.append(Tube(middle + beside, to + beside, middleRadius * 0.62, endRadius * 0.62))
    }

    /// `share` to the power 0.37, by three square roots and a product; within 2 percent over 0.01 to 1.
    private func power037(_ share: Float) -> Float {
        let half = share.squareRoot()
        let quarter = half.squareRoot()
        let eighth = quarter.squareRoot()
        return quarter * eighth
    }
}
