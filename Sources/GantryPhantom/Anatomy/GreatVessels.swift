/// The large vessels and airways of the mediastinum, as tubes.
struct GreatVessels: Sendable {
    /// Aorta, its branches, pulmonary arteries, veins: filled with blood.
    let blood: [Tube]
    /// Trachea and main bronchi: the radius is that of the lumen.
    let airways: [Tube]
    /// Gullet: muscle with a little air.
    let oesophagus: [Tube]

    /// How much wider than its blood a vessel is, and than its lumen an airway, millimetres.
    static let vesselWall: Float = 1.2
    static let airwayWall: Float = 1.5

    /// All of them with their walls, which take the lungs' place where they reach into it.
    var besideLungs: [(tube: Tube, box: Box)] {
        let tubes =
            blood.map { $0.widened(by: Self.vesselWall) } + airways.map { $0.widened(by: Self.airwayWall) } + oesophagus
        return tubes.map { ($0, $0.box(margin: 0)) }
    }

    init(_ anatomy: ChestAnatomy) {
        let length = anatomy.lengthScale
        let depth = anatomy.cageDepthScale
        func at(_ x: Float, _ y: Float, _ z: Float, _ radius: Float) -> SIMD4<Float> {
            SIMD4(x, y * depth, z * length, radius)
        }
        let spine = SpineCurve(anatomy)
        func besideSpine(_ x: Float, _ z: Float, _ radius: Float) -> SIMD4<Float> {
            SIMD4(x, spine.y(z * length) - 24, z * length, radius)
        }
        var blood: [Tube] = []
        // ascending aorta, arch, descending aorta
        blood += Tube.path([
            at(4, -20, -52, 14), at(-12, -28, -30, 15), at(-16, -28, -8, 15), at(-12, -22, 16, 14.5),
            at(10, -12, 25, 13.5), at(28, 10, 21, 13), at(30, 32, 8, 12.5),
            SIMD4(27, spine.y(-10) - 14, -12 * length, 12.5),
            besideSpine(20, -60, 12), besideSpine(14, -110, 11.5), besideSpine(7, -160, 11), besideSpine(4, -280, 10),
        ])
        // brachiocephalic, left carotid and left subclavian arteries
        blood += Tube.path([at(-6, -12, 22, 6), at(-14, -10, 45, 6), at(-24, -2, 72, 5.5), at(-40, 4, 92, 5)])
        blood += Tube.path([at(8, -4, 24, 4.5), at(12, -2, 50, 4.2), at(20, 2, 110, 4)])
        blood += Tube.path([at(20, 10, 22, 5), at(25, 12, 50, 5), at(34, 12, 78, 4.8), at(62, 4, 92, 4.5)])
        // superior vena cava and brachiocephalic veins
        blood += Tube.path([
            at(-26, -14, -40, 10), at(-31, -22, -10, 9.5), at(-31, -26, 30, 9), at(-30, -22, 52, 7),
            at(-38, -12, 85, 6),
        ])
        blood += Tube.path([at(-29, -26, 32, 7), at(-4, -34, 42, 6.5), at(22, -30, 58, 6.5), at(38, -16, 84, 6)])
        // azygos arch
        blood += Tube.path([
            at(-30, -12, 4, 4), at(-26, 14, 8, 4), besideSpine(-12, -4, 3.5), besideSpine(-10, -120, 3),
        ])
        // pulmonary trunk, right and left pulmonary arteries
        blood += Tube.path([
            at(18, -46, -52, 13), at(22, -40, -32, 14), at(20, -20, -18, 13.5), at(30, 0, -11, 11), at(44, 14, -14, 8),
        ])
        blood += Tube.path([at(20, -22, -20, 11.5), at(0, -4, -22, 11), at(-24, 4, -20, 10), at(-44, 12, -16, 7.5)])
        // lower lobe arteries
        blood += Tube.path([at(44, 14, -14, 8), at(48, 24, -36, 7), at(52, 32, -60, 5)])
        blood += Tube.path([at(-44, 12, -16, 7.5), at(-47, 20, -40, 7), at(-50, 30, -62, 5)])
        // pulmonary veins to the left atrium
        blood += Tube.path([at(-8, 8, -48, 8), at(-30, 6, -47, 6.5), at(-44, 4, -44, 5)])
        blood += Tube.path([at(14, 10, -46, 8), at(34, 6, -46, 6.5), at(44, 2, -42, 5)])
        blood += Tube.path([at(-6, 14, -58, 8), at(-30, 22, -66, 5.5), at(-46, 30, -74, 4)])
        blood += Tube.path([at(16, 16, -56, 8), at(34, 26, -64, 5.5), at(50, 34, -74, 4)])
        // inferior vena cava
        blood += Tube.path([at(-22, -2, -84, 12), at(-24, 6, -110, 11.5), at(-22, 14, -170, 11), at(-20, 20, -290, 10)])

        let trachea: [SIMD4<Float>] = [
            at(0, -18, 150, 8.5), at(1, -4, 90, 9), at(1, 8, 50, 9), at(-5, 15, 12, 9), at(-1, 15, 0, 9),
        ]
        airways =
            Tube.path(trachea)
            + Tube.path([
                at(-2, 14, 3, 7.5), at(-18, 17, -16, 7), at(-36, 19, -27, 6), at(-44, 22, -42, 4.6),
                at(-48, 32, -62, 3.2),
            ])
            + Tube.path([
                at(1, 14, 3, 7), at(18, 18, -17, 6.4), at(40, 24, -31, 5.4), at(48, 30, -48, 4.2), at(52, 38, -66, 3),
            ])
            + Tube.path([at(-30, 18, -22, 5), at(-46, 14, -12, 4), at(-56, 8, 2, 3)])
            + Tube.path([at(36, 22, -28, 4.6), at(50, 12, -20, 3.8), at(60, 2, -8, 2.8)])
        oesophagus = Tube.path([
            at(2, 8, 150, 7), at(3, 18, 80, 7.5), at(5, 28, 30, 7.5), at(4, 31, -10, 7.5), at(6, 28, -60, 8),
            at(14, 18, -105, 8.5),
            at(26, 8, -130, 10),
        ])
        self.blood = blood
    }
}
