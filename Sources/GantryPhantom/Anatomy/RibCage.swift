/// Twelve pairs of ribs as bands on the rib cage that fall from the spine to the front, so that an axial slice cuts
/// each obliquely.
enum RibCage {
    /// Height from one rib to the next along the spine, average size, in millimetres.
    static let interval: Float = 24

    /// The density of the chest wall at a point with the ribs painted over it.
    ///
    /// - Parameters:
    ///   - value: density of the soft tissue at the point.
    ///   - direction: in turns; 0.25 is the back.
    ///   - outsideCage: distance outside the inner surface of the rib cage.
    @inline(__always)
    static func paint(
        over value: Float, _ point: SIMD3<Float>, direction: Float, outsideCage: Float, _ anatomy: ChestAnatomy,
        _ canvas: SliceCanvas
    ) -> Float {
        if outsideCage < -3 { return value }
        let length = anatomy.lengthScale
        // turns from the back, 0 to 0.5, the same on both sides
        var fromBack = abs(direction - 0.25)
        if fromBack > 0.5 { fromBack = 1 - fromBack }
        let spacing = interval * length
        let fall = smoothstep(0.02, 0.46, fromBack) * 96 * length * mix(1, 0.5, smoothstep(10, 100, point.z))
        let top = 84 * length
        let count = (top - fall - point.z) / spacing
        let index = clamp(count.rounded(), 0, 11)
        let offset = (count - index) * spacing
        // lower ribs end early
        let end: Float = index > 9.5 ? 0.2 : 0.455
        let cartilage: Float = index > 9.5 ? 1 : 0.385 - 0.012 * index
        let radial = (outsideCage - 5.4) / 3.9
        let vertical = offset * 0.88 / 6.8
        let ring = ((radial * radial + vertical * vertical).squareRoot() - 1) * 3.9
        let past = max(0.05 - fromBack, fromBack - end) * 600
        let distance = max(ring, past)
        let share = canvas.coverage(distance)
        if share <= 0 { return value }
        if fromBack > cartilage { return mix(value, 88, share) }
        let inner = clamp(0.5 - (distance + 1.5) / (canvas.edgeMillimetres + 0.5), 0, 1)
        let bone = mix(840, 170, inner) * anatomy.boneScale
        return mix(value, bone, share)
    }
}
