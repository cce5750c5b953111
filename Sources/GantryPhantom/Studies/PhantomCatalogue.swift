import GantryCore

/// The studies that Gantry makes for itself: samples to look at, cohorts to fit and measure on.
public enum PhantomCatalogue {
    /// The studies of `SampleStudies/`, in the order in which they are written.
    public static var sampleStudies: [PhantomStudy] { samples.map(\.study) }

    /// Writes `SampleStudies/`: the sample studies, `truth.csv` and `README.md`.
    ///
    /// - Parameters:
    ///   - folder: made where it does not exist; files of the same name are replaced.
    ///   - written: called after each study, with the number of files written so far.
    /// - Returns: the truth of all slices.
    @discardableResult
    public static func writeSampleStudies(
        to folder: String, written: (_ study: PhantomStudy, _ files: Int) -> Void = { _, _ in }
    ) throws(PhantomError) -> [PhantomTruth] {
        let writer = try PhantomWriter(folder: folder)
        let truth = try writer.write(sampleStudies, written: written)
        try writer.write(text: sampleGuide, to: "README.md")
        return truth
    }

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
