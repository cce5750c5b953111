/// What is wrong with a pair of lungs, drawn from a seed of its own: the same chest can be made healthy or ill.
public struct LungDisease: Sendable, Hashable {
    /// Nil for a study without disease (which may have confounders).
    public let severity: DiseaseSeverity?
    let opacities: [LungOpacity]
    let effusions: [PleuralEffusion]
    /// How the patient moved.
    let motions: [PatientMotion]

    /// The number of opacities that count as disease.
    public var lesionCount: Int { opacities.count(where: \.kind.isDisease) }

    /// What there is that is no disease.
    public var hardNegatives: [LungFinding] {
        LungFinding.hardNegatives.filter { kind in
            opacities.contains { $0.kind == kind } || motions.contains { $0.kind == kind }
                || (kind == .effusion && !effusions.isEmpty)
        }
    }

    /// Lungs without disease and without confounders.
    public static let none = LungDisease(severity: nil, opacities: [])

    private init(
        severity: DiseaseSeverity?, opacities: [LungOpacity], effusions: [PleuralEffusion] = [],
        motions: [PatientMotion] = []
    ) {
        self.severity = severity
        self.opacities = opacities
        self.effusions = effusions
        self.motions = motions
    }

    /// Draws the disease of one study.
    ///
    /// - Parameters:
    ///   - severity: nil for a study without disease.
    ///   - pattern: how the disease looks where there is some.
    ///   - hardNegatives: what else there is; kinds of disease among them count for nothing.
    ///   - confounderRate: probability that a nodule, and that a little dependent atelectasis, is drawn besides.
    init(
        seed: UInt64, severity: DiseaseSeverity?, pattern: DiseasePattern = .sample,
        hardNegatives: [LungFinding] = [], confounderRate: Float, anatomy: ChestAnatomy, surfaces: BodySurfaces,
        space: LungSpace
    ) {
        let hash = CounterHash(seed: seed)
        // a stream for each, so that none changes another
        func placement(_ stream: CounterHash) -> OpacityPlacement {
            OpacityPlacement(draw: DeviateSequence(stream), anatomy: anatomy, surfaces: surfaces, space: space)
        }
        var opacities: [LungOpacity] = []
        var effusions: [PleuralEffusion] = []
        var motions: [PatientMotion] = []
        for kind in LungFinding.hardNegatives where hardNegatives.contains(kind) {
            var placement = placement(hash.stream("hard negative", kind.index))
            switch kind {
            case .emphysema: opacities += placement.emphysema()
            case .atelectasis: opacities += placement.dependentAtelectasis()
            case .nodule: opacities += placement.nodules()
            case .effusion: effusions = placement.effusions()
            case .motion: motions.append(placement.motion())
            case .diaphragm: motions.append(placement.movingDiaphragm())
            case .groundGlass, .consolidation: break
            }
        }
        var placement = placement(hash.stream("disease"))
        if let severity { opacities += placement.opacities(pattern, severity) }
        if placement.draw.chance(confounderRate) { opacities += placement.nodule() }
        if placement.draw.chance(confounderRate) { opacities += placement.atelectasis() }
        self.init(severity: severity, opacities: opacities, effusions: effusions, motions: motions)
    }
}
