import Foundation
import GantryCore
import GantryGround
import GantryModelling
import GantryPipeline
import GantryStore

/// How far successive studies of the same patients lie apart, of studies between which nothing changed.
struct RepeatabilityFit: Encodable {
    /// Pairs of studies.
    private(set) var pairs = 0
    /// Patients that they are of.
    private(set) var patients = 0
    /// Of the probability; this much has to be known.
    let probability: WithinSubject
    /// Of the lung in positive slices, millilitres; nil where too few pairs have any.
    let lungMillilitres: WithinSubject?
    /// Of the way that positive slices stand for, millimetres; nil where too few pairs have any.
    let extentMillimetres: WithinSubject?
    /// What a person should know.
    private(set) var remarks: [String] = []
    /// SHA-256 of the studies' contents, pair by pair.
    let dataSHA256: String

    /// Fewest pairs that a person is not warned of.
    ///
    /// **Source** N. A. Obuchowski, J. Bullen: Quantitative imaging biomarkers: effect of sample size and bias on
    /// confidence interval coverage. Statistical Methods in Medical Research 27 (2018), 3139-3150.
    private static let enoughPairs = 35

    /// Of what was scored; pairs are the studies that a patient's page would compare without a reservation.
    ///
    /// **Throws** `CommandFault` (65) where the network was trained on some of them, or they determine no band;
    /// `StoreFault`.
    init(_ scored: ScoredStudies, name: String, trained: TrainedSamples?, bundle: String) throws {
        var (probabilities, volumes, extents) = (
            [(Double, Double)](), [(Double, Double)](), [(Double, Double)]()
        )
        var (doubtful, lines, seen) = (0, [String](), 0)
        var keys: [PatientKey] = []
        for summary in try scored.store.summaries() where summary.revision >= 1 {
            if !keys.contains(summary.patientKey) { keys.append(summary.patientKey) }
        }
        for patient in keys {
            let records = try scored.store.records(of: patient)
            if let trained {
                seen += records.reduce(0) { $0 + trained.count(among: $1.result.slices) }
            }
            var isCounted = false
            for record in records {
                guard let comparison = Progression(of: record, among: records).comparison,
                    let previous = records.first(where: { $0.studyKey == comparison.studyKey })
                else { continue }
                guard comparison.reservations.isEmpty else {
                    doubtful += 1
                    continue
                }
                pairs += 1
                if !isCounted { patients += 1 }
                isCounted = true
                func add(_ measure: Progression.Measure, to list: inout [(Double, Double)]) {
                    if let value = measure.value, let previous = measure.previous { list.append((previous, value)) }
                }
                add(comparison.probability, to: &probabilities)
                add(comparison.lungMillilitres, to: &volumes)
                add(comparison.extentMillimetres, to: &extents)
                lines.append(
                    "\(previous.result.provenance.contentDigest) \(record.result.provenance.contentDigest)\n")
            }
        }
        guard seen == 0 else {
            throw CommandFault(
                ExitStatus.badData,
                "\(bundle): its network was trained on \(counted(seen, "slice")) of these, as "
                    + "\(TrainingFolder.split) says: it knows them too well. Take patients that it has not seen.")
        }
        let left = Self.sentences(failures: scored.failures, doubtful: doubtful)
        guard let probability = WithinSubject(probabilities) else {
            throw CommandFault(
                ExitStatus.badData,
                probabilities.count < WithinSubject.fewestPairs
                    ? "\(name): \(counted(probabilities.count, "pair")) of studies of one patient that can "
                        + "be compared; at least \(WithinSubject.fewestPairs) are needed. "
                        + (left + ["`gantry phantom --scans 2 --studies 60` makes 60."]).joined(separator: " ")
                    : "\(name): the network says the same of both studies of every patient: no band follows from that.")
        }
        self.probability = probability
        lungMillilitres = WithinSubject(volumes, leavingOut: 0)
        extentMillimetres = WithinSubject(
            extents.map { (Self.micrometres($0.0), Self.micrometres($0.1)) }, leavingOut: 0)
        dataSHA256 = SHA256.hash(Array(lines.sorted().joined().utf8)).hexadecimal
        remarks = left
        if probability.pairs < Self.enoughPairs {
            remarks.append(
                "\(probability.pairs) pairs: with fewer than \(Self.enoughPairs) the bands themselves are uncertain.")
        }
    }

    /// A length to the micrometre: positions in headers are no more exact, and a band of their rounding would be none.
    private static func micrometres(_ millimetres: Double) -> Double { (millimetres * 1000).rounded() / 1000 }

    private static func sentences(failures: [String], doubtful: Int) -> [String] {
        var sentences: [String] = []
        if let first = failures.first {
            sentences.append("\(counted(failures.count, "study", "studies")) came to no verdict: \(first)")
        }
        if doubtful > 0 {
            sentences.append(
                "\(counted(doubtful, "pair")) left out: one of the two studies is doubtful, or they are of different "
                    + "scanners, or of some that are not named.")
        }
        return sentences
    }

    /// What the bundle keeps; `measuringDigest` is of what made the numbers.
    func repeatability(_ measuringDigest: String) -> Repeatability {
        Repeatability(
            probability: probability.coefficient, lungMillilitres: lungMillilitres?.coefficient,
            extentMillimetres: extentMillimetres?.coefficient, pairs: pairs, dataSHA256: dataSHA256,
            measuringDigest: measuringDigest)
    }

    /// The result in lines.
    var lines: [String] {
        func line(_ name: String, _ within: WithinSubject?, _ unit: String, decimals: Int) -> String {
            guard let within else {
                return "\(name): not measured; fewer than \(WithinSubject.fewestPairs) pairs have any, or none differ"
            }
            return "\(name): within-subject SD \(Presentation.decimals(within.standardDeviation, decimals))\(unit), "
                + "band \(Presentation.decimals(within.coefficient, decimals))\(unit); \(within.beyond) of "
                + "\(counted(within.pairs, "pair")) beyond"
        }
        return [
            "\(counted(pairs, "pair")) of successive studies of \(counted(patients, "patient"))",
            line("Probability", probability, "", decimals: 4),
            line("Lung in positive slices", lungMillilitres, " mL", decimals: 1),
            line("Positive slices", extentMillimetres, " mm", decimals: 1),
        ]
    }

    /// The card's section.
    func section(version: String) -> String {
        ModelCard.repeatabilityHeading + "\n"
            + "A change between two studies is called more or less beyond these bands: 95 % repeatability "
            + "coefficients,\n1.96 x sqrt(2) x within-subject SD (Bland and Altman, 1999). Pairs without a positive "
            + "slice count for the probability alone.\n\n"
            + (lines + remarks).map { "- \($0).\n".replacing("..\n", with: ".\n") }.joined()
            + "- Data of SHA-256 `\(dataSHA256)`; `gantry model repeatability` of Gantry \(version).\n"
    }

    private struct Figures: Encodable {
        let withinSubjectSD: Double
        let coefficient: Double
        let pairs: Int
        let beyond: Int

        init(_ within: WithinSubject) {
            withinSubjectSD = within.standardDeviation
            coefficient = within.coefficient
            pairs = within.pairs
            beyond = within.beyond
        }
    }

    private enum CodingKeys: String, CodingKey {
        case pairs, patients, probability, lungMillilitres, extentMillimetres, remarks, dataSHA256
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(pairs, forKey: .pairs)
        try container.encode(patients, forKey: .patients)
        try container.encode(Figures(probability), forKey: .probability)
        // What was not measured is null.
        try container.encode(lungMillilitres.map(Figures.init), forKey: .lungMillilitres)
        try container.encode(extentMillimetres.map(Figures.init), forKey: .extentMillimetres)
        try container.encode(remarks, forKey: .remarks)
        try container.encode(dataSHA256, forKey: .dataSHA256)
    }
}
