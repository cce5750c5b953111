/// Finds places for opacities inside the lungs.
struct OpacityPlacement {
    var draw: DeviateSequence
    let anatomy: ChestAnatomy
    let surfaces: BodySurfaces
    let space: LungSpace

    /// The disease of the sample studies.
    mutating func sampleOpacities(_ severity: DiseaseSeverity) -> [LungOpacity] {
        var opacities: [LungOpacity] = []
        switch severity {
        case .easy:
            let count = draw.integer(8...13)
            for index in 0..<count {
                let side: Float = index % 2 == 0 ? 1 : -1
                let solid = draw.chance(0.28)
                let size = draw.uniform(solid ? 14...23 : 22...40)
                let hounsfield = solid ? draw.uniform(-40...45) : draw.uniform(-580...(-380))
                opacities += subpleural(
                    side: side, size: size, hounsfield: hounsfield, kind: solid ? .consolidation : .groundGlass)
            }
        case .hard:
            let count = draw.integer(4...6)
            for index in 0..<count {
                let side: Float = index % 2 == 0 ? -1 : 1
                let size = draw.uniform(16...26)
                opacities += subpleural(
                    side: side, size: size, hounsfield: draw.uniform(-570...(-430)), kind: .groundGlass)
            }
        }
        return opacities
    }

    /// A patch near the pleura, more often behind and below than in front and above.
    mutating func subpleural(side: Float, size: Float, hounsfield: Float, kind: LungFinding) -> [LungOpacity] {
        guard let (centre, outwards) = belowPleura(side: side, size: size) else { return [] }
        let axes = SIMD3(
            size * draw.uniform(0.9...1.5), size * draw.uniform(0.5...0.85), size * draw.uniform(0.8...1.4))
        return [opacity(kind, centre, axes, outwards, hounsfield)]
    }

    /// The middle of such a patch and the direction outwards; nil where none is found.
    mutating func belowPleura(side: Float, size: Float) -> (centre: SIMD3<Float>, outwards: SIMD2<Float>)? {
        for _ in 0..<200 {
            let low = draw.chance(0.7)
            let height = low ? draw.uniform(-140...(-30)) : draw.uniform(-40...55)
            let behind = draw.chance(0.72)
            let turn = behind ? draw.uniform(0.03...0.19) : draw.uniform(-0.14...0.03)
            let direction = side > 0 ? turn : 0.5 - turn
            let wrapped = direction < 0 ? direction + 1 : direction
            let outwards = SIMD2(cosine(turns: wrapped), sine(turns: wrapped))
            let z = height * anatomy.lengthScale
            let radius = surfaces.cage.radius(height: z, direction: wrapped)
            let depth = draw.uniform(0.3...1.1) * size * 0.6 + 2
            let centre = SIMD3(outwards.x * (radius - depth), outwards.y * (radius - depth), z)
            let distance = space.distance(centre, outsideCage: surfaces.outsideCage(centre))
            if distance < -4 { return (centre, outwards) }
        }
        return nil
    }

    mutating func nodule() -> [LungOpacity] {
        for _ in 0..<200 {
            let centre = SIMD3(
                (draw.chance(0.5) ? 1 : -1) * draw.uniform(35...105), draw.uniform(-60...75), draw.uniform(-110...60))
            let distance = space.distance(centre, outsideCage: surfaces.outsideCage(centre))
            guard distance < -8 else { continue }
            let radius = draw.uniform(2.5...4.5)
            return [opacity(.nodule, centre, SIMD3(repeating: radius), SIMD2(1, 0), draw.uniform(0...60))]
        }
        return []
    }

    /// Thin bands along the back of both lower lobes.
    mutating func atelectasis() -> [LungOpacity] {
        var bands: [LungOpacity] = []
        for side: Float in [-1, 1] {
            let turn: Float = 0.185
            let direction = side > 0 ? turn : 0.5 - turn
            let outwards = SIMD2(cosine(turns: direction), sine(turns: direction))
            let z = draw.uniform(-105...(-85)) * anatomy.lengthScale
            let radius = surfaces.cage.radius(height: z, direction: direction) - 1
            let centre = SIMD3(outwards.x * radius, outwards.y * radius, z)
            let axes = SIMD3(draw.uniform(20...30), draw.uniform(5...8), draw.uniform(30...45))
            bands.append(opacity(.atelectasis, centre, axes, outwards, draw.uniform(-620...(-480))))
        }
        return bands
    }

    mutating func opacity(
        _ kind: LungFinding, _ centre: SIMD3<Float>, _ axes: SIMD3<Float>, _ outwards: SIMD2<Float>,
        _ hounsfield: Float, net: Float = 0, lobe: Lobe? = nil
    ) -> LungOpacity {
        let seed = UInt64(draw.integer(0...(1 << 40)))
        return LungOpacity(
            kind: kind, centre: centre, halfAxes: axes, outwards: outwards, hounsfield: hounsfield, seed: seed,
            net: net, lobe: lobe)
    }
}
