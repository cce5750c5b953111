import GantryCore

/// A UID that is known to be one.
func uid(_ text: String) -> UID {
    guard let uid = UID(text) else { preconditionFailure("\(text) is no UID") }
    return uid
}

/// A plane at `position`, upright unless a tilt is given as sine and cosine.
func plane(
    _ x: Double, _ y: Double, _ z: Double, row: Vector3 = Vector3(1, 0, 0), column: Vector3 = Vector3(0, 1, 0),
    spacing: Double = 0.7
) -> SlicePlane {
    let plane = SlicePlane(
        imagePositionPatient: Vector3(x, y, z), rowDirection: row, columnDirection: column,
        rowSpacingMillimetres: spacing, columnSpacingMillimetres: spacing)
    guard let plane else { preconditionFailure("no plane") }
    return plane
}

/// A sound slice of a chest CT at height `z`, its file and SOP Instance UID after `number`.
func slice(
    _ number: Int, z: Double, study: String = "1.2.3", series: String = "1.2.3.4", seriesNumber: Int? = 2,
    thickness: Double? = 2.5
) -> SOPInstance {
    var instance = SOPInstance(
        file: "\(series)/\(number).dcm", sopInstanceUID: uid("\(series).\(number)"),
        sopClassUID: uid("1.2.840.10008.5.1.4.1.1.2"), studyInstanceUID: uid(study), seriesInstanceUID: uid(series),
        transferSyntax: .explicitVRLittleEndian)
    instance.series.modality = "CT"
    instance.series.seriesNumber = seriesNumber
    instance.series.convolutionKernel = "B31f"
    instance.patient.patientID = "P1"
    instance.frame.imageType = ["ORIGINAL", "PRIMARY", "AXIAL"]
    instance.instanceNumber = number
    instance.pixels = PixelDescription(rows: 512, columns: 512, isSigned: true)
    instance.frame.rescale = Rescale(rescaleSlope: 1, rescaleIntercept: -1024, rescaleType: "HU")
    instance.frame.plane = plane(-170, -170, z)
    instance.frame.sliceThicknessMillimetres = thickness
    return instance
}

extension SOPInstance {
    /// The only frame.
    var frame: ImageFrame {
        get { frames.first ?? ImageFrame() }
        set { frames = [newValue] }
    }
}

/// A sound series of `count` slices, `spacing` apart.
func chest(
    _ count: Int, spacing: Double = 2.5, series: String = "1.2.3.4", seriesNumber: Int? = 2, thickness: Double? = 2.5
) -> Series {
    Series(
        seriesInstanceUID: uid(series),
        instances: (0..<count).map {
            slice(
                $0 + 1, z: Double($0) * spacing, series: series, seriesNumber: seriesNumber, thickness: thickness)
        })
}

extension Series {
    /// The same series with every instance changed.
    func with(_ change: (inout SOPInstance) -> Void) -> Series {
        var copy = self
        for index in copy.instances.indices { change(&copy.instances[index]) }
        return copy
    }
}

/// A study of these series, without outcomes.
func study(_ series: [Series]) -> Study {
    Study(
        studyInstanceUID: uid("1.2.3"), patient: Patient(), attributes: StudyAttributes(), series: series, outcomes: [])
}

/// The head CT `ge_head_tilt18_gap4to7_28` of the shared data: Image Position (Patient) z and Slice Thickness of its 28
/// images as its MANIFEST.csv lists them; x, y and orientation are the same for all.
func tiltedHead() -> Series {
    let heights = [
        5.8360586, 10.0560586, 14.2760586, 18.4960586, 22.7160586, 26.9360586, 31.1560586, 35.3760586, 39.5960586,
        43.8160586, 48.0360586, 52.2560586, 56.4760586, 60.6960586, 61.8360586, 69.2160586, 76.5960586, 83.9760586,
        91.3560586, 98.7360586, 106.1160586, 113.4960586, 120.8760586, 128.2560586, 135.6360586, 143.0160586,
        150.3960586, 157.7760586,
    ]
    let instances = heights.enumerated().map { index, height in
        var instance = slice(index + 1, z: height, thickness: index < 14 ? 4 : 7)
        instance.frame.plane = plane(-125, -123.5404569, height, column: Vector3(0, 0.9483237, -0.3173047))
        instance.frame.imageType = ["ORIGINAL", "PRIMARY", "AXIAL"] + (index < 14 ? ["ADD"] : [])
        instance.frame.rescale = Rescale(rescaleSlope: 1, rescaleIntercept: 0, rescaleType: "HU")
        return instance
    }
    return Series(seriesInstanceUID: uid("1.2.3.4"), instances: instances)
}

/// Deterministic random numbers for shuffles.
struct Shuffler: RandomNumberGenerator {
    var seed: UInt64
    var counter: UInt64 = 0

    init(_ seed: UInt64) { self.seed = seed }

    mutating func next() -> UInt64 {
        counter += 1
        return Elementary.splitMix64(seed: seed, counter: counter)
    }
}

extension StackEvidence {
    /// Number of the images that are not in the stack and may have been slices, of all kinds.
    var unusableImages: Int { unusedImages.values.reduce(0, +) }
}
