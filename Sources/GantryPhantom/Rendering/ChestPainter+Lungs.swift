extension ChestPainter {
    /// Opacities in the lungs' parenchyma; vessels are painted over them afterwards and so stay visible.
    mutating func paintDisease() {
        for opacity in phantom.disease.opacities {
            let field = LungOpacityField(opacity, anatomy)
            let isHole = opacity.kind == .emphysema
            let isGlass = opacity.kind == .groundGlass
            let isDisease = opacity.kind.isDisease
            let kind = opacity.kind.index
            canvas.forEachPixel(in: opacity.box) { canvas, index, point in
                let lung = canvas.lung[index]
                if lung <= 0 { return }
                let strength = field.strength(point)
                if strength <= 0.01 { return }
                // never thinner than the lung that is there, but for holes
                let present = canvas.hounsfield[index]
                var target = isHole ? min(opacity.hounsfield, present) : max(opacity.hounsfield, present)
                if isGlass { target += 70 * lungTexture.value(point) }
                if opacity.net > 0 && isGlass { target += 160 * field.net(point) }
                canvas.hounsfield[index] = mix(present, target, strength * lung)
                if isDisease { canvas.lesion[index] = max(canvas.lesion[index], strength) }
                if strength > LungOpacity.leastStrength { canvas.count(index, kind, share: lung) }
            }
        }
    }

    /// Fluid beside the lungs: it takes their place and compresses what is in front of it.
    mutating func paintEffusions() {
        for effusion in phantom.disease.effusions {
            let surfaces = phantom.surfaces
            let kind = LungFinding.effusion.index
            let thickness = PleuralEffusion.compressedMillimetres
            canvas.forEachPixel(in: effusion.box(anatomy)) { canvas, index, point in
                let lung = canvas.lung[index]
                if lung <= 0 { return }
                let distance = effusion.distance(point, surfaces)
                if distance > thickness { return }
                let present = canvas.hounsfield[index]
                let compressed = mix(present, max(present, 30), 0.8 * smoothstep(thickness, 2, distance) * lung)
                canvas.hounsfield[index] = compressed
                let share = canvas.coverage(distance)
                if share <= 0 { return }
                canvas.count(index, kind, share: share * lung)
                canvas.hounsfield[index] = mix(compressed, PleuralEffusion.fluidHU, share * lung)
                canvas.lung[index] = lung * (1 - share)
                canvas.lesion[index] *= 1 - share
            }
        }
    }

    /// Vessels and airways of the lungs, only where there is lung.
    mutating func paintLungTree() {
        let vesselHU = mix(anatomy.bloodHU, 40, 0.35)
        let halfThickness = halfThickness
        for tube in phantom.tree.vessels {
            // a vessel thinner than the slice fills only part of it
            let part = clamp((2 * tube.startRadius + 0.3) / (2 * halfThickness), 0.2, 1)
            canvas.forEachPixel(in: tube.box(margin: halfThickness)) { canvas, index, point in
                let lung = canvas.lung[index]
                if lung <= 0 { return }
                let distance = tube.distance(point, halfThickness: halfThickness)
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
        let aside = (abs(point.x) - 60) / 60
        let oblique = aboveOblique(point, anatomy)
        var distance = abs(oblique) * 0.62
        if point.x < 0 {
            let horizontal = abs(point.z + 28 * length + 0.12 * (point.y + 20) - 6 * aside)
            if point.y < 5 { distance = min(distance, horizontal * 0.9) }
        }
        return smoothstep(canvas.edgeMillimetres * 0.9, 0, distance)
    }

    /// Height above the oblique fissure, which runs from high behind to low in front, in millimetres.
    @inline(__always)
    static func aboveOblique(_ point: SIMD3<Float>, _ anatomy: ChestAnatomy) -> Float {
        let aside = (abs(point.x) - 60) / 60
        return point.z - anatomy.lengthScale * (-22 + 1.25 * (point.y - 18)) + 14 * aside * aside
    }
}
