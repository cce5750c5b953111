import GantryCore

/// A reader of studies that are made up: each of a patient of its own, four slices of 8 x 8.
struct MadeStudies: StudyReader {
    /// Slices of a study, a file each.
    static let slices = 4

    /// Paths of the files of a study.
    static func files(of study: Int) -> [String] { (0..<slices).map { "\(study)/\($0).dcm" } }

    func scan(root: String, files: [String], control: (Int) -> ReadControl) throws(ReaderFault) -> ScanResult? {
        guard control(files.count) == .proceed else { return nil }
        return ScanResult(instances: files.compactMap(Self.instance), outcomes: [])
    }

    func contentDigest(
        root: String, slices: [SliceSource], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> String? {
        control(slices.count) == .proceed ? slices.map(\.sopInstanceUID.value).sorted().joined(separator: ",") : nil
    }

    func pixelDigests(
        root: String, files: [String], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> [String?]? {
        control(files.count) == .proceed ? files : nil
    }

    func read(
        root: String, slices: [SliceSource], padding: PaddingTreatment, control: (Int) -> ReadControl,
        into receiver: inout some SliceReceiver
    ) throws(ReaderFault) {
        for (number, source) in slices.enumerated() {
            guard control(number) == .proceed else { return }
            var pixels = [Int16](repeating: 0, count: source.rows * source.columns)
            pixels[0] = -1000
            let slice = DecodedSlice(
                source: source, clampedPixels: 0, paddingPixels: 0, smallestHU: -1000, largestHU: 0)
            if receiver.receive(slice, hounsfield: pixels.span) == .stop { return }
        }
    }

    private static func instance(_ file: String) -> SOPInstance? {
        let parts = file.prefix { $0 != "." }.split(separator: "/").compactMap { Int($0) }
        guard parts.count == 2, let study = UID("1.2.\(parts[0])"), let series = UID("1.2.\(parts[0]).1"),
            let object = UID("1.2.\(parts[0]).1.\(parts[1])"), let ct = UID("1.2.840.10008.5.1.4.1.1.2")
        else { return nil }
        var instance = SOPInstance(
            file: file, sopInstanceUID: object, sopClassUID: ct, studyInstanceUID: study, seriesInstanceUID: series,
            transferSyntax: .explicitVRLittleEndian)
        instance.patient.patientID = "P\(parts[0])"
        instance.series.modality = "CT"
        instance.instanceNumber = parts[1] + 1
        instance.pixels = PixelDescription(rows: 8, columns: 8, isSigned: true)
        var frame = ImageFrame()
        frame.imageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
        frame.rescale = Rescale(rescaleSlope: 1, rescaleIntercept: 0, rescaleType: "HU")
        frame.sliceThicknessMillimetres = 2.5
        frame.plane = SlicePlane(
            imagePositionPatient: Vector3(0, 0, Double(parts[1]) * 2.5), rowDirection: Vector3(1, 0, 0),
            columnDirection: Vector3(0, 1, 0), rowSpacingMillimetres: 1, columnSpacingMillimetres: 1)
        instance.frames = [frame]
        return instance
    }
}

/// A network that costs nothing.
struct ConstantScorer: SliceScorer {
    let classCount = 2

    func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor {
        SliceTensor(values: [0, 0, 0], side: 1)
    }

    func probabilities(of tensors: [SliceTensor]) throws(ScorerFault) -> [[Double]] {
        tensors.map { _ in [0.9, 0.1] }
    }

    func activationMaps(of tensors: [SliceTensor], classIndex: Int) throws(ScorerFault) -> [ActivationMap] {
        tensors.compactMap { _ in ActivationMap(rows: 1, columns: 1, values: [0]) }
    }
}
