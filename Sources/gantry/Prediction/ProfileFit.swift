import Foundation
import GantryCore
import GantryGround
import GantryImages
import GantryInference
import GantryModelling
import GantryPipeline
import GantryTraining

/// Features of data given to `gantry model profile`, in each arithmetic that the bundle and this CPU have.
struct ProfileFit {
    private let folder: String
    private let definition: PipelineDefinition
    private var samples: [(precision: Precision, sha256: String, features: FeatureSamples)] = []
    private let seed: UInt64
    private let interruption: Interruption
    private var waiting: [[Float]] = []
    private var waitingIsHeldOut = false
    private var counts = (fitted: 0, heldOut: 0)
    /// Pictures that could not be read and are left out, a sentence each.
    private(set) var unreadable: [String] = []

    /// Inputs that are computed together.
    private static let groupSize = 32

    /// Nothing yet, for the bundle. **Throws** what opening it does.
    init(bundle: String, seed: UInt64, trust: TrustedKeys?) throws {
        interruption = try Interruption()
        self.seed = seed
        folder = bundle
        definition = try PipelineBundle.definition(folder: bundle)
        for precision in Precision.allCases {
            if precision == .int8, definition.scoring.model.quantized == nil { continue }
            let model = try BundleModel.checked(folder: bundle, precision: precision, trust: trust)
            let network = try model.network()
            guard network.arithmetic == precision else { continue }
            samples.append(
                (
                    precision, model.bundle.definition.scoring.model.scoredFile.sha256,
                    FeatureSamples(network, workers: CoreDivision.available)
                ))
        }
    }

    /// Which of `count` patients or pictures, in their order, are held out: a fifth, one at least.
    private func heldOut(_ count: Int) -> Set<Int> {
        let order = (0..<count).map { (Elementary.splitMix64(seed: seed, counter: UInt64($0)), $0) }.sorted { $0 < $1 }
        return Set(order.prefix(max(1, (count + 2) / 5)).map(\.1))
    }

    /// Where both sides that the network was trained with are among these studies, as the bundle's list of samples
    /// says, the sides: what was held out then is held out again, and as many are taken as `gantry train` takes. Nil
    /// where they are not.
    private func trainedSlices(among studies: [Study], truth: Truth?) throws -> [String: DataSide]? {
        let classes = definition.scoring.model.classes
        guard let samples = try TrainedSamples(bundle: folder, classes: classes) else { return nil }
        let there = Set(studies.flatMap { $0.series.flatMap { $0.instances.map(\.sopInstanceUID.value) } })
        let known = truth.map { Set($0.slices.keys.map { TrainedSamples.name($0.sopInstanceUID, $0.frameNumber) }) }
        var sides: [String: DataSide] = [:]
        for side in [DataSide.train, .validation] {
            let own = samples.names(side).filter {
                there.contains(TrainedSamples.instance(of: $0)) && known?.contains($0) ?? true
            }
            guard !own.isEmpty else { return nil }
            for index in FeatureSamples.spread(Array(own.indices)) { sides[own[index]] = side }
        }
        return sides
    }

    /// Takes the slices that the bundle scores of the studies below `path`. **Throws** `CommandFault` (65, 66).
    mutating func add(studies path: String, truth: Truth?) throws {
        let input = try InputFolder.scan(path, limits: definition.reader, bar: interruption.bar)
        let reader = try InputFolder.reader(limits: definition.reader)
        var cohorts: [(patient: String, slices: CohortSlices)] = []
        for study in input.studies {
            let slices = try CohortSlices(
                of: [study], root: input.root, reader: reader, scoring: definition.scoring, truth: truth)
            guard slices.studies == 1 else { continue }
            let patient = PatientIdentity.significant(study.patient.patientID) ?? study.studyInstanceUID.value
            cohorts.append((patient, slices))
        }
        guard !cohorts.isEmpty else {
            throw CommandFault(ExitStatus.noInput, "\(path): no study has a series that the pipeline would score.")
        }
        let patients = Array(Set(cohorts.map(\.patient))).sorted(by: pathPrecedes)
        guard patients.count >= 2 else {
            throw CommandFault(
                ExitStatus.badData,
                "\(path): all studies are of one patient. A profile takes two at least, for one is held out.")
        }
        let held = Set(heldOut(patients.count).map { patients[$0] })
        let trained = try trainedSlices(among: input.studies, truth: truth)
        for (done, cohort) in cohorts.enumerated() {
            try interruption.check()
            interruption.bar.show(
                "features", fraction: Double(done) / Double(cohorts.count), detail: "\(done)/\(cohorts.count) studies")
            for slice in try cohort.slices.slices(ofStudy: 0) {
                let isHeldOut: Bool
                if let trained {
                    let name = TrainedSamples.name(slice.source.sopInstanceUID, slice.source.frameNumber)
                    guard let side = trained[name] else { continue }
                    isHeldOut = side == .validation
                } else {
                    isHeldOut = held.contains(cohort.patient)
                }
                try take(slice.tensor.values, isHeldOut: isHeldOut)
            }
        }
        try compute()
        interruption.bar.finish()
    }

    /// Takes pictures. **Throws** `CommandFault` (65, 66), `ImageFault`.
    mutating func add(images path: String) throws {
        guard let wanted = definition.scoring.preparation.imagePreparation else {
            throw CommandFault(ExitStatus.configuration, "the bundle has no preparation of images.")
        }
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFault(ExitStatus.noInput, "\(path): there is no such folder or file.")
        }
        let preparation = try PicturePreparation(wanted)
        if path.hasSuffix(".npz") {
            let sides = try MedMNISTFile(path: path, takesSeveralLabels: true).sides
            let own = [DataSide.train, .validation].compactMap { sides[$0] }
            let held = heldOut(own.reduce(0) { $0 + $1.count })
            var number = 0
            for side in own {
                for index in 0..<side.count {
                    try interruption.check()
                    let values = preparation.tensor(preparation.resized(side.image(index)))
                    try take(values, isHeldOut: held.contains(number))
                    number += 1
                }
            }
            return try compute()
        }
        let found = try PictureFiles([path])
        guard !found.files.isEmpty else {
            throw CommandFault(ExitStatus.noInput, "\(path): there is no picture, PNG or JPEG, in it.")
        }
        let held = heldOut(found.files.count)
        var thrown: (any Error)?
        for run in found.runs {
            try ImageReader(executable: RunOptions.childExecutable).read(
                root: found.files[run.lowerBound].root, paths: run.map { found.files[$0].path }
            ) { index, result in
                do {
                    try interruption.check()
                    switch result {
                    case .failure(let fault): unreadable.append(fault.description)
                    case .success(let picture):
                        let values = preparation.tensor(preparation.resized(picture))
                        try take(values, isHeldOut: held.contains(run.lowerBound + index))
                    }
                    return .proceed
                } catch {
                    thrown = error
                    return .stop
                }
            }
            if let thrown { throw thrown }
        }
        try compute()
    }

    private mutating func take(_ values: [Float], isHeldOut: Bool) throws {
        if isHeldOut != waitingIsHeldOut || waiting.count == Self.groupSize { try compute() }
        waitingIsHeldOut = isHeldOut
        waiting.append(values)
    }

    private mutating func compute() throws {
        guard !waiting.isEmpty else { return }
        let preparation = definition.scoring.preparation
        guard
            let batch = ImageBatch(
                count: waiting.count, channels: preparation.channels, height: preparation.inputSize,
                width: preparation.inputSize, values: waiting.flatMap(\.self))
        else { throw CommandFault(ExitStatus.unexpected, "inputs do not fill a batch.") }
        for index in samples.indices { try samples[index].features.add(batch, isHeldOut: waitingIsHeldOut) }
        if waitingIsHeldOut { counts.heldOut += waiting.count } else { counts.fitted += waiting.count }
        waiting = []
    }

    /// The profiles. **Throws** `CommandFault` (65) where there is too little, or the features do not vary.
    func profiles() throws -> FeatureProfiles {
        let what = definition.scoring.preparation.input == .ct ? "slice" : "picture"
        guard counts.fitted + counts.heldOut >= FeatureSamples.fewest, counts.heldOut >= FeatureSamples.fewestHeldOut
        else {
            throw CommandFault(
                ExitStatus.badData,
                "\(counted(counts.fitted + counts.heldOut, what)) that the bundle scores, \(counts.heldOut) of them "
                    + "held out: a profile takes at least \(FeatureSamples.fewest) and "
                    + "\(FeatureSamples.fewestHeldOut).")
        }
        var entries: [Precision: FeatureProfiles.Entry] = [:]
        for (precision, sha256, features) in samples {
            guard let profile = features.profile() else { continue }
            entries[precision] = FeatureProfiles.Entry(profile: profile, modelSHA256: sha256)
        }
        guard !entries.isEmpty else {
            throw CommandFault(
                ExitStatus.badData,
                "the network's features do not vary over these \(what)s, or are no numbers: there is nothing to "
                    + "compare with.")
        }
        return FeatureProfiles(entries)
    }
}
