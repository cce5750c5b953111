/// How hard a positive study is to tell from a healthy one.
public enum DiseaseSeverity: String, Sendable, Hashable, CaseIterable {
    /// Several large opacities on both sides.
    case easy
    /// Few, small and faint ones.
    case hard
}

/// One patch of diseased lung: an ellipsoid whose edge is perturbed by noise and fades out.
struct LungOpacity: Sendable, Hashable {
    /// What an opacity stands for.
    enum Kind: Sendable, Hashable {
        /// Hazy, vessels remain visible: what the truth counts.
        case groundGlass
        /// Airless lung of the density of tissue: counted as well.
        case consolidation
        /// A small round solid nodule: a confounder, not counted.
        case nodule
        /// A band of collapsed lung along the back: a confounder, not counted.
        case dependentAtelectasis
    }

    let kind: Kind
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

    /// True where the truth counts the opacity as disease.
    var isDisease: Bool { kind == .groundGlass || kind == .consolidation }

    var box: Box {
        let reach = max(halfAxes.x, halfAxes.y) * 1.6
        return Box(centre: centre, half: SIMD3(reach, reach, halfAxes.z * 1.6))
    }
}

/// The noise fields of one opacity, made once for a slice.
struct LungOpacityField {
    private let opacity: LungOpacity
    private let shape: LatticeNoise
    private let fine: LatticeNoise

    init(_ opacity: LungOpacity) {
        self.opacity = opacity
        let hash = CounterHash(seed: opacity.seed)
        let size = max(6, min(opacity.halfAxes.x, opacity.halfAxes.z) * 0.8)
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
        switch opacity.kind {
        case .nodule:
            return smoothstep(1.12, 0.88, reach + 0.1 * shape.value(point))
        case .dependentAtelectasis:
            return smoothstep(1.2, 0.7, reach + 0.2 * shape.value(point)) * (0.85 + 0.15 * fine.value(point))
        case .groundGlass:
            let edge = smoothstep(1.12, 0.62, reach + 0.42 * shape.value(point))
            return edge * (0.84 + 0.2 * fine.value(point))
        case .consolidation:
            let edge = smoothstep(1.06, 0.82, reach + 0.4 * shape.value(point))
            return edge * (0.93 + 0.07 * fine.value(point))
        }
    }
}
