import GantryCore

/// The studies that Gantry makes for itself: samples to look at, cohorts to fit and measure on.
public enum PhantomCatalogue {
    /// The studies of `SampleStudies/`: nine studies of six patients.
    public static var sampleStudies: [PhantomStudy] {
        let patients = (1...6).map { PhantomPatient(number: $0, anatomySeed: sampleAnatomySeeds[$0 - 1]) }

        var first = PhantomStudy(patient: patients[0], seed: 1101, severity: .easy)
        first.studyDate = "20240108"
        first.hasLocalizer = true
        first.hasDoseReport = true
        first.transferSyntax = .jpegLSLossless
        first.layout = .disc

        var followUp = PhantomStudy(patient: patients[0], seed: 1102, severity: nil)
        followUp.confounderRate = 0
        followUp.studyDate = "20240412"
        followUp.studyTime = "084030"
        followUp.transferSyntax = .jpegLSLossless
        followUp.layout = .byUID

        var twoKernels = PhantomStudy(patient: patients[1], seed: 1201, severity: nil)
        twoKernels.confounderRate = 0
        twoKernels.studyDate = "20240110"
        twoKernels.sliceCount = 36
        twoKernels.kernels = [.soft, .lung]
        twoKernels.transferSyntax = .jpegLosslessSV1

        var faint = PhantomStudy(patient: patients[2], seed: 1301, severity: .hard)
        faint.studyDate = "20240111"
        faint.sliceCount = 48
        faint.noiseHU = 20
        faint.transferSyntax = .jpegLSLossless
        faint.layout = .flat

        var tilted = PhantomStudy(patient: patients[3], seed: 1401, severity: nil)
        tilted.confounderRate = 0
        tilted.studyDate = "20240112"
        tilted.sliceCount = 30
        tilted.tiltDegrees = 12
        tilted.storage = .signed16
        tilted.transferSyntax = .deflatedExplicitVRLittleEndian

        var gaps = PhantomStudy(patient: patients[4], seed: 1501, severity: .easy)
        gaps.studyDate = "20240115"
        gaps.sliceCount = 36
        gaps.missingSlices = [15, 16, 23]
        gaps.transferSyntax = .jpegLosslessSV1
        gaps.layout = .disc

        var repeated = PhantomStudy(patient: patients[4], seed: 1502, severity: .easy)
        repeated.studyDate = "20240116"
        repeated.studyTime = "153000"
        repeated.transferSyntax = .rleLossless
        repeated.sliceCount = 32
        repeated.layout = .flat

        var large = PhantomStudy(patient: patients[5], seed: 1601, severity: nil)
        large.confounderRate = 1
        large.studyDate = "20240117"
        large.sliceCount = 30
        large.matrix = 512
        large.storage = .signed16
        large.transferSyntax = .jpegLSLossless

        var cutShort = PhantomStudy(patient: patients[5], seed: 1602, severity: .easy)
        cutShort.studyDate = "20240203"
        cutShort.sliceCount = 34
        cutShort.truncatedSlice = 17
        cutShort.hasStrayFile = true
        cutShort.transferSyntax = .jpegLSLossless
        cutShort.layout = .flat

        return [first, followUp, twoKernels, faint, tilted, gaps, repeated, large, cutShort]
    }

    private static let sampleAnatomySeeds: [UInt64] = [141, 122, 115, 104, 135, 120]

    /// Studies to fit or to measure on: half of them positive, half of these hard; a third of all with a low dose.
    ///
    /// - Parameters:
    ///   - seed: other seeds give other patients.
    ///   - count: number of studies, each of a patient of its own.
    ///   - sliceCount: slices a study.
    ///   - matrix: rows and columns.
    public static func cohort(seed: UInt64, count: Int, sliceCount: Int = 24, matrix: Int = 256) -> [PhantomStudy] {
        let hash = CounterHash(seed: seed).stream("cohort")
        return (0..<max(count, 0)).map { index in
            var draw = DeviateSequence(hash.stream("study", index))
            let patient = PhantomPatient(number: index + 1, anatomySeed: hash.stream("patient", index).seed)
            // positive and negative by turns; of the positive, easy and hard by turns
            let severity: DiseaseSeverity? = index % 2 == 1 ? nil : (index % 4 == 0 ? .easy : .hard)
            var study = PhantomStudy(patient: patient, seed: hash.stream("disease", index).seed, severity: severity)
            study.sliceCount = max(sliceCount, 2)
            study.matrix = max(matrix, 16)
            study.noiseHU = draw.chance(0.33) ? draw.uniform(16...26) : draw.uniform(7...12)
            study.kernels = [draw.chance(0.4) ? .lung : .soft]
            study.storage = draw.chance(0.5) ? .signed16 : .unsigned12
            let day = draw.integer(1...28)
            let month = draw.integer(1...12)
            study.studyDate = "2024\(month < 10 ? "0" : "")\(month)\(day < 10 ? "0" : "")\(day)"
            return study
        }
    }
}
