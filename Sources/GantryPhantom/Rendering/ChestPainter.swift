/// Paints one slice of a chest, from the outside in.
struct ChestPainter {
    let phantom: ChestPhantom
    /// A slice is thicker than the small vessels: each is seen within this distance of its middle, in millimetres.
    let halfThickness: Float
    let couch: Couch
    /// How far the patient has moved against the couch.
    private let offset: SIMD3<Float>
    var canvas: SliceCanvas

    var anatomy: ChestAnatomy { phantom.anatomy }

    fileprivate let muscleTexture: LatticeNoise
    fileprivate let organTexture: LatticeNoise
    fileprivate let mediastinalTexture: LatticeNoise
    let lungTexture: LatticeNoise

    init(_ phantom: ChestPhantom, _ geometry: SliceGeometry, couch: Couch = .curved, plane: SlicePlane = .single) {
        self.phantom = phantom
        self.couch = couch
        halfThickness = plane.halfThickness
        offset = plane.offset
        canvas = SliceCanvas(geometry.moved(by: plane.offset))
        let hash = CounterHash(seed: phantom.anatomy.seed)
        muscleTexture = LatticeNoise(hash.stream("muscle"), sizeMillimetres: 17)
        organTexture = LatticeNoise(hash.stream("organ"), sizeMillimetres: 7)
        mediastinalTexture = LatticeNoise(hash.stream("fat"), sizeMillimetres: 6)
        lungTexture = LatticeNoise(hash.stream("parenchyma"), sizeMillimetres: 3.2)
    }

    /// Paints everything, later tissue over earlier.
    mutating func paintAll() {
        paintCouch()
        paintTrunk()
        paintDisease()
        paintLungTree()
        paintEffusions()
        paintMediastinum()
        paintSkeleton()
    }

    // MARK: - Couch

    /// A couch top of carbon fibre over foam, below the patient.
    private mutating func paintCouch() {
        let back = phantom.surfaces.skin.radius(height: -60, direction: 0.25)
        let top = back + 5
        let box = Box(low: SIMD3(-290, back - 60, -1000), high: SIMD3(290, back + 95, 1000))
        let offset = offset
        let half = couch.halfWidthMillimetres
        let radius = couch.radiusMillimetres
        canvas.forEachPixel(in: box) { canvas, index, moved in
            let point = moved - offset
            let rise = point.x * point.x / radius
            let edge = abs(point.x) - half
            let mattress = max(abs(point.y - (top + 8 - rise)) - 7, edge)
            let plate = max(abs(point.y - (top + 19 - rise)) - 1.4, edge)
            let lower = max(abs(point.y - (top + 50 - rise * 1.6)) - 1.2, edge)
            let core = max(max(top + 19 - rise - point.y, point.y - (top + 50 - rise * 1.6)), edge)
            var value = canvas.hounsfield[index]
            value = mix(value, -955, canvas.coverage(mattress))
            value = mix(value, -930, canvas.coverage(core))
            value = mix(value, -120, canvas.coverage(plate))
            value = mix(value, -420, canvas.coverage(lower))
            canvas.hounsfield[index] = value
        }
    }

    // MARK: - Trunk

    /// Skin, fat, muscle, ribs, the organs below the diaphragm and the lungs' parenchyma.
    private mutating func paintTrunk() {
        let geometry = canvas.geometry
        let matrix = geometry.matrix
        let tilted = geometry.columnDirection.z != 0
        var profiles = TrunkProfiles(phantom, height: geometry.imagePosition.z)
        for row in 0..<matrix {
            var point = geometry.position(row: row, column: 0)
            if tilted { profiles = TrunkProfiles(phantom, height: point.z) }
            let textures = TextureRow(self, from: point)
            for column in 0..<matrix {
                paintTrunkPixel(row * matrix + column, point, profiles, textures)
                point.x += geometry.pixelSpacingMillimetres
            }
        }
    }

    @inline(__always)
    private mutating func paintTrunkPixel(
        _ index: Int, _ point: SIMD3<Float>, _ profiles: TrunkProfiles, _ textures: borrowing TextureRow
    ) {
        let radius = (point.x * point.x + point.y * point.y).squareRoot()
        if radius > profiles.widest + 16 { return }
        let direction = turns(point.y, point.x)
        let outsideSkin = radius - profiles.skin(direction)
        if outsideSkin > canvas.edgeMillimetres {
            if outsideSkin < 16 && direction > 0.5 { paintBlanket(index, textures.muscle.value(point.x), outsideSkin) }
            return
        }
        var value = mix(canvas.hounsfield[index], 15, canvas.coverage(outsideSkin))
        let fat = ChestAnatomy.fatHU + 10 * textures.mediastinal.value(point.x)
        value = mix(value, fat, canvas.coverage(outsideSkin + BodySurfaces.skinMillimetres))
        if anatomy.isFemale && direction > 0.5 {
            value = mix(value, 15, glandular(point, direction, outsideSkin, textures))
        }
        let outsideMuscle = radius - profiles.muscle(direction)
        let muscleShare = canvas.coverage(outsideMuscle)
        if muscleShare > 0 {
            let outsideCage = radius - profiles.cage(direction)
            value = mix(value, chestWall(point, direction, outsideCage, textures), muscleShare)
            if outsideCage < 14 {
                value = RibCage.paint(
                    over: value, point, direction: direction, outsideCage: outsideCage, anatomy, canvas)
            }
            let inside = canvas.coverage(outsideCage)
            if inside > 0 {
                let hollow = cavity(point, outsideCage, textures)
                value = mix(value, hollow.hounsfield, inside)
                canvas.lung[index] = hollow.lung * inside
            }
        }
        canvas.hounsfield[index] = value
    }

    /// A thin blanket some millimetres in front of the skin.
    @inline(__always)
    private mutating func paintBlanket(_ index: Int, _ texture: Float, _ outsideSkin: Float) {
        let offset = 7 + 5 * texture
        let share = canvas.coverage(abs(outsideSkin - offset) - 0.3)
        canvas.hounsfield[index] = mix(canvas.hounsfield[index], -890, share)
    }

    /// Share of glandular tissue in the breast.
    @inline(__always)
    private func glandular(
        _ point: SIMD3<Float>, _ direction: Float, _ outsideSkin: Float, _ textures: borrowing TextureRow
    ) -> Float {
        let breast = BodySurfaces.breast(point.z / anatomy.lengthScale, direction)
        if breast < 0.25 { return 0 }
        let depth = smoothstep(-5, -12, outsideSkin)
        return depth * smoothstep(0.25, 0.8, breast) * smoothstep(-0.1, 0.25, textures.muscle.value(point.x)) * 0.8
    }

    /// Muscle with the fat planes between its layers.
    @inline(__always)
    private func chestWall(
        _ point: SIMD3<Float>, _ direction: Float, _ outsideCage: Float, _ textures: borrowing TextureRow
    ) -> Float {
        var value = ChestAnatomy.muscleHU + 6 * textures.organ.value(point.x)
        if outsideCage < 11 { return value - 25 * smoothstep(3, 0, outsideCage) }
        // muscles lie in layers along the ribs, parted by thin fat
        let wave = textures.coarseMuscle.value(point.x)
        let muscle = textures.muscle.value(point.x)
        let layer = (outsideCage - 1 + 12 * wave) / 19
        let plane = abs(layer - layer.rounded()) * 19
        let parting = smoothstep(1.7, 0.5, plane) * smoothstep(-0.05, 0.35, muscle)
        value = mix(value, ChestAnatomy.fatHU + 10, parting * 0.8)
        // the armpit is filled with fat
        let length = anatomy.lengthScale
        let x = (abs(point.x) - 132 * anatomy.cageWidthScale) / 30
        let y = (point.y - 2) / 34
        let z = (point.z - 42 * length) / 34
        let armpit = smoothstep(1.15, 0.8, x * x + y * y + z * z + 0.5 * muscle)
        value = mix(value, ChestAnatomy.fatHU, armpit * smoothstep(11, 15, outsideCage))
        return value
    }

    /// Inside the rib cage: lung, mediastinal fat, or the upper abdomen.
    @inline(__always)
    private func cavity(
        _ point: SIMD3<Float>, _ outsideCage: Float, _ textures: borrowing TextureRow
    ) -> (hounsfield: Float, lung: Float) {
        let lungDistance = phantom.space.distance(point, outsideCage: outsideCage)
        let lungShare = canvas.coverage(lungDistance)
        var value: Float = 0
        if lungShare < 1 {
            let texture = textures.mediastinal.value(point.x)
            let above = phantom.space.aboveDiaphragm(point)
            value = -92 + 16 * texture + 50 * smoothstep(0.45, 0.8, texture)
            if point.z > 30 {
                // muscles of the neck and the inlet
                value = mix(
                    value, 48,
                    smoothstep(45, 80, point.z) * smoothstep(-0.45, 0.1, textures.fineMuscle.value(point.x)))
            }
            if outsideCage > -3 { value = mix(value, 45, canvas.coverage(-outsideCage - 2)) }
            if above < 6 {
                let belly = Abdomen.density(
                    point, below: -above, outsideCage: outsideCage, anatomy, texture: textures.organ.value(point.x),
                    canvas)
                value = mix(value, belly, canvas.coverage(above))
                value = mix(value, 50, canvas.coverage(abs(above) - 1.3))
            }
        }
        if lungShare > 0 {
            var parenchyma = anatomy.lungHU + anatomy.lungGradientHUPerMillimetre * point.y
            parenchyma += 22 * textures.lung.value(point.x) + 60 * Fissures.share(point, anatomy, canvas)
            value = mix(value, parenchyma, lungShare)
        }
        return (value, lungShare)
    }
}

/// The textures of the trunk along one row of pixels.
private struct TextureRow: ~Copyable {
    let muscle: LatticeRow
    let coarseMuscle: LatticeRow
    let fineMuscle: LatticeRow
    let organ: LatticeRow
    let mediastinal: LatticeRow
    let lung: LatticeRow

    init(_ painter: borrowing ChestPainter, from start: SIMD3<Float>) {
        let length = painter.canvas.geometry.pixelSpacingMillimetres * Float(painter.canvas.geometry.matrix)
        func row(_ noise: LatticeNoise, _ stretch: Float = 1) -> LatticeRow {
            LatticeRow(noise, from: start, lengthMillimetres: length, stretch: stretch)
        }
        muscle = row(painter.muscleTexture)
        coarseMuscle = row(painter.muscleTexture, 0.45)
        fineMuscle = row(painter.muscleTexture, 1.5)
        organ = row(painter.organTexture)
        mediastinal = row(painter.mediastinalTexture)
        lung = row(painter.lungTexture)
    }
}

/// The radii of the trunk's surfaces at one height.
private struct TrunkProfiles {
    private let skinProfile: [Float]
    private let muscleProfile: [Float]
    private let cageProfile: [Float]
    let widest: Float

    init(_ phantom: ChestPhantom, height: Float) {
        skinProfile = phantom.surfaces.skin.profile(height: height)
        muscleProfile = phantom.surfaces.muscle.profile(height: height)
        cageProfile = phantom.surfaces.cage.profile(height: height)
        widest = skinProfile.max() ?? 0
    }

    @inline(__always)
    func skin(_ direction: Float) -> Float { RadialSurface.radius(direction, in: skinProfile) }

    @inline(__always)
    func muscle(_ direction: Float) -> Float { RadialSurface.radius(direction, in: muscleProfile) }

    @inline(__always)
    func cage(_ direction: Float) -> Float { RadialSurface.radius(direction, in: cageProfile) }
}
