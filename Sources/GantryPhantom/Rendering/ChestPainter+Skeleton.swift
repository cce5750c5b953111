extension ChestPainter {
    /// Spine, breastbone, collar bones, shoulder blades and the heads of the arms.
    mutating func paintSkeleton() {
        paintSpine()
        paintSternum()
        paintShoulders()
    }

    // MARK: - Spine

    private mutating func paintSpine() {
        let anatomy = anatomy
        let spine = phantom.space.spine
        let spacing = RibCage.interval * anatomy.lengthScale
        let bone = anatomy.boneScale
        let phase = anatomy.discPhaseMillimetres
        let low = canvas.heights.lowerBound
        let high = canvas.heights.upperBound
        let texture = lungTexture
        paintBackMuscles()

        // bodies and discs
        let box = Box(low: SIMD3(-26, -20, -1000), high: SIMD3(26, 110, 1000))
        canvas.forEachPixel(in: box) { canvas, index, point in
            let level = (point.z + phase) / spacing
            let inLevel = (level - level.rounded(.down)) * spacing
            let towardsDisc = min(inLevel, spacing - inLevel)
            let isDisc = towardsDisc < 2.6
            let waist = 1.6 * smoothstep(2, 11, towardsDisc)
            let x = point.x / (18.5 - waist)
            let y = (point.y - spine.y(point.z)) / (15 - waist)
            // flat behind, where the canal begins
            let flat = (point.y - spine.y(point.z)) - 11.5
            let distance = smoothMaximum(((x * x + y * y).squareRoot() - 1) * 15, flat, 4)
            let share = canvas.coverage(distance)
            if share <= 0 { return }
            if isDisc {
                canvas.cover(index, 82, share)
            } else {
                let inner = clamp(0.5 - (distance + 1.3) / (canvas.edgeMillimetres + 0.6), 0, 1)
                let plate = smoothstep(5, 2.6, towardsDisc)
                let spongy = mix(165 + 45 * texture.value(point), 420, plate)
                canvas.cover(index, mix(620, spongy, inner) * bone, share)
            }
        }

        // arches and processes of each vertebra near the slice
        let firstLevel = Int(((low + phase) / spacing).rounded(.down)) - 1
        let lastLevel = Int(((high + phase) / spacing).rounded(.down)) + 2
        for level in firstLevel...lastLevel {
            let middle = (Float(level) + 0.5) * spacing - phase
            paintArch(SIMD3(0, spine.y(middle), middle))
        }
        paintCanal()
    }

    /// Pedicles, laminae, transverse and spinous processes of one vertebra.
    private mutating func paintArch(_ centre: SIMD3<Float>) {
        let bone = anatomy.boneScale
        var tubes: [Tube] = []
        for side: Float in [-1, 1] {
            tubes.append(Tube(centre + SIMD3(side * 12, 8, 4), centre + SIMD3(side * 13.5, 22, 3), 4.2, 4.6))
            tubes.append(Tube(centre + SIMD3(side * 13.5, 22, 3), centre + SIMD3(side * 34, 31, 6), 5, 4.6))
            tubes.append(Tube(centre + SIMD3(side * 13.5, 24, 1), centre + SIMD3(0, 35, -4), 4, 3.6))
            tubes.append(Tube(centre + SIMD3(side * 13, 26, -4), centre + SIMD3(side * 8, 31, -14), 3.6, 3))
        }
        tubes.append(Tube(centre + SIMD3(0, 34, -4), centre + SIMD3(0, 54, -22), 3.2, 3.6))
        for tube in tubes {
            canvas.paintBone(
                in: tube.box(margin: 0), cortexHU: 640 * bone, marrowHU: 240 * bone, cortexMillimetres: 1.5
            ) { tube.distance($0) }
        }
    }

    /// The spinal canal: fluid around the cord.
    private mutating func paintCanal() {
        let spine = phantom.space.spine
        let box = Box(low: SIMD3(-10, 0, -1000), high: SIMD3(10, 110, 1000))
        canvas.forEachPixel(in: box) { canvas, index, point in
            let y = (point.y - spine.y(point.z) - 21) / 8
            let x = point.x / 9.5
            let reach = (x * x + y * y).squareRoot()
            let share = canvas.coverage((reach - 1) * 8.5)
            if share <= 0 { return }
            canvas.cover(index, reach < 0.5 ? 40 : (reach < 0.86 ? 14 : -30), share)
        }
    }

    /// The long muscles on both sides of the spinous processes, wrapped in thin fat.
    private mutating func paintBackMuscles() {
        let spine = phantom.space.spine
        let texture = lungTexture
        for side: Float in [-1, 1] {
            let box = Box(low: SIMD3(side * 25 - 30, 20, -1000), high: SIMD3(side * 25 + 30, 135, 1000))
            canvas.forEachPixel(in: box) { canvas, index, point in
                let x = (point.x - side * 24) / 21
                let y = (point.y - spine.y(point.z) - 42) / 13.5
                let distance = ((x * x + y * y).squareRoot() - 1) * 15
                if canvas.lung[index] > 0 { return }
                canvas.cover(index, -80, 0.7 * canvas.coverage(abs(distance - 0.6) - 0.5))
                canvas.cover(index, 54 + 12 * texture.value(point), canvas.coverage(distance))
            }
        }
    }

    // MARK: - Breastbone

    private mutating func paintSternum() {
        let length = anatomy.lengthScale
        let cage = phantom.surfaces.cage
        let bone = anatomy.boneScale
        let middle = (canvas.heights.lowerBound + canvas.heights.upperBound) / 2
        let front = -(cage.radius(height: middle, direction: 0.75) + 4)
        // the front of the cage leans: follow it along a tilted slice
        let slope =
            (cage.radius(height: middle - 5, direction: 0.75) - cage.radius(height: middle + 5, direction: 0.75)) / 10
        let box = Box(low: SIMD3(-40, front - 30, -95 * length), high: SIMD3(40, front + 30, 74 * length))
        let curve = HeightCurve([
            (74 * length, 19), (62 * length, 27), (40 * length, 22), (28 * length, 15), (-20 * length, 18),
            (-62 * length, 16), (-95 * length, 5),
        ])
        canvas.paintBone(in: box, cortexHU: 560 * bone, marrowHU: 130 * bone, cortexMillimetres: 1.3) { point in
            let half = curve(point.z)
            let y = point.y - (front + slope * (point.z - middle)) - 0.004 * point.x * point.x
            let x = point.x / half
            let flat = max(abs(point.x) - half, abs(y) - 6)
            let round = ((x * x * x * x + (y / 6.4) * (y / 6.4)).squareRoot() - 1) * 6
            let ends = max(point.z - 73 * length, -94 * length - point.z)
            return max(max(flat, round), ends)
        }
    }

    // MARK: - Shoulders

    private mutating func paintShoulders() {
        let length = anatomy.lengthScale
        let width = anatomy.cageWidthScale
        let depth = anatomy.cageDepthScale
        let bone = anatomy.boneScale
        for side: Float in [-1, 1] {
            paintBlade(side)
            let collarBone = Tube.path([
                SIMD4(side * 17, -64 * depth, 66 * length, 7), SIMD4(side * 55, -66 * depth, 80 * length, 5.5),
                SIMD4(side * 105, -22, 98 * length, 5.5), SIMD4(side * 150, 14, 108 * length, 6.5),
            ])
            let blade = Tube.path([
                SIMD4(side * 66 * width, 98 * depth, 66 * length, 3.5),
                SIMD4(side * 108 * width, 92 * depth, 80 * length, 5),
                SIMD4(side * 150 * width, 60, 100 * length, 7), SIMD4(side * 160 * width, 30, 112 * length, 6),
            ])
            for tube in collarBone + blade {
                canvas.paintBone(
                    in: tube.box(margin: 0), cortexHU: 880 * bone, marrowHU: 260 * bone, cortexMillimetres: 2
                ) { tube.distance($0) }
            }
            let socket = SIMD3(side * 134 * width, 42, 82 * length)
            let head = SIMD3(side * 163 * width, 34, 90 * length)
            canvas.paintBone(
                in: Box(centre: socket, half: SIMD3(repeating: 16)), cortexHU: 760 * bone, marrowHU: 240 * bone,
                cortexMillimetres: 2
            ) { (($0 - socket) / SIMD3(9, 14, 15)).length * 9 - 9 }
            canvas.paintBone(
                in: Box(centre: head, half: SIMD3(repeating: 24)), cortexHU: 800 * bone, marrowHU: 170 * bone,
                cortexMillimetres: 2.2
            ) { ($0 - head).length - 23 }
        }
    }

    /// The flat part of a shoulder blade, a thin shell behind the ribs.
    private mutating func paintBlade(_ side: Float) {
        let length = anatomy.lengthScale
        let bone = anatomy.boneScale
        let surfaces = phantom.surfaces
        let box = Box(
            low: SIMD3(side > 0 ? 30 : -190, 10, -52 * length), high: SIMD3(side > 0 ? 190 : -30, 140, 88 * length))
        guard box.low.z < canvas.heights.upperBound, box.high.z > canvas.heights.lowerBound else { return }
        let middle = (canvas.heights.lowerBound + canvas.heights.upperBound) / 2
        let profile = surfaces.cage.profile(height: middle)
        let slope =
            (surfaces.cage.radius(height: middle + 5, direction: 0.1)
                - surfaces.cage.radius(height: middle - 5, direction: 0.1)) / 10
        canvas.paintBone(in: box, cortexHU: 780 * bone, marrowHU: 380 * bone, cortexMillimetres: 1.4) { point in
            let radius = (point.x * point.x + point.y * point.y).squareRoot()
            let direction = turns(point.y, point.x)
            let fromBack = abs(direction - 0.25)
            let position = direction * Float(RadialSurface.directions)
            let index = min(Int(position), RadialSurface.directions - 1)
            let cage =
                mix(profile[index], profile[index + 1], position - Float(index)) + slope * (point.z - middle)
            let height = clamp((point.z / length + 50) / 130, 0, 1)
            let medial = mix(0.115, 0.085, height)
            let lateral = mix(0.125, 0.21, height)
            let across = clamp((fromBack - medial) / (lateral - medial), 0, 1)
            let thickness = 1.5 + 2.8 * smoothstep(0.75, 1, across) + 0.8 * smoothstep(0.15, 0, across)
            let depth = 19 + 9 * across * height + 4 * across * (1 - across)
            let shell = abs(radius - cage - depth) - thickness
            let ends = max(medial - fromBack, fromBack - lateral) * 600
            return max(max(shell, ends), max(point.z - 86 * length, -50 * length - point.z))
        }
    }
}
