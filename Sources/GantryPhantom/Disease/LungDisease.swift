/// What is wrong with a pair of lungs, drawn from a seed of its own: the same chest can be made healthy or ill.
public struct LungDisease: Sendable, Hashable {
    /// Nil for a study without disease (which may have confounders).
    public let severity: DiseaseSeverity?
    let opacities: [LungOpacity]

    /// The number of opacities that count as disease.
    public var lesionCount: Int { opacities.count(where: \.isDisease) }

    /// Lungs without disease and without confounders.
    public static let none = LungDisease(severity: nil, opacities: [])

    private init(severity: DiseaseSeverity?, opacities: [LungOpacity]) {
        self.severity = severity
        self.opacities = opacities
    }

    /// Draws the disease of one study.
    ///
    /// - Parameters:
    ///   - severity: nil for a study without disease.
    ///   - confounderRate: probability that a nodule, and that dependent atelectasis, is drawn.
    init(
        seed: UInt64, severity: DiseaseSeverity?, confounderRate: Float, anatomy: ChestAnatomy,
        surfaces: BodySurfaces, space: LungSpace
    ) {
        var painter = OpacityPlacement(
            draw: DeviateSequence(CounterHash(seed: seed).stream("disease")), anatomy: anatomy, surfaces: surfaces,
            space: space)
        var opacities: [LungOpacity] = []
        switch severity {
        case .easy:
            let count = painter.draw.integer(8...13)
            for index in 0..<count {
                let side: Float = index % 2 == 0 ? 1 : -1
                let solid = painter.draw.chance(0.28)
                let size = painter.draw.uniform(solid ? 14...23 : 22...40)
                opacities += painter.subpleural(
                    side: side, size: size,
                    hounsfield: solid ? painter.draw.uniform(-40...45) : painter.draw.uniform(-580...(-380)),
                    kind: solid ? .consolidation : .groundGlass)
            }
        case .hard:
            let count = painter.draw.integer(4...6)
            for index in 0..<count {
                let side: Float = index % 2 == 0 ? -1 : 1
                opacities += painter.subpleural(
                    side: side, size: painter.draw.uniform(16...26),
                    hounsfield: painter.draw.uniform(-570...(-430)), kind: .groundGlass)
            }
        case nil:
            break
        }
        if painter.draw.chance(confounderRate) { opacities += painter.nodule() }
        if painter.draw.chance(confounderRate) { opacities += painter.dependentAtelectasis() }
        self.init(severity: severity, opacities: opacities)
    }
}

/// Finds places for opacities inside the lungs.
private struct OpacityPlacement {
    var draw: DeviateSequence
    let anatomy: ChestAnatomy
    let surfaces: BodySurfaces
    let space: LungSpace

    /// A patch near the pleura, more often behind and below than in front and above.
    mutating func subpleural(side: Float, size: Float, hounsfield: Float, kind: LungOpacity.Kind) -> [LungOpacity] {
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
            guard distance < -4 else { continue }
            let axes = SIMD3(
                size * draw.uniform(0.9...1.5), size * draw.uniform(0.5...0.85), size * draw.uniform(0.8...1.4))
            return [opacity(kind, centre, axes, outwards, hounsfield)]
        }
        return []
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
    mutating func dependentAtelectasis() -> [LungOpacity] {
        var bands: [LungOpacity] = []
        for side: Float in [-1, 1] {
            let turn: Float = 0.185
            let direction = side > 0 ? turn : 0.5 - turn
            let outwards = SIMD2(cosine(turns: direction), sine(turns: direction))
            let z = draw.uniform(-105...(-85)) * anatomy.lengthScale
            let radius = surfaces.cage.radius(height: z, direction: direction) - 1
            let centre = SIMD3(outwards.x * radius, outwards.y * radius, z)
            let axes = SIMD3(draw.uniform(20...30), draw.uniform(5...8), draw.uniform(30...45))
            bands.append(opacity(.dependentAtelectasis, centre, axes, outwards, draw.uniform(-620...(-480))))
        }
        return bands
    }

    private mutating func opacity(
        _ kind: LungOpacity.Kind, _ centre: SIMD3<Float>, _ axes: SIMD3<Float>, _ outwards: SIMD2<Float>,
        _ hounsfield: Float
    ) -> LungOpacity {
        let seed = UInt64(draw.integer(0...(1 << 40)))
        return LungOpacity(
            kind: kind, centre: centre, halfAxes: axes, outwards: outwards, hounsfield: hounsfield, seed: seed)
    }
}
