import GantryCore

/// One synthetic CT study: who is scanned, with which disease, how, and how the files are written.
///
/// The same value always gives the same pixels and the same UIDs.
public struct PhantomStudy: Sendable, Hashable {
    /// How HU are stored in a pixel.
    public enum Storage: String, Sendable, Hashable {
        /// Two's complement in 16 bits, slope 1, intercept 0; padding -2000 outside the reconstructed circle.
        case signed16
        /// 12 bits unsigned, slope 1, intercept -1024; no padding.
        case unsigned12
    }

    /// How the files of a study are laid out below its folder.
    public enum Layout: String, Sendable, Hashable {
        /// `<patient id>/<study date>/<series number>-<kernel>/<SOP Instance UID>.dcm`
        case byUID
        /// `DICOM/ST000001/SE000001/IM000001`, as scanners burn discs: no extension, shuffled.
        case disc
        /// `<patient id>-<study date>/IMG0001.dcm`: every series in one folder, shuffled.
        case flat
    }

    /// The patient.
    public var patient: PhantomPatient
    /// Names disease, noise and UIDs.
    public var seed: UInt64
    /// Nil for a study without disease.
    public var severity: DiseaseSeverity?
    /// How the disease looks.
    public var pattern = DiseasePattern.sample
    /// What is no disease and easily taken for it.
    public var hardNegatives: [LungFinding] = []
    /// Probability of a nodule, and of a little dependent atelectasis, each, besides.
    public var confounderRate: Float = 0.08
    /// Size of the body: 0.8 thin, 1 average, 1.35 very heavy; nil as the patient's seed has it.
    public var bodySize: Float?
    /// Breathing state: 0 full inspiration, 1 expiration; nil as the patient's seed has it.
    public var expiration: Float?
    /// Counts the scans of one patient with one disease, from 1: another has other noise and UIDs.
    public var scanNumber = 1
    /// (0008,0020), `YYYYMMDD`.
    public var studyDate = "20240115"
    /// (0008,0030), `HHMMSS`.
    public var studyTime = "101500"
    /// Slices from above the lungs to below them.
    public var sliceCount = 40
    /// Rows and columns.
    public var matrix = 256
    /// How thick a slice is; nil for a thin plane that the header calls as thick as slices are apart, 5 mm at most.
    public var thicknessMillimetres: Float?
    /// Width and height of the image; nil for what holds the trunk.
    public var fieldOfViewMillimetres: Float?
    /// How much more than the trunk the image shows where it has no width of its own; negative for less.
    public var beyondTrunkMillimetres: Float = 0
    /// How far the scan is moved against the patient: the middle of the image, and the slices along the couch.
    public var shiftMillimetres = SIMD3<Float>()
    /// What the patient lies on.
    public var couch = Couch.curved
    /// Tilt of the gantry in degrees.
    public var tiltDegrees: Float = 0
    /// Indices of slices that were not sent.
    public var missingSlices: Set<Int> = []
    /// One series for each kernel.
    public var kernels: [Reconstruction.Kernel] = [.soft]
    /// Noise in the middle of the body, HU, for the soft or standard kernel and 3 mm: 9 is a usual dose, 25 a low one.
    public var noiseHU: Float = 9
    /// Whether the headers say of dose, kernel, thickness and window what they say of a usual scan.
    public var hasUsualHeaders = false
    /// Grey levels as a viewer gives them that shows this window, spread over that of the lung; nil for HU.
    public var exportedWindow: GreyWindow?
    /// How pixels are stored.
    public var storage = Storage.unsigned12
    /// Whether each axial series is one Enhanced CT object with a frame a slice, instead of an object a slice.
    public var isEnhanced = false
    /// Whether a localizer series is part of the study.
    public var hasLocalizer = false
    /// Whether a dose report (a secondary capture) is part of the study.
    public var hasDoseReport = false
    /// How the files are encoded.
    public var transferSyntax = TransferSyntax.explicitVRLittleEndian
    /// Index of the slice whose file is cut short in its pixel data.
    public var truncatedSlice: Int?
    /// Whether a text file lies between the images.
    public var hasStrayFile = false
    /// How the files are laid out.
    public var layout = Layout.byUID

    /// A study of a patient with the settings above.
    public init(patient: PhantomPatient, seed: UInt64, severity: DiseaseSeverity?) {
        self.patient = patient
        self.seed = seed
        self.severity = severity
    }

    /// The chest that is scanned: made once and used for all slices.
    public func chest() -> ChestPhantom {
        let anatomy = ChestAnatomy(seed: patient.anatomySeed, bodySize: bodySize, expiration: expiration)
        var chest = ChestPhantom(
            anatomy, diseaseSeed: seed, severity: severity, pattern: pattern, hardNegatives: hardNegatives,
            confounderRate: confounderRate)
        chest.couch = couch
        return chest
    }

    /// Width and height of the image in millimetres.
    public func fieldOfView(_ chest: ChestPhantom) -> Float {
        if let fieldOfViewMillimetres { return fieldOfViewMillimetres }
        let trunk = chest.fieldOfViewMillimetres
        return beyondTrunkMillimetres == 0 ? trunk : clamp(trunk + beyondTrunkMillimetres, 220, 500)
    }

    /// (0018,1152): the dose in mAs that the noise stands for, in steps of 5.
    public var exposureMAs: Int {
        let noise = hasUsualHeaders ? 9 : noiseHU
        return max(Int((105 * 81 / (noise * noise) / 5).rounded()) * 5, 5)
    }

    /// Indices of the slices that were sent, from head to feet.
    public var sentSlices: [Int] { (0..<sliceCount).filter { !missingSlices.contains($0) } }

    /// Distance from one slice to the next along the couch, in millimetres, rounded to a tenth as scanners do.
    public func sliceIntervalMillimetres(_ chest: ChestPhantom) -> Float {
        let range = chest.scanRangeMillimetres
        let interval = (range.upperBound - range.lowerBound) / Float(max(sliceCount - 1, 1))
        return max((interval * 10).rounded() / 10, 0.1)
    }

    /// Where a slice lies; index 0 is nearest to the head.
    public func geometry(_ chest: ChestPhantom, slice index: Int) -> SliceGeometry {
        let range = chest.scanRangeMillimetres
        let middle = (range.upperBound + range.lowerBound) / 2
        let interval = sliceIntervalMillimetres(chest)
        let height = middle + interval * (Float(sliceCount - 1) / 2 - Float(index))
        return SliceGeometry(
            matrix: matrix, fieldOfViewMillimetres: fieldOfView(chest),
            centre: chest.fieldCentre(height: height) + shiftMillimetres, tiltDegrees: tiltDegrees)
    }

    /// Renders one slice. All kernels see the same photons: the noise differs only in its texture.
    public func slice(_ chest: ChestPhantom, index: Int, kernel: Reconstruction.Kernel) -> PhantomSlice {
        let padding: Int16 = storage == .signed16 ? -2000 : -1024
        // as many photons as the slice is thick
        let noiseHU = thicknessMillimetres.map { self.noiseHU * (3 / $0).squareRoot() } ?? self.noiseHU
        let reconstruction = Reconstruction(kernel: kernel, noiseHU: noiseHU, paddingHU: padding)
        var noise = CounterHash(seed: seed).stream("noise", index)
        if scanNumber > 1 { noise = noise.stream("scan", scanNumber) }
        var slice = chest.slice(
            geometry(chest, slice: index), reconstruction, thicknessMillimetres: thicknessMillimetres,
            noiseSeed: noise.seed)
        if let exportedWindow { slice.hounsfield = exportedWindow.exported(slice.hounsfield, except: padding) }
        return slice
    }
}
