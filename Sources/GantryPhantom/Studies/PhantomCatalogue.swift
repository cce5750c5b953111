import GantryCore

/// The studies that Gantry makes for itself: samples to look at, cohorts to fit and measure on.
public enum PhantomCatalogue {
    /// The studies of `SampleStudies/`, in the order in which they are written.
    public static var sampleStudies: [PhantomStudy] { samples.map(\.study) }

    /// Writes `SampleStudies/`: the sample studies, `truth.csv` and `README.md`.
    ///
    /// - Parameters:
    ///   - folder: made where it does not exist; files of the same name are replaced.
    ///   - threads: that make slices; they change no byte.
    ///   - written: called after each study, with the number of files written so far.
    /// - Returns: the truth of all slices.
    @discardableResult
    public static func writeSampleStudies(
        to folder: String, threads: Int = 1, written: (_ study: PhantomStudy, _ files: Int) -> Void = { _, _ in }
    ) throws(PhantomError) -> [PhantomTruth] {
        let writer = try PhantomWriter(folder: folder)
        let truth = try writer.write(sampleStudies, threads: threads, written: written)
        try writer.write(text: sampleGuide, to: "README.md")
        return truth
    }

    /// Studies to learn from or to measure on: half of them positive, half of these hard; half of the negative have
    /// something that is easily taken for disease.
    ///
    /// - Parameters:
    ///   - seed: other seeds give other patients.
    ///   - count: number of patients.
    ///   - sliceCount: slices a study.
    ///   - matrix: rows and columns.
    ///   - mixture: what varies from study to study.
    ///   - scans: how often each patient is scanned: with the same disease, but other noise, kernel and position. The
    ///     studies of a patient follow each other, a month apart.
    public static func cohort(
        seed: UInt64, count: Int, sliceCount: Int = 24, matrix: Int = 256, mixture: PhantomMixture = .all,
        scans: Int = 1
    ) -> [PhantomStudy] {
        let hash = CounterHash(seed: seed).stream("cohort")
        return (0..<max(count, 0)).flatMap { index in
            (1...max(scans, 1)).map { scan in
                study(hash, index: index, scan: scan, sliceCount: sliceCount, matrix: matrix, mixture: mixture)
            }
        }
    }

    private static func study(
        _ hash: CounterHash, index: Int, scan: Int, sliceCount: Int, matrix: Int, mixture: PhantomMixture
    ) -> PhantomStudy {
        var draw = DeviateSequence(hash.stream("study", index))
        let patient = PhantomPatient(number: index + 1, anatomySeed: hash.stream("patient", index).seed)
        // positive and negative by turns; of the positive, easy and hard by turns
        let severity: DiseaseSeverity? = index % 2 == 1 ? nil : (index % 4 == 0 ? .easy : .hard)
        var study = PhantomStudy(patient: patient, seed: hash.stream("disease", index).seed, severity: severity)
        study.scanNumber = scan
        study.sliceCount = max(sliceCount, 2)
        study.matrix = max(matrix, 16)
        mixture.apply(to: &study, hash, index: index)
        study.storage = draw.chance(0.5) ? .signed16 : .unsigned12
        let day = draw.integer(1...28)
        let months = draw.integer(0...11) + scan - 1
        let month = months % 12 + 1
        study.studyDate = "\(2024 + months / 12)\(month < 10 ? "0" : "")\(month)\(day < 10 ? "0" : "")\(day)"
        if scan > 1 {
            var position = DeviateSequence(hash.stream("position", index).stream("scan", scan))
            study.shiftMillimetres = SIMD3(position.normal(0, 8), position.normal(0, 6), position.uniform(-6...6))
        }
        return study
    }
}
