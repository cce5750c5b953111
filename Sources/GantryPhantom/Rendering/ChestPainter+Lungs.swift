extension ChestPainter {
    /// Opacities in the lungs' parenchyma; vessels are painted over them afterwards and so stay visible.
    mutating func paintDisease() {
        for opacity in phantom.disease.opacities {
            let field = LungOpacityField(opacity)
            canvas.forEachPixel(in: opacity.box) { canvas, index, point in
                let lung = canvas.lung[index]
                if lung <= 0 { return }
                let strength = field.strength(point)
                if strength <= 0.01 { return }
                // never thinner than the lung that is there
                let target = max(opacity.hounsfield, canvas.hounsfield[index])
                let mottled = target + (opacity.kind == .groundGlass ? 70 * lungTexture.value(point) : 0)
                canvas.hounsfield[index] = mix(canvas.hounsfield[index], mottled, strength * lung)
                if opacity.isDisease { canvas.lesion[index] = max(canvas.lesion[index], strength) }
            }
        }
    }

    /// A slice is thicker than the small vessels: each is seen within this distance of its middle, in millimetres.
    private static let vesselHalfThickness: Float = 1.5

    /// Vessels and airways of the lungs, only where there is lung.
    mutating func paintLungTree() {
        let vesselHU = mix(anatomy.bloodHU, 40, 0.35)
        for tube in phantom.tree.vessels {
            // a vessel thinner than the slice fills only part of it
            let part = clamp((2 * tube.startRadius + 0.3) / (2 * Self.vesselHalfThickness), 0.2, 1)
            canvas.forEachPixel(in: tube.box(margin: Self.vesselHalfThickness)) { canvas, index, point in
                let lung = canvas.lung[index]
                if lung <= 0 { return }
                let distance = tube.distance(point, halfThickness: Self.vesselHalfThickness)
                let share = canvas.coverage(distance) * lung * part
                if share > 0 {
                    canvas.hounsfield[index] = mix(
                        canvas.hounsfield[index], max(vesselHU, canvas.hounsfield[index]), share)
                }
            }
        }
        for tube in phantom.tree.airways {
            let wall = tube.widened(by: 0.9)
            canvas.forEachPixel(in: wall.box(margin: 0)) { canvas, index, point in
                let lung = canvas.lung[index]
                if lung <= 0 { return }
                let distance = tube.distance(point)
                let wallShare = canvas.coverage(distance - 0.9) * lung * 0.8
                if wallShare > 0 {
                    let wallHU = max(-150, canvas.hounsfield[index])
                    canvas.hounsfield[index] = mix(canvas.hounsfield[index], wallHU, wallShare)
                    canvas.hounsfield[index] = mix(canvas.hounsfield[index], -960, canvas.coverage(distance) * lung)
                }
            }
        }
    }
}

/// The fissures between the lobes: sheets thinner than a slice, seen as faint lines.
enum Fissures {
    /// Share of a pixel that a fissure fills.
    @inline(__always)
    static func share(_ point: SIMD3<Float>, _ anatomy: ChestAnatomy, _ canvas: SliceCanvas) -> Float {
        let length = anatomy.lengthScale
        // oblique: from high behind to low in front
        let aside = (abs(point.x) - 60) / 60
        let oblique = point.z - length * (-22 + 1.25 * (point.y - 18)) + 14 * aside * aside
        var distance = abs(oblique) * 0.62
        if point.x < 0 {
            let horizontal = abs(point.z + 28 * length + 0.12 * (point.y + 20) - 6 * aside)
            if point.y < 5 { distance = min(distance, horizontal * 0.9) }
        }
        return smoothstep(canvas.edgeMillimetres * 0.9, 0, distance)
    }
}
