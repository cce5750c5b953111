/// What varies from study to study of a cohort: each of eight variations is drawn, or held at one value.
///
/// Each is drawn from a stream of its own, whatever the others are: one that is held changes no other, and none depends
/// on whether the study is positive, so that nothing but disease tells the two apart.
public struct PhantomMixture: Sendable, Hashable {
    /// Noise for 3 mm and the standard kernel in HU, of the dose: 6 to 30.
    public var noiseHU: Float?
    /// The kernel.
    public var kernel: Reconstruction.Kernel?
    /// Thickness of the slices: 1 to 5 mm.
    public var thicknessMillimetres: Float?
    /// How much the image shows, and what the patient lies on.
    public var fieldOfView: FieldOfView?
    /// Breathing state: 0 full inspiration to 1 expiration.
    public var expiration: Float?
    /// Size of the body: 0.8 thin to 1.35 very heavy.
    public var bodySize: Float?
    /// How disease looks.
    public var pattern: DiseasePattern?
    /// What is no disease, in each study, positive or not.
    public var hardNegatives: [LungFinding]?

    /// How much an image shows.
    public struct FieldOfView: Sendable, Hashable {
        /// Against what holds the trunk of this patient; ignored where `millimetres` are given.
        public var beyondTrunkMillimetres: Float = 0
        /// Width and height; nil for what holds the trunk.
        public var millimetres: Float?
        /// What the patient lies on.
        public var couch = Couch.curved

        /// What holds the trunk, on a curved couch.
        public init() {}
    }

    /// All eight are drawn.
    public static let all = PhantomMixture()

    /// None is: each has a middling value, and no chest has anything but disease.
    public static let fixed = PhantomMixture(
        noiseHU: 9, kernel: .standard, thicknessMillimetres: 3, fieldOfView: FieldOfView(), expiration: 0.15,
        bodySize: 1, pattern: DiseasePattern(stage: .progressive, place: .peripheral), hardNegatives: [])
}

extension PhantomMixture {
    /// Sets how a study is scanned and what is in it, but for what depends on its place in the cohort.
    ///
    /// - Parameters:
    ///   - hash: the cohort's.
    ///   - index: of the patient in the cohort.
    func apply(to study: inout PhantomStudy, _ hash: CounterHash, index: Int) {
        func stream(_ label: StaticString) -> DeviateSequence { DeviateSequence(hash.stream(label, index)) }
        let scan = study.scanNumber == 1 ? hash : hash.stream("scan", study.scanNumber)
        func scanStream(_ label: StaticString) -> DeviateSequence { DeviateSequence(scan.stream(label, index)) }

        study.confounderRate = 0
        study.noiseHU = noiseHU ?? Self.drawNoise(scanStream("noise"))
        study.thicknessMillimetres = thicknessMillimetres ?? Self.drawThickness(scanStream("thickness"))
        let view = fieldOfView ?? Self.drawFieldOfView(scanStream("field of view"))
        study.couch = view.couch
        study.expiration = expiration ?? Self.drawExpiration(stream("breathing"))
        study.bodySize = bodySize ?? Self.drawBodySize(stream("body size"))
        study.pattern = pattern ?? Self.drawPattern(stream("pattern"))
        study.hardNegatives = hardNegatives ?? Self.drawHardNegatives(stream("hard negatives"), study, index: index)
        study.fieldOfViewMillimetres = view.millimetres
        study.beyondTrunkMillimetres = view.beyondTrunkMillimetres
        let kernel = kernel ?? Self.drawKernel(hash, index: index, scan: study.scanNumber)
        study.kernels = [kernel]
    }

    private static func drawNoise(_ sequence: DeviateSequence) -> Float {
        var draw = sequence
        return draw.chance(0.33) ? draw.uniform(15...28) : draw.uniform(6...13)
    }

    private static func drawThickness(_ sequence: DeviateSequence) -> Float {
        var draw = sequence
        let usual: [Float] = [1, 1.25, 1.5, 2, 2.5, 3, 3, 4, 5, 5]
        return usual[draw.integer(0...(usual.count - 1))]
    }

    private static func drawFieldOfView(_ sequence: DeviateSequence) -> FieldOfView {
        var draw = sequence
        var view = FieldOfView()
        // some images show the lungs alone, some a good deal of the room
        if draw.chance(0.2) {
            view.beyondTrunkMillimetres = draw.uniform(-70 ... -20)
        } else {
            view.beyondTrunkMillimetres = draw.chance(0.3) ? draw.uniform(40...130) : draw.uniform(-10...35)
        }
        view.couch = draw.chance(0.55) ? .curved : draw.chance(0.5) ? .flat : .narrow
        return view
    }

    private static func drawExpiration(_ sequence: DeviateSequence) -> Float {
        var draw = sequence
        return draw.chance(0.25) ? draw.uniform(0.4...1) : draw.uniform(0...0.35)
    }

    private static func drawBodySize(_ sequence: DeviateSequence) -> Float {
        var draw = sequence
        return draw.chance(0.2) ? draw.uniform(1.12...1.35) : clamp(draw.normal(0.99, 0.09), 0.8, 1.2)
    }

    private static func drawPattern(_ sequence: DeviateSequence) -> DiseasePattern {
        var draw = sequence
        let stages = DiseasePattern.Stage.drawn
        let stage = stages[draw.integer(0...(stages.count - 1))]
        return DiseasePattern(
            stage: stage, place: draw.chance(0.55) ? .peripheral : draw.chance(0.5) ? .central : .lobar)
    }

    /// Every second negative study has one by turns and perhaps more; of the others, positive or not, a third has one.
    private static func drawHardNegatives(
        _ sequence: DeviateSequence, _ study: PhantomStudy, index: Int
    ) -> [LungFinding] {
        var draw = sequence
        let kinds = LungFinding.hardNegatives
        var found: [LungFinding] = []
        if study.severity == nil && index % 4 == 3 {
            found.append(kinds[index / 4 % kinds.count])
            if draw.chance(0.4) { found.append(kinds[draw.integer(0...(kinds.count - 1))]) }
        } else if draw.chance(0.33) {
            found.append(kinds[draw.integer(0...(kinds.count - 1))])
        }
        return kinds.filter(found.contains)
    }

    /// Another for each scan of a patient.
    private static func drawKernel(_ hash: CounterHash, index: Int, scan: Int) -> Reconstruction.Kernel {
        var draw = DeviateSequence(hash.stream("kernel", index))
        let kernels = Reconstruction.Kernel.ofCohorts
        return kernels[(draw.integer(0...(kernels.count - 1)) + scan - 1) % kernels.count]
    }
}
