import ArgumentParser
import GantryCore
import GantryInference
import GantryModelling
import GantryPipeline

/// Golden runs of the whole way, from Hounsfield units or DICOM files to probabilities.
struct GoldenWayOptions: ParsableArguments {
    @Option(
        name: .customLong("golden-hu"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Of ct: two NumPy files, Hounsfield units '<i2' [N, H, W] as gantry extract writes them, and the "
                + "probabilities [N, classes] that one's own code makes of each slice.", valueName: "hu.npy p.npy"))
    var goldenHU: [String] = []

    @Option(
        name: .customLong("golden-study"), parsing: .upToNextOption,
        help: ArgumentHelp(
            "Of ct: a folder of studies, and a CSV file with sop_instance_uid, frame_number and a column a class: the "
                + "probabilities of every slice that the pipeline scores.", valueName: "folder scores.csv"))
    var goldenStudy: [String] = []

    func validate() throws {
        guard goldenHU.isEmpty || goldenHU.count == 2 else {
            throw ValidationError("--golden-hu takes two files: the Hounsfield units and the probabilities.")
        }
        guard goldenStudy.isEmpty || goldenStudy.count == 2 else {
            throw ValidationError("--golden-study takes two paths: the folder of studies and the table of scores.")
        }
    }

    /// What is read.
    var files: [String] { goldenHU + goldenStudy }

    /// What came of an option.
    struct Proof {
        /// `--golden-hu`.
        var option: String
        /// What was found.
        var finding: GoldenFinding
    }

    /// The comparisons that are asked for, of `network`, the definition's own in Float32; `lookalike` makes others of
    /// the same weights.
    ///
    /// **Throws** `CommandFault` (64) where the pipeline is for images, what reading and scoring throw.
    func proofs(
        _ definition: PipelineDefinition, _ network: ResidualNetwork,
        lookalike: @escaping (ResidualArchitecture) throws -> ResidualNetwork
    ) throws -> [Proof] {
        guard !files.isEmpty else { return [] }
        guard definition.scoring.preparation.input == .ct else {
            throw CommandFault(
                ExitStatus.usage,
                "\(goldenHU.isEmpty ? "--golden-study" : "--golden-hu") is for CT, and the pipeline is for images: "
                    + "--golden compares its network.")
        }
        func empty() throws(CommandFault) -> GoldenWay {
            do {
                return try GoldenWay(
                    definition.scoring, network: network, workers: CoreDivision.available, lookalike: lookalike)
            } catch {
                throw CommandFault(ExitStatus.configuration, error.description)
            }
        }
        var proofs: [Proof] = []
        if goldenHU.count == 2 {
            let golden = try GoldenHounsfield(
                slices: goldenHU[0], probabilities: goldenHU[1], classes: definition.scoring.model.classes.count)
            var way = try empty()
            for index in 0..<golden.count { try way.add(golden.slice(index)) }
            proofs.append(Proof(option: "--golden-hu", finding: try way.finding(counted(golden.count, "slice"))))
        }
        if goldenStudy.count == 2 {
            let study = GoldenStudy(folder: goldenStudy[0], scores: goldenStudy[1], definition: definition)
            proofs.append(Proof(option: "--golden-study", finding: try study.finding(empty)))
        }
        return proofs
    }
}

/// Studies that a golden run scored, read and selected as a run of the pipeline does.
private struct GoldenStudy {
    let folder: String
    let scores: String
    let definition: PipelineDefinition

    /// Compares every slice that the pipeline scores; `empty` makes a comparison of none. **Throws** what reading and
    /// scoring throw.
    func finding(_ empty: () throws -> GoldenWay) throws -> GoldenFinding {
        let table = try GoldenScores(path: scores, classes: definition.scoring.model.classes)
        let input = try InputFolder.scan(folder, limits: definition.reader)
        let reader = try InputFolder.reader(limits: definition.reader)
        var all = try empty()
        let none = all
        var scored: [Truth.Slice] = []
        var refused: [String] = []
        var studies = 0
        for study in input.studies {
            var way = none
            var own: [Truth.Slice] = []
            var failure: (any Error)?
            let outcome = try SelectedSlices.read(
                study, root: input.root, scoring: definition.scoring, reader: reader,
                control: { failure == nil ? .proceed : .stop },
                forget: {
                    way = none
                    own = []
                },
                take: { _, source, hounsfield in
                    let key = Truth.Slice(sopInstanceUID: source.sopInstanceUID, frameNumber: source.frameNumber)
                    own.append(key)
                    guard let expected = table.rows[key] else { return }
                    do {
                        try way.add(
                            GoldenWay.Slice(
                                name: GoldenScores.name(key),
                                hounsfield: hounsfield.withUnsafeBufferPointer { Array($0) },
                                rows: source.rows, columns: source.columns, expected: expected))
                    } catch {
                        failure = error
                    }
                })
            if let failure { throw failure }
            switch outcome {
            case .stopped: break
            case .refused(let why): refused.append("study \(study.studyInstanceUID.value): \(why)")
            case .taken:
                studies += 1
                scored += own
                try all.add(way)
            }
        }
        guard !scored.isEmpty else {
            return GoldenFinding(
                isEqual: false,
                sentence: "the pipeline scores no slice of \(folder)" + (refused.first.map { " (\($0))" } ?? ""))
        }
        let found = "\(counted(scored.count, "slice")) of \(counted(studies, "study", "studies"))"
        let mismatch = table.mismatch(scored: scored)
        guard all.slices > 0 || mismatch == nil else {
            return GoldenFinding(isEqual: false, sentence: mismatch ?? "")
        }
        let finding = try all.finding(found)
        guard let mismatch else { return finding }
        return GoldenFinding(
            isEqual: false, sentence: finding.isEqual ? mismatch : "\(mismatch); \(finding.sentence)")
    }
}
