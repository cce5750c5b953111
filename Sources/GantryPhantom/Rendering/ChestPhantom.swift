/// A synthetic chest: anatomy and disease that can be cut into CT slices anywhere.
///
/// Everything is a function of seeds and integer hashes in plain IEEE arithmetic: the same phantom gives the same
/// pixels on every machine.
public struct ChestPhantom: Sendable {
    /// The anatomy.
    public let anatomy: ChestAnatomy
    /// What the patient lies on.
    public var couch = Couch.curved
    /// The disease and confounders.
    public let disease: LungDisease

    let surfaces: BodySurfaces
    let space: LungSpace
    let tree: LungTree
    let vessels: GreatVessels

    /// A chest of a seed.
    ///
    /// - Parameters:
    ///   - anatomySeed: names the patient: the same in every study of a patient.
    ///   - diseaseSeed: names the opacities and confounders of one study.
    ///   - severity: nil for a chest without disease.
    ///   - confounderRate: probability of a nodule, and of dependent atelectasis, each.
    public init(anatomySeed: UInt64, diseaseSeed: UInt64, severity: DiseaseSeverity?, confounderRate: Float = 0.08) {
        self.init(
            ChestAnatomy(seed: anatomySeed), diseaseSeed: diseaseSeed, severity: severity,
            confounderRate: confounderRate)
    }

    /// A chest of an anatomy with disease drawn from a seed, and what is easily taken for it.
    init(
        _ anatomy: ChestAnatomy, diseaseSeed: UInt64, severity: DiseaseSeverity?, pattern: DiseasePattern = .sample,
        hardNegatives: [LungFinding] = [], confounderRate: Float
    ) {
        self.init(anatomy) { anatomy, surfaces, space in
            LungDisease(
                seed: diseaseSeed, severity: severity, pattern: pattern, hardNegatives: hardNegatives,
                confounderRate: confounderRate, anatomy: anatomy, surfaces: surfaces, space: space)
        }
    }

    private init(
        _ anatomy: ChestAnatomy, disease: (ChestAnatomy, BodySurfaces, LungSpace) -> LungDisease
    ) {
        self.anatomy = anatomy
        surfaces = BodySurfaces(anatomy)
        space = LungSpace(anatomy)
        tree = LungTree(anatomy, surfaces: surfaces, space: space)
        vessels = GreatVessels(anatomy)
        self.disease = disease(anatomy, surfaces, space)
    }

    private init(_ phantom: ChestPhantom, disease: LungDisease) {
        anatomy = phantom.anatomy
        couch = phantom.couch
        surfaces = phantom.surfaces
        space = phantom.space
        tree = phantom.tree
        vessels = phantom.vessels
        self.disease = disease
    }

    /// The same chest with other disease: a follow-up study, or ``LungDisease/none``.
    public func with(disease: LungDisease) -> ChestPhantom {
        ChestPhantom(self, disease: disease)
    }

    /// The same chest with disease drawn from another seed.
    public func with(diseaseSeed: UInt64, severity: DiseaseSeverity?, confounderRate: Float = 0.08) -> ChestPhantom {
        ChestPhantom(
            self,
            disease: LungDisease(
                seed: diseaseSeed, severity: severity, confounderRate: confounderRate, anatomy: anatomy,
                surfaces: surfaces, space: space))
    }

    /// A field of view that holds the trunk below the shoulders, in millimetres, in steps of 10.
    public var fieldOfViewMillimetres: Float {
        let widest = surfaces.skin.radius(height: -60, direction: 0)
        let wanted = 2 * widest + 34
        return clamp((wanted / 10).rounded() * 10, 320, 480)
    }

    /// The middle of the field of view at a height: a little behind the middle of the rib cage.
    public func fieldCentre(height: Float) -> SIMD3<Float> {
        SIMD3(anatomy.offCentreMillimetres.x, 12 + anatomy.offCentreMillimetres.y, height)
    }

    /// The heights a scanner would cover, in millimetres: from above the lungs to below them.
    public var scanRangeMillimetres: ClosedRange<Float> {
        (anatomy.lungBaseMillimetres - 8)...(anatomy.lungApexMillimetres + 12)
    }

    /// The volume of the lungs and of what is in them.
    public func volumes() -> LungVolumes { LungVolumes(self) }

    /// Cuts one slice.
    ///
    /// - Parameters:
    ///   - thicknessMillimetres: the slice is the mean of planes through it; nil for one plane.
    ///   - noiseSeed: names the noise of this slice: another for each slice and each scan.
    public func slice(
        _ geometry: SliceGeometry, _ reconstruction: Reconstruction, thicknessMillimetres: Float? = nil,
        noiseSeed: UInt64
    ) -> PhantomSlice {
        let height = geometry.position(row: geometry.matrix / 2, column: 0).z
        var planes = thicknessMillimetres.map(SlicePlane.through) ?? [.single]
        for motion in disease.motions where motion.heights.contains(height) { planes = motion.planes(planes) }
        let tissue = MeanTissue(self, geometry, planes)
        let filter = ReconstructionFilter(reconstruction, geometry, noise: CounterHash(seed: noiseSeed))
        let area = geometry.pixelSpacingMillimetres * geometry.pixelSpacingMillimetres
        let moved = disease.motions.filter { $0.heights.contains(height) }.map(\.kind)
        let areas = LungFinding.withVolume.map { ($0, tissue.areas[$0.index] * area) }.filter { $0.1 > 0 }
        return PhantomSlice(
            hounsfield: filter.reconstruct(tissue.hounsfield),
            lungAreaSquareMillimetres: tissue.lungPixels * area,
            lesionAreaSquareMillimetres: tissue.lesionPixels * area,
            kinds: areas.filter { $0.1 >= PhantomSlice.leastAreaSquareMillimetres }.map(\.0) + moved,
            areasSquareMillimetres: Dictionary(uniqueKeysWithValues: areas))
    }
}

/// What is painted in the planes of a slice, mixed by their weights.
private struct MeanTissue {
    /// **Shape**: `[rows, columns]`. HU.
    var hounsfield: [Float]
    /// Pixels of lung, and of diseased lung.
    var lungPixels: Float = 0
    var lesionPixels: Float = 0
    /// Pixels of each ``LungFinding``, by its index.
    var areas = [Float](repeating: 0, count: LungFinding.allCases.count)

    init(_ chest: ChestPhantom, _ geometry: SliceGeometry, _ planes: [SlicePlane]) {
        hounsfield = []
        for plane in planes {
            var painter = ChestPainter(chest, geometry, couch: chest.couch, plane: plane)
            painter.paintAll()
            add(painter.canvas, weight: plane.weight)
        }
    }

    private mutating func add(_ canvas: SliceCanvas, weight: Float) {
        var lung: Float = 0
        var lesion: Float = 0
        for index in 0..<canvas.lung.count {
            lung += canvas.lung[index]
            if canvas.lesion[index] > LungOpacity.leastStrength { lesion += canvas.lung[index] }
        }
        lungPixels += lung * weight
        lesionPixels += lesion * weight
        for index in areas.indices { areas[index] += canvas.areas[index] * weight }
        if weight == 1 {
            hounsfield = canvas.hounsfield
        } else if hounsfield.isEmpty {
            hounsfield = canvas.hounsfield.map { $0 * weight }
        } else {
            for index in hounsfield.indices { hounsfield[index] += canvas.hounsfield[index] * weight }
        }
    }
}
