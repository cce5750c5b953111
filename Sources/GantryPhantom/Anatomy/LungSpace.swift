/// The space the lungs fill: inside the rib cage, above the diaphragm, beside the mediastinum.
///
/// Distances are signed and in millimetres, negative inside; they are near enough to true distances for blending at
/// edges.
struct LungSpace: Sendable {
    let anatomy: ChestAnatomy
    let spine: SpineCurve
    private let roughness: LatticeNoise

    init(_ anatomy: ChestAnatomy) {
        self.anatomy = anatomy
        spine = SpineCurve(anatomy)
        roughness = LatticeNoise(CounterHash(seed: anatomy.seed).stream("mediastinum"), sizeMillimetres: 24)
    }

    /// Highest point of the right dome of the diaphragm, in millimetres.
    var domeTop: Float { -86 * anatomy.lengthScale + anatomy.diaphragmRiseMillimetres }

    /// Height of a point above the diaphragm's upper surface (negative below it).
    @inline(__always)
    func aboveDiaphragm(_ point: SIMD3<Float>) -> Float {
        let length = anatomy.lengthScale
        let rise = anatomy.diaphragmRiseMillimetres
        let rightX = (point.x + 56) / (66 * anatomy.cageWidthScale)
        let rightY = (point.y + 8) / (84 * anatomy.cageDepthScale)
        let leftX = (point.x - 62) / (60 * anatomy.cageWidthScale)
        let leftY = (point.y + 4) / (82 * anatomy.cageDepthScale)
        let right = rightX * rightX + rightY * rightY
        let left = leftX * leftX + leftY * leftY
        let rightTop = -86 * length + rise
        let leftTop = -98 * length + rise
        // deeper behind than in front: the sulcus
        let behind = 1 + 0.4 * smoothstep(-10, 60, point.y) - 0.45 * smoothstep(-20, -75, point.y)
        let rightHeight = rightTop - 56 * right * (0.45 + 0.55 * right) * behind
        let leftHeight = leftTop - 54 * left * (0.45 + 0.55 * left) * behind
        // the central tendon, under the heart
        let middleX = point.x / 44
        let middleY = (point.y + 52) / 62
        let middleHeight = -104 * length + rise - 44 * (middleX * middleX + middleY * middleY)
        let dome = smoothMaximum(smoothMaximum(rightHeight, leftHeight, 24), middleHeight, 20)
        let steepness = 1 / (1 + 1.1 * smoothstep(0.2, 1, min(right, left)))
        return (point.z - dome) * steepness
    }

    /// Distance below the lungs' apices: a cap over each side.
    @inline(__always)
    func aboveApex(_ point: SIMD3<Float>) -> Float {
        let aside = (abs(point.x) - 46 * anatomy.cageWidthScale) / (58 * anatomy.cageWidthScale)
        let down = (point.y - 16) / 80
        let spread = aside * aside + down * down
        let top = anatomy.lungApexMillimetres - 62 * spread * (0.6 + 0.4 * spread)
        return (point.z - top) / (1 + 0.7 * min(spread, 1.2))
    }

    /// Distance outside the mediastinum (negative inside it).
    @inline(__always)
    func outsideMediastinum(_ point: SIMD3<Float>) -> Float {
        let length = anatomy.lengthScale
        let z = point.z / length
        // around the spine
        let spineY = point.y - spine.y(point.z) - 7
        let spineX = abs(point.x)
        let spineDistance =
            ((spineX * spineX) / (25.5 * 25.5) + spineY * spineY / (29 * 29)).squareRoot() * 25.5 - 25.5
        // the great vessels above the heart
        let upperHalf = mix(20, 30, smoothstep(70, 10, z)) * mix(1, 0.8, smoothstep(-10, -60, z))
        let upperX = abs(point.x - 1) / upperHalf
        let upperY = (point.y + 6) / 40
        let upper = ((upperX * upperX + upperY * upperY).squareRoot() - 1) * 26
        // the fold in front of them, towards the breastbone
        let fold = smoothMaximum(
            abs(point.x - 3 - 6 * smoothstep(-20, -90, z)) - mix(6, 2, smoothstep(60, 15, z))
                - 16 * smoothstep(-72 + 30 * smoothstep(0, 50, z), -105, point.y),
            point.y + 26, 8)
        // between heart and spine: oesophagus and aorta
        let behind = smoothMaximum(abs(point.x - 6) - 15, abs(point.y - 24) - 34, 8)
        let heart = HeartShape.distance(point, anatomy) - 4
        var distance = smoothMinimum(spineDistance, upper, 10)
        distance = smoothMinimum(distance, fold, 10)
        distance = smoothMinimum(distance, behind, 10)
        distance = smoothMinimum(distance, heart, 12)
        return distance
    }

    /// Distance outside the lungs (negative inside), given the distance outside the inner rib cage.
    @inline(__always)
    func distance(_ point: SIMD3<Float>, outsideCage: Float) -> Float {
        var distance = outsideCage + 2.5
        let below = -aboveDiaphragm(point)
        distance = smoothMaximum(distance, below, 5)
        distance = smoothMaximum(distance, aboveApex(point), 6)
        if distance > 6 { return distance }
        if abs(point.x) < 100 {
            let outline = outsideMediastinum(point) + 1.6 * roughness.value(point)
            distance = smoothMaximum(distance, -outline, 5)
        }
        return distance
    }
}

/// Where the vertebral bodies lie: the curve of the thoracic spine.
struct SpineCurve: Sendable {
    private let depth: Float
    private let length: Float

    init(_ anatomy: ChestAnatomy) {
        depth = anatomy.cageDepthScale
        length = anatomy.lengthScale
    }

    /// The y coordinate of the middle of a vertebral body at a height.
    @inline(__always)
    func y(_ height: Float) -> Float {
        let from = (height + 30 * length) / (130 * length)
        return (58 - 17 * from * from) * depth
    }
}

/// The outline of the heart: an egg whose point looks to the left, forward and down.
enum HeartShape {
    /// Unit vectors of the long axis and the two short ones.
    static let longAxis = SIMD3<Float>(0.70, -0.46, -0.546).normalised
    static let sideAxis = SIMD3<Float>(0.55, 0.835, 0).normalised
    static let thirdAxis = longAxis.cross(sideAxis).normalised

    static func centre(_ anatomy: ChestAnatomy) -> SIMD3<Float> {
        SIMD3(20, -24 * anatomy.cageDepthScale, -71 * anatomy.lengthScale + 0.35 * anatomy.diaphragmRiseMillimetres)
    }

    @inline(__always)
    static func distance(_ point: SIMD3<Float>, _ anatomy: ChestAnatomy) -> Float {
        let from = point - centre(anatomy)
        let along = from.dot(longAxis)
        let aside = from.dot(sideAxis)
        let third = from.dot(thirdAxis)
        // broader at the base than at the point
        let taper = 1 - 0.16 * clamp(along / 60, -1, 1)
        let scale = anatomy.heartScale
        let a = along / (63 * scale)
        let b = aside / (46 * scale * taper)
        let c = third / (47 * scale * taper)
        return ((a * a + b * b + c * c).squareRoot() - 1) * 46 * scale
    }
}
