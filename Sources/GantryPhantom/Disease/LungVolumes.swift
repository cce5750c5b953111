/// How much of a chest is lung, and how much of that is ill: counted on a lattice, apart from any slice.
public struct LungVolumes: Sendable, Hashable {
    /// Both lungs with what is ill in them, without fluid beside them, in mL.
    public let lungMillilitres: Float
    private let millilitres: [Float]

    /// The volume of one kind in mL. Consolidation within ground glass counts as consolidation alone.
    public subscript(kind: LungFinding) -> Float { millilitres[kind.index] }

    /// Ground glass and consolidation together, in mL.
    public var lesionMillilitres: Float { self[.groundGlass] + self[.consolidation] }

    /// Distance of the lattice's points in millimetres.
    static let stepMillimetres: Float = 4

    init(_ chest: ChestPhantom) {
        let step = Self.stepMillimetres
        let anatomy = chest.anatomy
        let disease = chest.disease
        let fields = disease.opacities.filter { $0.kind != .nodule }.map { opacity in
            (opacity: opacity, box: opacity.box, field: LungOpacityField(opacity, anatomy))
        }
        var lung = 0
        var counts = [Int](repeating: 0, count: LungFinding.allCases.count)
        let vessels = chest.vessels.besideLungs
        for layer in 0...Int((anatomy.lungApexMillimetres - anatomy.lungBaseMillimetres + 40) / step) {
            let z = anatomy.lungBaseMillimetres - 30 + Float(layer) * step
            let near = fields.filter { ($0.box.low.z...$0.box.high.z).contains(z) }
            let fluid = disease.effusions.filter { z < $0.topMillimetres }
            let tubes = vessels.filter { ($0.box.low.z...$0.box.high.z).contains(z) }
            let cage = chest.surfaces.cage.profile(height: z)
            let widest = cage.max() ?? 0
            for row in -34...34 {
                for column in -42...42 {
                    let point = SIMD3(Float(column) * step, Float(row) * step, z)
                    let radius = (point.x * point.x + point.y * point.y).squareRoot()
                    guard radius < widest else { continue }
                    let outside = radius - RadialSurface.radius(turns(point.y, point.x), in: cage)
                    guard outside < 0, chest.space.distance(point, outsideCage: outside) < 0 else { continue }
                    if tubes.contains(where: { $0.box.contains(point) && $0.tube.distance(point) < 0 }) { continue }
                    if fluid.contains(where: { $0.side * point.x > 0 && $0.distance(point, chest.surfaces) < 0 }) {
                        counts[LungFinding.effusion.index] += 1
                        continue
                    }
                    lung += 1
                    if let kind = Self.kind(at: point, near) { counts[kind.index] += 1 }
                }
            }
        }
        let voxel = step * step * step / 1000
        lungMillilitres = Float(lung) * voxel
        var millilitres = counts.map { Float($0) * voxel }
        millilitres[LungFinding.nodule.index] = disease.opacities.filter { $0.kind == .nodule }.map { nodule in
            Self.millilitres(of: nodule, anatomy)
        }.reduce(0, +)
        self.millilitres = millilitres
    }

    /// What is at a point: of several kinds the one that is dense.
    private static func kind(
        at point: SIMD3<Float>, _ fields: [(opacity: LungOpacity, box: Box, field: LungOpacityField)]
    ) -> LungFinding? {
        var found: LungFinding?
        for (opacity, box, field) in fields {
            let order: [LungFinding?] = [nil, .emphysema, .atelectasis, .groundGlass, .consolidation]
            let rank = order.firstIndex(of: opacity.kind) ?? 0
            guard rank > order.firstIndex(of: found) ?? 0, box.contains(point),
                field.strength(point) > LungOpacity.leastStrength
            else { continue }
            found = opacity.kind
        }
        return found
    }

    /// The volume of a nodule, which is smaller than the lattice's meshes, on a lattice of its own.
    private static func millilitres(of nodule: LungOpacity, _ anatomy: ChestAnatomy) -> Float {
        let field = LungOpacityField(nodule, anatomy)
        let step = nodule.halfAxes.x / 8
        var count = 0
        for layer in -11...11 {
            for row in -11...11 {
                for column in -11...11 {
                    let point = nodule.centre + SIMD3(Float(column), Float(row), Float(layer)) * step
                    if field.strength(point) > LungOpacity.leastStrength { count += 1 }
                }
            }
        }
        return Float(count) * step * step * step / 1000
    }
}
