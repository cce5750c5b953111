/// The nested surfaces of the trunk: skin, outside of the muscles, inside of the rib cage.
struct BodySurfaces: Sendable {
    let skin: RadialSurface
    let muscle: RadialSurface
    let cage: RadialSurface

    static let skinMillimetres: Float = 1.8

    init(_ anatomy: ChestAnatomy) {
        let length = anatomy.lengthScale
        let cageWidth = Self.cageHalfWidth(length)
        let cageDepth = HeightCurve([
            (130 * length, 0.42), (92 * length, 0.56), (60 * length, 0.76), (25 * length, 0.9), (-20 * length, 0.98),
            (-70 * length, 1), (-140 * length, 1), (-260 * length, 0.92),
        ])
        let wave = anatomy.outlineHarmonics
        let cage = RadialSurface { height, direction in
            let width = cageWidth(height) * anatomy.cageWidthScale
            let depth = cageDepth(height) * anatomy.cageDepthScale
            let base = RadialSurface.ellipse(
                direction, halfWidth: width, front: 88 * depth, back: 93 * depth, squareness: 0.09)
            let irregular = 0.018 * (wave[0] * cosine(turns: 3 * direction) + wave[1] * sine(turns: direction))
            // the gutters beside the spine, where the ribs turn forward
            let besideSpine = abs(direction - 0.25) - 0.085
            let gutter = 0.055 * decay(besideSpine * besideSpine * 700) * smoothstep(90, 40, height)
            return base * (1 + irregular + gutter)
        }
        let bodyWidth = HeightCurve([
            (190 * length, 62), (150 * length, 75), (125 * length, 170), (98 * length, 208), (62 * length, 196),
            (30 * length, 166), (-10 * length, 148), (-60 * length, 136), (-100 * length, 132), (-160 * length, 130),
            (-280 * length, 136),
        ])
        let bodyFront = HeightCurve([
            (150 * length, 48), (110 * length, 62), (70 * length, 82), (30 * length, 98), (-20 * length, 106),
            (-70 * length, 102), (-160 * length, 100), (-280 * length, 100),
        ])
        let bodyBack = HeightCurve([
            (150 * length, 88), (110 * length, 102), (60 * length, 116), (0, 122), (-60 * length, 118),
            (-160 * length, 114), (-280 * length, 110),
        ])
        let muscle = RadialSurface { height, direction in
            let extra = 8 * (anatomy.muscleScale - 1)
            let width = bodyWidth(height) * (0.35 + 0.65 * anatomy.cageWidthScale) + extra
            let front = bodyFront(height) * anatomy.cageDepthScale + extra
            let back = bodyBack(height) * anatomy.cageDepthScale + extra
            let shoulder = smoothstep(10, 90, height)
            let base = RadialSurface.ellipse(
                direction, halfWidth: width, front: front, back: back, squareness: mix(0.035, -0.05, shoulder))
            let irregular = 0.012 * (wave[2] * cosine(turns: 2 * direction) + wave[3] * sine(turns: 3 * direction))
            // the hollow along the spine between the back muscles
            let fromSpine = abs(direction - 0.25)
            let hollow = 7 * decay(fromSpine * fromSpine * 2200)
            return max(base * (1 + irregular) - hollow, cage.radius(height: height, direction: direction) + 13)
        }
        let fat = anatomy.fatMillimetres
        let skin = RadialSurface { height, direction in
            let down = sine(turns: direction)
            let side = abs(cosine(turns: direction))
            var thickness = fat * (0.46 + 0.54 * side + 0.12 * max(down, 0))
            thickness *= mix(1, 0.55, smoothstep(30, 100, height))
            thickness *= 1 + 0.25 * smoothstep(-110, -200, height) * max(-down, 0)
            if anatomy.isFemale {
                thickness += Self.breast(height / length, direction) * (14 + 0.75 * fat)
            }
            thickness += 0.06 * fat * (wave[4] * sine(turns: 2 * direction) + wave[5] * cosine(turns: 4 * direction))
            return muscle.radius(height: height, direction: direction) + max(thickness, 3) + Self.skinMillimetres
        }
        self.cage = cage
        self.muscle = muscle
        self.skin = skin
    }

    /// Half the inner width of an average rib cage along the body axis.
    private static func cageHalfWidth(_ length: Float) -> HeightCurve {
        HeightCurve([
            (130 * length, 38), (100 * length, 56), (75 * length, 79), (40 * length, 100), (0, 112),
            (-60 * length, 119),
            (-120 * length, 120), (-180 * length, 116), (-260 * length, 110),
        ])
    }

    /// How much of a breast stands at a height and direction: 0 to 1.
    static func breast(_ height: Float, _ direction: Float) -> Float {
        // 0.75 of a turn is the front; each breast is a sixth of a turn to its side
        let aside = abs(abs(direction - 0.75) - 0.115)
        let below = (height + 48) / 44
        return decay(aside * aside * 210 + below * below)
    }
}
