extension ChestPainter {
    /// Heart, great vessels, windpipe and gullet.
    mutating func paintMediastinum() {
        paintHeart()
        let blood = anatomy.bloodHU
        canvas.paint(phantom.vessels.blood, hounsfield: min(blood, 44), widenedBy: GreatVessels.vesselWall)
        canvas.paint(phantom.vessels.blood, hounsfield: blood)
        canvas.paint(phantom.vessels.oesophagus, hounsfield: 36)
        for tube in phantom.vessels.oesophagus {
            let lumen = tube.widened(by: -5.6)
            canvas.paint(in: lumen.box(margin: 1), hounsfield: -500) { lumen.distance($0) }
        }
        canvas.paint(phantom.vessels.airways, hounsfield: 10, widenedBy: GreatVessels.airwayWall)
        canvas.paint(phantom.vessels.airways, hounsfield: -990)
        paintThyroidAndNodes()
    }

    private mutating func paintHeart() {
        let anatomy = anatomy
        let centre = HeartShape.centre(anatomy)
        let scale = anatomy.heartScale
        let space = phantom.space
        let box = Box(centre: centre, half: SIMD3(repeating: 72 * scale))
        let withContrast = anatomy.bloodHU > 100
        canvas.paint(in: box, hounsfield: withContrast ? 92 : 44) { point in
            let heart = HeartShape.distance(point, anatomy)
            if heart > 4 { return heart }
            return smoothMaximum(heart, 3 - space.aboveDiaphragm(point), 4)
        }
        // the groove between atria and ventricles
        canvas.paint(in: box, hounsfield: -60) { point in
            let from = point - centre
            let heart = HeartShape.distance(point, anatomy)
            let groove = abs(from.dot(HeartShape.longAxis) + 10) - 3.4
            return max(max(groove, abs(heart + 2) - 5), 3 - space.aboveDiaphragm(point))
        }
        let blood = anatomy.bloodHU
        paintChamber(SIMD3(18, 12, 4), SIMD3(30, 17, 19), blood, centre)
        paintChamber(SIMD3(14, -20, 0), SIMD3(32, 13, 26), blood * 0.9, centre)
        paintChamber(SIMD3(-32, 20, 10), SIMD3(17, 22, 20), blood, centre)
        paintChamber(SIMD3(-34, -16, -4), SIMD3(18, 19, 26), blood * 0.9, centre)
    }

    /// An ellipsoid in the axes of the heart (along, aside, third), in millimetres.
    private mutating func paintChamber(
        _ offset: SIMD3<Float>, _ half: SIMD3<Float>, _ value: Float, _ heartCentre: SIMD3<Float>
    ) {
        let scale = anatomy.heartScale
        let centre =
            heartCentre
            + (HeartShape.longAxis * offset.x + HeartShape.sideAxis * offset.y + HeartShape.thirdAxis * offset.z)
            * scale
        let reach = max(half.x, half.y, half.z) * scale
        canvas.paint(in: Box(centre: centre, half: SIMD3(repeating: reach)), hounsfield: value) { point in
            let from = point - centre
            let scaled =
                SIMD3(from.dot(HeartShape.longAxis), from.dot(HeartShape.sideAxis), from.dot(HeartShape.thirdAxis))
                / (half * scale)
            return (scaled.length - 1) * half.y * scale
        }
    }

    /// Small soft structures that break up the fat: lymph nodes, and the thyroid at the inlet.
    private mutating func paintThyroidAndNodes() {
        var draw = DeviateSequence(CounterHash(seed: anatomy.seed).stream("nodes"))
        let length = anatomy.lengthScale
        for _ in 0..<14 {
            let centre = SIMD3(draw.uniform(-24...26), draw.uniform(-36...18), draw.uniform(-12...58) * length)
            let half = SIMD3(draw.uniform(2...4), draw.uniform(2...4), draw.uniform(3...6))
            canvas.paint(in: Box(centre: centre, half: half), hounsfield: 38) { point in
                (((point - centre) / half).length - 1) * half.x
            }
        }
        for side: Float in [-1, 1] {
            let centre = SIMD3(side * 15, -8, 98 * length)
            let half = SIMD3<Float>(8, 11, 14)
            canvas.paint(in: Box(centre: centre, half: half), hounsfield: 95) { point in
                (((point - centre) / half).length - 1) * half.x
            }
        }
    }
}

/// The organs just below the diaphragm.
enum Abdomen {
    /// Density at a point, HU.
    ///
    /// - Parameters:
    ///   - below: depth below the diaphragm in millimetres.
    ///   - texture: noise of the organ's tissue, -1 to 1.
    static func density(
        _ point: SIMD3<Float>, below: Float, outsideCage: Float, _ anatomy: ChestAnatomy, texture: Float,
        _ canvas: SliceCanvas
    ) -> Float {
        let length = anatomy.lengthScale
        let withContrast = anatomy.bloodHU > 100
        var value = ChestAnatomy.fatHU + 8 * texture
        let inside = smoothMaximum(outsideCage + 2, 1.4 - below, 5)

        // liver: the right side, its left lobe reaching across in front
        let edge = point.x - (28 - 0.55 * (point.y + 10)) - 34 * smoothstep(-10, -50, point.y)
        // it keeps clear of the spine and the great vessels
        let gap = max(-26 - point.x, 28 - point.y)
        let liver = smoothMaximum(smoothMaximum(inside, edge * 0.8, 14), -gap, 10)
        value = mix(value, (withContrast ? 95 : 58) + 5 * texture, canvas.coverage(liver))

        // stomach with a bubble of air in front
        let stomach = ellipsoid(point, SIMD3(52, -18, -152 * length), SIMD3(44, 40, 46))
        let stomachDistance = smoothMaximum(stomach, inside, 8)
        if stomachDistance < 3 {
            value = mix(value, 42, canvas.coverage(stomachDistance))
            let content: Float = point.y < -30 ? -940 : 18 + 14 * texture
            value = mix(value, content, canvas.coverage(stomachDistance + 4))
        }

        // spleen: left, behind
        let spleen = smoothMaximum(
            ellipsoid(point, SIMD3(88 * anatomy.cageWidthScale, 42, -158 * length), SIMD3(34, 50, 48)), inside, 8)
        value = mix(value, (withContrast ? 120 : 50) + 4 * texture, canvas.coverage(spleen))

        // crura beside the spine
        let crusX = abs(abs(point.x) - 20) - 4
        let crus = max(crusX, abs(point.y - 36) - 16)
        return mix(value, 50, canvas.coverage(crus))
    }

    private static func ellipsoid(_ point: SIMD3<Float>, _ centre: SIMD3<Float>, _ half: SIMD3<Float>) -> Float {
        (((point - centre) / half).length - 1) * min(half.x, half.y, half.z)
    }
}
