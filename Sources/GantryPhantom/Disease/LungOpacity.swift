/// How hard a positive study is to tell from a healthy one.
public enum DiseaseSeverity: String, Sendable, Hashable, CaseIterable {
    /// Several large opacities on both sides.
    case easy
    /// Few, small and faint ones.
    case hard
}

/// A part of the lung above or below its oblique fissure.
enum Lobe: Sendable, Hashable {
    case upper, lower

    /// 1 above the fissure, -1 below it.
    var sign: Float { self == .upper ? 1 : -1 }
}

/// One patch of diseased lung: an ellipsoid whose edge is perturbed by noise and fades out.
struct LungOpacity: Sendable, Hashable {
    let kind: LungFinding
    /// Centre in patient coordinates, millimetres.
    let centre: SIMD3<Float>
    /// Half axes in millimetres: along the lung's surface, outwards, and towards the head.
    let halfAxes: SIMD3<Float>
    /// Direction outwards in the axial plane.
    let outwards: SIMD2<Float>
    /// Density reached in the middle, HU.
    let hounsfield: Float
    /// Names the noise that shapes it.
    let seed: UInt64
    /// How much of a net of lines is in ground glass, and how much lung stays between the holes of emphysema: 0 to 1.
    let net: Float
    /// The lobe whose fissure it does not cross.
    let lobe: Lobe?

    /// From this strength on the truth counts it.
    static let leastStrength: Float = 0.3

    var box: Box {
        let reach = max(halfAxes.x, halfAxes.y) * 1.6
        return Box(centre: centre, half: SIMD3(reach, reach, halfAxes.z * 1.6))
    }
}

/// The noise fields of one opacity, made once for a slice.
struct LungOpacityField {
    private let opacity: LungOpacity
    private let anatomy: ChestAnatomy
    private let shape: LatticeNoise
    private let fine: LatticeNoise

    init(_ opacity: LungOpacity, _ anatomy: ChestAnatomy) {
        self.opacity = opacity
        self.anatomy = anatomy
        let hash = CounterHash(seed: opacity.seed)
        let size =
            opacity.kind == .emphysema ? 8 : max(6, min(opacity.halfAxes.x, opacity.halfAxes.z) * 0.8)
        shape = LatticeNoise(hash.stream("shape"), sizeMillimetres: size)
        fine = LatticeNoise(hash.stream("texture"), sizeMillimetres: 4.5)
    }

    /// How much of a point is diseased: 0 to 1.
    func strength(_ point: SIMD3<Float>) -> Float {
        let from = point - opacity.centre
        let out = from.x * opacity.outwards.x + from.y * opacity.outwards.y
        let along = from.y * opacity.outwards.x - from.x * opacity.outwards.y
        let scaled = SIMD3(along, out, from.z) / opacity.halfAxes
        let reach = scaled.length
        if reach > 1.6 { return 0 }
        let strength = strength(point, reach: reach)
        guard let lobe = opacity.lobe else { return strength }
        return strength * smoothstep(0, 2.5, Fissures.aboveOblique(point, anatomy) * lobe.sign)
    }

    /// How much of a net of lines passes through a point of ground glass: 0 to 1.
    func net(_ point: SIMD3<Float>) -> Float {
        opacity.net * smoothstep(0.16, 0.04, abs(fine.value(point)))
    }

    /// The same within the opacity's shape; `reach` is 1 at its surface.
    private func strength(_ point: SIMD3<Float>, reach: Float) -> Float {
        switch opacity.kind {
        case .nodule:
            return smoothstep(1.12, 0.88, reach + 0.1 * shape.value(point))
        case .atelectasis:
            return smoothstep(1.2, 0.7, reach + 0.2 * shape.value(point)) * (0.85 + 0.15 * fine.value(point))
        case .groundGlass:
            let edge = smoothstep(1.12, 0.62, reach + 0.42 * shape.value(point))
            return edge * (0.84 + 0.2 * fine.value(point))
        case .consolidation:
            let edge = smoothstep(1.06, 0.82, reach + 0.4 * shape.value(point))
            return edge * (0.93 + 0.07 * fine.value(point))
        case .emphysema:
            let edge = smoothstep(1.1, 0.85, reach)
            return opacity.net == 0 ? edge : edge * smoothstep(0, 0.3, shape.value(point))
        case .effusion, .motion, .diaphragm:
            return 0
        }
    }
}
