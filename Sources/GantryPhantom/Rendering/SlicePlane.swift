/// One of the planes that a slice is the mean of: of its thickness, and of the moments in which the patient moved.
struct SlicePlane: Sendable, Hashable {
    /// Where it lies against the slice's middle, millimetres.
    var offset = SIMD3<Float>()
    /// Its share of the slice; those of all planes are 1 together.
    var weight: Float = 1
    /// Half the thickness it stands for, in millimetres: a vessel this near is seen in it.
    var halfThickness: Float = 1.5

    /// A plane that stands for a whole slice, as the sample studies have it.
    static let single = SlicePlane()

    /// Evenly spread planes through a slice of a thickness, one for each two millimetres about.
    static func through(thicknessMillimetres thickness: Float) -> [SlicePlane] {
        let count = Int(clamp((thickness / 1.8).rounded(), 1, 6))
        let step = thickness / Float(count)
        return (0..<count).map { index in
            SlicePlane(
                offset: SIMD3(0, 0, (Float(index) - Float(count - 1) / 2) * step), weight: 1 / Float(count),
                halfThickness: step / 2)
        }
    }
}
