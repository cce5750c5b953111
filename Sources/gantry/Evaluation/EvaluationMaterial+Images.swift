import Foundation
import GantryCore
import GantryImages
import GantryModelling
import GantryPipeline
import GantryTraining

extension EvaluationMaterial {
    /// Images that a bundle scores now: those of an `.npz` file, of a folder with a folder a class, or of a folder and
    /// a table. Where they have sides, `side` is taken.
    ///
    /// **Throws** `CommandFault` (65, 66), `ImageFault`, `TrainingDataFault`, `BundleFault`.
    init(
        _ model: BundleModel, images path: String, truth: EvaluationTruth?, side: DataSide, isSaid: Bool, threads: Int
    ) throws {
        let described = model.bundle.definition.scoring.model
        guard
            let classes = EvaluationClasses(
                names: described.classes, positiveClass: described.positiveClass, activation: described.activation)
        else { throw CommandFault(ExitStatus.configuration, "\(model.bundle.folder): has no positive class.") }
        self.init(classes: classes, judging: model.bundle.definition.judging, levels: [])
        let interruption = try Interruption()
        defer { withExtendedLifetime(interruption) {} }
        let listed = try LabelledImages(path, truth: truth, classes: classes, side: side, isSaid: isSaid)
        remarks += listed.remarks
        imageFolder = listed.folder
        RunOptions.noteArithmetic(of: model.bundle.definition)
        var scorer = try PictureScorer(model, threads: threads)
        var cases = EvaluationCases(unit: .image, classes: classes.names.count)
        var (unreadable, waiting, digests): ([String], [LabelledImages.Image], [String]) = ([], [], [])
        func keep(_ predictions: [Prediction]) {
            for (prediction, image) in zip(predictions, waiting) {
                cases.add(
                    image.name, patient: image.group ?? image.name, probabilities: prediction.probabilities,
                    truth: image.truth, finding: prediction.finding)
                count(isUnlike: prediction.isUnlike)
            }
            waiting.removeFirst(predictions.count)
        }
        var thrown: (any Error)?
        try listed.read { index, result in
            do {
                switch result {
                case .failure(let fault): unreadable.append(fault.description)
                case .success(let picture):
                    waiting.append(listed.images[index])
                    digests.append(PictureFingerprint(picture).contentDigest)
                    keep(try scorer.take(picture, of: listed.images[index].name))
                }
            } catch {
                thrown = error
                return .stop
            }
            interruption.bar.show(
                "scoring", fraction: Double(index + 1) / Double(listed.images.count),
                detail: "\(Presentation.grouped(index + 1))/\(Presentation.grouped(listed.images.count)) images")
            return .proceed
        }
        if let thrown { throw thrown }
        keep(try scorer.finish())
        interruption.bar.finish()
        guard cases.count > 0 else {
            throw CommandFault(ExitStatus.badData, "\(path): no image can be read: \(unreadable.listed(3)).")
        }
        if let first = unreadable.first {
            remarks.append("\(counted(unreadable.count, "image")) could not be read and left out: \(first)")
        }
        levels = [cases]
        imageDigests = digests
    }
}

/// Images with what is true of them, before any is decoded.
struct LabelledImages {
    /// An image.
    struct Image {
        /// Its path below the folder, or its place in the file.
        var name: String
        /// For each class whether it is so.
        var truth: [Bool?]
        /// What must not be divided: a patient; nil where nothing is known.
        var group: String?
    }

    /// Those of the side, or all.
    private(set) var images: [Image] = []
    /// What a person has to know.
    private(set) var remarks: [String] = []
    /// The folder that they are named below; nil of an array file.
    let folder: String?
    private let path: String
    private let arrays: MedMNISTFile.Side?

    /// What lies at `path`, labelled by its folders, its arrays or `truth`. **Throws** as the material does.
    init(_ path: String, truth: EvaluationTruth?, classes: EvaluationClasses, side: DataSide, isSaid: Bool) throws {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFault(ExitStatus.noInput, "\(path): there is no such folder or file.")
        }
        guard !path.hasSuffix(".npz") else {
            guard truth == nil else {
                throw CommandFault(ExitStatus.usage, "--truth is for folders; an .npz file has its labels.")
            }
            let file = try MedMNISTFile(path: path, takesSeveralLabels: true)
            guard let own = file.sides[side], own.count > 0 else {
                throw CommandFault(ExitStatus.noInput, "\(path): has no \(side.rawValue) images; say another --split.")
            }
            (folder, arrays) = (nil, own)
            images = try own.truths(of: classes, path: path).enumerated().map { index, truth in
                Image(name: "\(own.name)/\(index)", truth: truth)
            }
            noteSide(side, of: file.sides.count)
            return
        }
        (folder, arrays) = (path, nil)
        if let truth {
            try list(by: truth, classes, side: isSaid || !truth.sides.isEmpty ? side : nil)
        } else {
            try listFolders(classes, side: side)
        }
        guard !images.isEmpty else {
            throw CommandFault(ExitStatus.noInput, "\(path): has no \(side.rawValue) images; say another --split.")
        }
    }

    private mutating func list(by truth: EvaluationTruth, _ classes: EvaluationClasses, side: DataSide?) throws {
        let wanted = truth.files.filter { side == nil || truth.sides[$0] == side }
        var absent: [String] = []
        for file in wanted {
            guard FileManager.default.fileExists(atPath: path + "/" + file) else {
                absent.append(file)
                continue
            }
            let words = truth.words(ofFile: file) ?? []
            images.append(Image(name: file, truth: try classes.truth(of: words, table: truth.name)))
        }
        if let side { noteSide(side, of: 2) }
        guard !absent.isEmpty else { return }
        let sentence =
            "\(truth.name) names \(counted(absent.count, "file")) that \(absent.count == 1 ? "is" : "are") not below "
            + "\(path): \(absent.listed(3))"
        guard !images.isEmpty else { throw CommandFault(ExitStatus.noInput, sentence + ".") }
        remarks.append(sentence + ".")
    }

    private mutating func listFolders(_ classes: EvaluationClasses, side: DataSide) throws {
        let listed = try ImageFolder.list(path)
        let places = try listed.classes.map { name in
            try classes.truth(of: [EvaluationTruth.Word(text: name, line: 1)], table: path)
        }
        let hasSides = listed.images.contains { $0.side != nil }
        images = listed.images.filter { !hasSides || $0.side == side }.map {
            Image(name: $0.path, truth: places[$0.classIndex])
        }
        if hasSides { noteSide(side, of: Set(listed.images.map(\.side)).count) }
    }

    private mutating func noteSide(_ side: DataSide, of sides: Int) {
        guard sides > 1 else { return }
        remarks.append("Of the sides that the data have, \(side.rawValue) is taken; --split names another.")
    }

    /// Decodes the images, in their order. **Throws** `ImageFault`.
    func read(_ body: (Int, Result<PixelImage, ImageFault>) -> ReadControl) throws(ImageFault) {
        guard let arrays else {
            return try ImageReader(executable: RunOptions.childExecutable)
                .read(root: path, paths: images.map(\.name), body)
        }
        for index in 0..<arrays.count where body(index, .success(arrays.image(index))) == .stop { return }
    }
}

extension MedMNISTFile.Side {
    /// For each picture and class whether it is so. Several labels a picture are the bundle's, in the order of its
    /// classes; one number a picture is its class or, of a bundle with one label, whether it has that.
    ///
    /// **Throws** `CommandFault` (65) where the labels are not those of `classes`.
    fileprivate func truths(of classes: EvaluationClasses, path: String) throws(CommandFault) -> [[Bool]] {
        let (count, array) = (classes.names.count, "\(path): \(name)_labels")
        guard let severalLabels else {
            let isOneLabel = classes.activation == .sigmoid && count == 1
            if let label = labels.first(where: { $0 >= (isOneLabel ? 2 : count) }) {
                throw CommandFault(
                    ExitStatus.badData,
                    "\(array): has a label \(label); "
                        + (isOneLabel
                            ? "the bundle has one label, which a picture has (1) or not (0)."
                            : "the bundle has \(counted(count, "class", "classes")), counted from 0."))
            }
            return labels.map { label in classes.names.indices.map { isOneLabel ? label == 1 : $0 == label } }
        }
        let found = severalLabels.first?.count ?? 0
        guard classes.activation == .sigmoid else {
            throw CommandFault(
                ExitStatus.badData,
                "\(array): has \(found) labels a picture, of which several may hold. The bundle's "
                    + "\(counted(count, "class", "classes")) exclude each other (activation: softmax): labels need a "
                    + "network with activation: sigmoid.")
        }
        guard found == count else {
            throw CommandFault(
                ExitStatus.badData,
                "\(array): has \(found) labels a picture; the bundle has \(count): "
                    + "\(classes.names.joined(separator: ", ")). There must be a column for each, in this order.")
        }
        return severalLabels
    }
}
