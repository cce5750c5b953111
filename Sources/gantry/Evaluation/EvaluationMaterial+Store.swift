import GantryCore
import GantryModelling
import GantryPipeline
import GantryStore

extension EvaluationMaterial {
    /// The latest verdicts of a store on the studies that the truth names. Where pipelines of other classes judged some
    /// of them, those of most studies are taken.
    ///
    /// `name` is what a person calls the store. **Throws** `CommandFault` (66) where no study is in both,
    /// `TrainingDataFault` where a label is none of the classes, `StoreFault`.
    init(_ store: SQLiteStudyStore, truth: EvaluationTruth, name: String, side: DataSide? = nil) throws {
        func isWanted(_ study: UID) -> Bool { side == nil || truth.sides[study.value] == side }
        let named = Set(truth.studies.filter(isWanted))
        var counts: [Outputs: Int] = [:]
        var judging: [Outputs: [JudgingDefinition]] = [:]
        try store.forEachJudgedStudy(slices: { _ in false }) { study in
            guard named.contains(study.studyInstanceUID) else { return }
            let outputs = Outputs(study)
            counts[outputs, default: 0] += 1
            if judging[outputs]?.last != study.judging { judging[outputs, default: []].append(study.judging) }
        }
        let most = counts.max { ($0.value, $1.key.order) < ($1.value, $0.key.order) }
        guard let outputs = most?.key, let classes = outputs.classes, let rules = judging[outputs]?.last else {
            throw CommandFault(
                ExitStatus.noInput,
                "\(name): none of the \(counted(named.count, "study", "studies")) that \(truth.name) names is in the "
                    + "store with a verdict.")
        }
        self.init(classes: classes, judging: rules, levels: [])
        var (cases, slices) = (
            EvaluationCases(unit: .study, classes: classes.names.count),
            EvaluationCases(unit: .slice, classes: classes.names.count)
        )
        var found = 0
        try store.forEachJudgedStudy(slices: { named.contains($0) }) { study in
            guard named.contains(study.studyInstanceUID) else { return }
            found += 1
            guard Outputs(study) == outputs, let words = truth.words(ofStudy: study.studyInstanceUID) else { return }
            let said = try classes.truth(of: words, table: truth.name)
            let patient = truth.groups[study.studyInstanceUID].map { "group \($0)" } ?? study.patientKey.value
            cases.add(
                study.studyInstanceUID.value, patient: patient, probabilities: Self.aggregated(study, classes),
                truth: said, finding: study.finding)
            studies.append(StudyFacts(study))
            count(isUnlike: study.isUnlike)
            guard truth.knowsSlices else { return }
            for slice in study.slices where slice.probabilities.count == classes.names.count {
                guard let words = truth.words(ofSlice: slice.sopInstanceUID, frame: slice.frameNumber) else { continue }
                slices.add(
                    "\(slice.sopInstanceUID)#\(slice.frameNumber)", patient: patient,
                    probabilities: slice.probabilities, truth: try classes.truth(of: words, table: truth.name))
            }
        }
        levels = [cases, slices]
        remark(named: named.count, found: found, others: counts.count > 1 ? found - cases.count : 0, truth.name)
        if !truth.knowsSlices {
            remarks.append("\(truth.name) says nothing of slices by themselves: they have no figures.")
        }
        if judging[outputs]?.count ?? 1 > 1 {
            remarks.append(
                "The studies were judged by different rules; thresholds here are those of the last of them. `gantry "
                    + "reaggregate` judges all by the same.")
        }
    }

    private mutating func remark(named: Int, found: Int, others: Int, _ truth: String) {
        if found < named {
            remarks.append(
                "\(named - found) of \(counted(named, "study", "studies")) that \(truth) names "
                    + "\(named - found == 1 ? "has" : "have") no verdict and \(named - found == 1 ? "is" : "are") not "
                    + "counted.")
        }
        if others > 0 {
            remarks.append(
                "\(counted(others, "study", "studies")) judged by pipelines of other classes left out: the figures are "
                    + "of \(classes.names.joined(separator: ", ")).")
        }
    }

    /// What a study's probabilities are of.
    private struct Outputs: Hashable {
        var names: [String]
        var positiveClass: String
        var activation: Activation

        init(_ study: JudgedStudy) {
            (names, positiveClass, activation) = (study.classes, study.positiveClass, study.activation)
        }

        /// Decides between those of as many studies.
        var order: String { (names + [positiveClass, activation.rawValue]).joined(separator: "\n") }

        var classes: EvaluationClasses? {
            EvaluationClasses(names: names, positiveClass: positiveClass, activation: activation)
        }
    }

    /// The study's probability of each class: the stored one of the positive class, of the others by the same rule.
    private static func aggregated(_ study: JudgedStudy, _ classes: EvaluationClasses) -> [Double?] {
        let others = classes.rows.contains { $0 != classes.positive }
        let slices = study.slices.map(\.probabilities).filter { $0.count == classes.names.count }
        return classes.names.indices.map { index in
            if index == classes.positive { return study.probability }
            // Of two classes that exclude each other the other is what remains.
            guard others else { return study.probability.map { 1 - $0 } }
            return study.judging.aggregation.aggregate(
                slices.map { $0[index] }, spacingMillimetres: study.sliceSpacingMillimetres)?.probability
        }
    }
}

extension EvaluationMaterial.StudyFacts {
    fileprivate init(_ study: JudgedStudy) {
        key = study.studyKey
        patient = study.patientKey
        spacingMillimetres = study.sliceSpacingMillimetres
        contentDigest = study.contentDigest
        slices = study.slices
        attributes = [:]
        func put(_ attribute: EvaluationAttribute, _ value: String?) {
            if let value = PatientIdentity.significant(value) { attributes[attribute] = value }
        }
        put(.manufacturer, study.manufacturer)
        put(.model, study.manufacturerModelName)
        put(.kernel, study.convolutionKernel)
        put(.sliceThickness, EvaluationBands.thickness(study.sliceThicknessMillimetres))
        put(.sex, EvaluationBands.sex(study.patientSex))
        put(.age, EvaluationBands.age(birthDate: study.patientBirthDate, studyDate: study.studyDate))
    }
}
