import Foundation
import GantryCore
import GantryGround
import GantryInference
import GantryPipeline
import GantryTraining
import Synchronization

/// Slices of CT studies, chosen and prepared as when they are scored; their Hounsfield units are kept as they were
/// read.
struct StudyMaterial: TrainingInputs, TrainingPictures {
    /// A study of which slices are learned from.
    struct StudyFacts: Sendable {
        /// (0020,000D)
        var studyInstanceUID: UID
        /// Distance of the slices of its chosen series, millimetres, for the verdict's aggregation.
        var spacingMillimetres: Double?
        /// Its slices, as indices of the material's samples.
        var samples: [Int]
    }

    /// A slice's Hounsfield units on the disk.
    private struct Stored: Sendable {
        var place: SampleFile.Place
        var rows: Int
        var columns: Int
    }

    private let preparation: SlicePreparation
    private let file: SampleFile
    private let slices: [Stored]
    private let augmentation: HounsfieldAugmentation?
    private let seed: UInt64

    /// See `TrainingInputs`.
    func write(_ index: Int, epoch: Int?, into input: UnsafeMutableBufferPointer<Float>) throws(FileFailure) {
        _ = input.update(from: try tensor(index, epoch: epoch).values)
    }

    /// See `TrainingPictures`: the first channel, as the network sees it.
    func picture(_ index: Int, epoch: Int?) throws(FileFailure) -> PixelImage {
        let tensor = try tensor(index, epoch: epoch)
        let definition = preparation.definition
        let pixels = tensor.values.prefix(tensor.side * tensor.side).map { value -> UInt16 in
            let windowed = Double(value) * definition.standardDeviation[0] + definition.mean[0]
            return UInt16((min(max(windowed, 0), 1) * 65535).rounded())
        }
        guard let picture = PixelImage(width: tensor.side, height: tensor.side, channels: 1, pixels: pixels) else {
            preconditionFailure("a tensor is square")
        }
        return picture
    }

    private func tensor(_ index: Int, epoch: Int?) throws(FileFailure) -> SliceTensor {
        let stored = slices[index]
        var hounsfield = [Int16](repeating: 0, count: stored.rows * stored.columns)
        try hounsfield.withUnsafeMutableBufferPointer { target throws(FileFailure) in
            try file.read(stored.place, into: target)
        }
        guard let epoch, let augmentation else {
            return preparation.prepare(hounsfield.span, rows: stored.rows, columns: stored.columns)
        }
        let draw = augmentation.draw(
            rows: stored.rows, columns: stored.columns,
            CounterRandom(seed: seed, epoch: epoch, sample: index, purpose: .augmentation))
        let changed = draw.applied(
            to: hounsfield.span, rows: stored.rows, columns: stored.columns,
            noise: CounterRandom(seed: seed, epoch: epoch, sample: index, purpose: .noise))
        var definition = preparation.definition
        definition.windows = draw.windows(from: definition.windows)
        // A jittered window is a window: nothing that was allowed becomes forbidden.
        let jittered = (try? SlicePreparation(definition)) ?? preparation
        return jittered.prepare(changed.span, rows: stored.rows, columns: stored.columns)
    }
}

extension StudyMaterial {
    /// A slice as it was read, before it has its place.
    private struct Read {
        var sample: LabelledSample
        var slice: Stored
    }

    /// Reads all studies that the recipe names; Hounsfield units go into a file in `folder`.
    ///
    /// **Throws** `ReaderFault`, `TrainingDataFault`, `CommandFault` (65) where too many studies cannot be used,
    /// `FileFailure`, `ExitCode` where a signal has come.
    static func load(
        _ recipe: TrainingRecipe, labels: StudyLabels, definition: PipelineDefinition, in folder: String,
        bar: ProgressBar,
        check: () throws -> Void
    ) throws -> TrainingMaterial {
        guard let path = recipe.data.studies else { preconditionFailure("a recipe of studies") }
        let preparation = try SlicePreparation(definition.scoring.preparation)
        let input = try InputFolder.scan(path, limits: definition.reader, bar: bar)
        try labels.requirePresent(studies: Set(input.studies.map(\.studyInstanceUID)))
        let reader = try InputFolder.reader(limits: definition.reader)
        let file = try SampleFile(in: folder)
        let known = Set(labels.studies)
        let studies = input.studies.filter { known.contains($0.studyInstanceUID) }
        let groups = Self.groups(of: studies, named: labels.groups)

        var read: [Read] = []
        var facts: [UID: Double?] = [:]
        var unreadable: [String] = []
        var missing: [String] = []
        for (number, study) in studies.enumerated() {
            try check()
            var own: [Read] = []
            var failure: FileFailure?
            let outcome = try SelectedSlices.read(
                study, root: input.root, scoring: definition.scoring, reader: reader,
                control: { failure == nil ? .proceed : .stop }, forget: { own = [] },
                take: { stack, source, hounsfield in
                    guard
                        let label = labels.label(
                            study: study.studyInstanceUID, series: stack.seriesInstanceUID,
                            sopInstance: source.sopInstanceUID, frame: source.frameNumber)
                    else { return }
                    do throws(FileFailure) {
                        let place = try hounsfield.withUnsafeBufferPointer { all throws(FileFailure) in
                            try file.append(all)
                        }
                        own.append(
                            Read(
                                sample: LabelledSample(
                                    name: "\(source.sopInstanceUID)#\(source.frameNumber)", label: label,
                                    group: groups[study.studyInstanceUID] ?? "",
                                    study: study.studyInstanceUID.value, side: labels.sides[study.studyInstanceUID],
                                    contentDigest: Self.digest(
                                        of: hounsfield, rows: source.rows, columns: source.columns)),
                                slice: Stored(place: place, rows: source.rows, columns: source.columns)))
                    } catch {
                        failure = error
                    }
                })
            if let failure { throw failure }
            switch outcome {
            case .stopped: try check()
            case .refused(let why): unreadable.append("study \(study.studyInstanceUID): \(why)")
            case .taken(let stack, let missed):
                missing += missed.map { "\($0.file): \($0.detail)" }
                if own.isEmpty {
                    unreadable.append(
                        "study \(study.studyInstanceUID): none of its slices is both selected and labelled")
                }
                facts[study.studyInstanceUID] = stack.geometry.sliceSpacingMillimetres
                read += Self.spread(own, most: recipe.data.slicesPerStudy)
            }
            bar.show(
                "reading studies", fraction: Double(number + 1) / Double(studies.count),
                detail: "\(number + 1)/\(studies.count), \(Presentation.grouped(read.count)) slices")
        }
        bar.finish()
        let share = Double(unreadable.count) / Double(max(studies.count, 1))
        if share > recipe.data.largestUnreadable {
            throw CommandFault(
                ExitStatus.badData,
                "\(path): \(counted(unreadable.count, "study", "studies")) of \(studies.count) cannot be used, more "
                    + "than --largest-unreadable \(recipe.data.largestUnreadable) allows:\n"
                    + unreadable.prefix(10).map { "  " + $0 }.joined(separator: "\n")
                    + (unreadable.count > 10 ? "\n  and \(unreadable.count - 10) more" : ""))
        }
        read.sort { $0.sample.precedes($1.sample) }
        var samplesOf: [UID: [Int]] = [:]
        for (index, one) in read.enumerated() {
            if let study = one.sample.study.flatMap({ UID($0) }) { samplesOf[study, default: []].append(index) }
        }
        let material = StudyMaterial(
            preparation: preparation, file: file, slices: read.map(\.slice),
            augmentation: recipe.augmentation == .ct ? HounsfieldAugmentation() : nil, seed: recipe.training.seed)
        return TrainingMaterial(
            classes: labels.classes, samples: read.map(\.sample), fingerprints: read.map { _ in nil }, inputs: material,
            pictures: material, byteCount: file.byteCount, unreadable: unreadable + missing,
            remarks: Self.remarks(on: input.studies, labels, unlabelled: input.studies.count - studies.count),
            studies: studies.map(\.studyInstanceUID).sorted { $0.value < $1.value }.compactMap { study in
                samplesOf[study].map {
                    StudyFacts(
                        studyInstanceUID: study, spacingMillimetres: facts[study].flatMap(\.self), samples: $0)
                }
            })
    }

    /// SHA-256 of the Hounsfield units and their size.
    private static func digest(of hounsfield: Span<Int16>, rows: Int, columns: Int) -> String {
        var hash = SHA256()
        hash.update("\(rows) x \(columns) Hounsfield\n".utf8)
        hounsfield.withUnsafeBufferPointer { hash.update(UnsafeRawBufferPointer($0)) }
        return hash.finalize().hexadecimal
    }

    /// At most so many of a study's slices, spread evenly.
    private static func spread(_ slices: [Read], most: Int?) -> [Read] {
        guard let most, slices.count > most else { return slices }
        return (0..<most).map { slices[(2 * $0 + 1) * slices.count / (2 * most)] }
    }

    /// What a person has to know of labels and studies that do not meet.
    private static func remarks(on studies: [Study], _ labels: StudyLabels, unlabelled: Int) -> [String] {
        var remarks: [String] = []
        if unlabelled > 0 {
            remarks.append("\(counted(unlabelled, "study", "studies")) of the folder without a label: left out.")
        }
        let series = studies.flatMap(\.series)
        do throws(TrainingDataFault) {
            try labels.requirePresent(
                studies: Set(labels.studies), series: Set(series.map(\.seriesInstanceUID)),
                sopInstances: Set(series.flatMap { $0.instances.map(\.sopInstanceUID) }))
        } catch {
            remarks.append(error.description)
        }
        return remarks
    }

    /// What must not be divided, of each study: its patient, and what the table calls a group. Studies that share
    /// either belong together. The names say nothing of anybody: they are numbered in the order of the studies' UIDs.
    private static func groups(of studies: [Study], named groups: [UID: String]) -> [UID: String] {
        let ordered = studies.sorted { $0.studyInstanceUID.value < $1.studyInstanceUID.value }
        var sets = DisjointSets(ordered.count)
        var patients: [PatientIdentity: Int] = [:]
        var tables: [String: Int] = [:]
        for (index, study) in ordered.enumerated() {
            let patient = PatientIdentity(study.patient)
            // Where nobody knows whose a study is, its patient is one of its own.
            if patient.patientID != nil {
                if let other = patients[patient] { sets.join(other, index) } else { patients[patient] = index }
            }
            if let group = groups[study.studyInstanceUID] {
                if let other = tables[group] { sets.join(other, index) } else { tables[group] = index }
            }
        }
        var names: [UID: String] = [:]
        for (number, members) in sets.sets().enumerated() {
            for index in members { names[ordered[index].studyInstanceUID] = "patient-\(number + 1)" }
        }
        return names
    }
}
