/// A synthetic chest: anatomy and disease that can be cut into CT slices anywhere.
///
/// Everything is a function of seeds and integer hashes in plain IEEE arithmetic: the same phantom gives the same
/// pixels on every machine.
public struct ChestPhantom: Sendable {
    /// The anatomy.
    public let anatomy: ChestAnatomy
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
        anatomy = ChestAnatomy(seed: anatomySeed)
        surfaces = BodySurfaces(anatomy)
        space = LungSpace(anatomy)
        tree = LungTree(anatomy, surfaces: surfaces, space: space)
        vessels = GreatVessels(anatomy)
        disease = LungDisease(
            seed: diseaseSeed, severity: severity, confounderRate: confounderRate, anatomy: anatomy,
            surfaces: surfaces, space: space)
    }

    private init(_ phantom: ChestPhantom, disease: LungDisease) {
        anatomy = phantom.anatomy
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

    /// Cuts one slice.
    ///
    /// - Parameters:
    ///   - noiseSeed: names the noise of this slice: another for each slice and each scan.
    public func slice(_ geometry: SliceGeometry, _ reconstruction: Reconstruction, noiseSeed: UInt64) -> PhantomSlice {
        var painter = ChestPainter(self, geometry)
        painter.paintAll()
        let canvas = painter.canvas
        let pixelArea = geometry.pixelSpacingMillimetres * geometry.pixelSpacingMillimetres
        var lungArea: Float = 0
        var lesionArea: Float = 0
        for index in 0..<canvas.lung.count {
            lungArea += canvas.lung[index]
            if canvas.lesion[index] > 0.3 { lesionArea += canvas.lung[index] }
        }
        let filter = ReconstructionFilter(reconstruction, geometry, noise: CounterHash(seed: noiseSeed))
        return PhantomSlice(
            hounsfield: filter.reconstruct(canvas.hounsfield),
            lungAreaSquareMillimetres: lungArea * pixelArea,
            lesionAreaSquareMillimetres: lesionArea * pixelArea)
    }
}
