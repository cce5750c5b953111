/// Fluid between the lung and the chest wall of a patient who lies on the back.
struct PleuralEffusion: Sendable, Hashable {
    /// -1 for the right, 1 for the left.
    let side: Float
    /// Where it begins, in patient coordinates.
    let topMillimetres: Float
    /// How deep it is at the back.
    let depthMillimetres: Float

    /// Density of the fluid in HU.
    static let fluidHU: Float = 10
    /// How far the lung in front of it is compressed.
    static let compressedMillimetres: Float = 9

    /// What can be in it.
    func box(_ anatomy: ChestAnatomy) -> Box {
        Box(
            low: SIMD3(side > 0 ? 0 : -170, -70, anatomy.lungBaseMillimetres - 40),
            high: SIMD3(side > 0 ? 170 : 0, 150, topMillimetres))
    }

    /// Signed distance outside the fluid in millimetres, negative in it; for points of the lungs' space on its side.
    func distance(_ point: SIMD3<Float>, _ surfaces: BodySurfaces) -> Float {
        let fill = smoothstep(topMillimetres, topMillimetres - 75, point.z)
        if fill <= 0 { return 100 }
        // The cage's back beside the spine.
        let direction: Float = side > 0 ? 0.2 : 0.3
        let back = surfaces.cage.radius(height: point.z, direction: direction) * 0.951
        let surface = back - depthMillimetres * fill
        let level = surface - point.y
        // It climbs along the wall, ever thinner.
        let climbed = clamp(level / 50, 0, 1)
        let rim = 10 * fill * (1 - climbed) - 12 * climbed
        return smoothMinimum(level, -surfaces.outsideCage(point) - 2.5 - rim, 8)
    }
}

/// What a patient's movement does to the slices of some heights: each is the mean of several moments.
struct PatientMotion: Sendable, Hashable {
    /// `.motion` or `.diaphragm`.
    let kind: LungFinding
    /// The heights, in patient coordinates.
    let heights: ClosedRange<Float>
    /// How far the patient had moved in each moment, millimetres.
    let offsets: [SIMD3<Float>]
    /// Each moment's share, 1 in all.
    let weights: [Float]

    /// The planes of a slice that without movement would be the mean of `planes`.
    func planes(_ planes: [SlicePlane]) -> [SlicePlane] {
        // Many moments blur more than the thickness does.
        let still = offsets.count > 2 ? [SlicePlane(halfThickness: planes[0].halfThickness)] : planes
        return zip(offsets, weights).flatMap { offset, weight in
            still.map { plane in
                SlicePlane(
                    offset: plane.offset + offset, weight: plane.weight * weight, halfThickness: plane.halfThickness)
            }
        }
    }
}
