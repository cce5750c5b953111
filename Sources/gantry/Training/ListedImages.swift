import Foundation
import GantryCore
import GantryImages
import GantryPipeline
import GantryTraining

/// The images of a recipe before any is decoded: a folder, a folder and a table, or an `.npz` file.
struct ListedImages {
    /// Names of the classes, in the order of the logits.
    let classes: [String]
    /// The images; what is in them is not known yet.
    let samples: [LabelledSample]
    /// What a person has to know.
    private(set) var remarks: [String] = []
    private let path: String
    private let arrays: MedMNISTFile?

    /// What lies at `path`; where a run goes on, what its `manifest` names there. `split` is a table of files, or a
    /// list of those that validate, nil where there is none.
    ///
    /// **Throws** `ImageFault`, `TrainingDataFault`, `CommandFault` (66) where there is nothing.
    init(_ path: String, split: String?, manifest: DataManifest? = nil) throws {
        self.path = path
        guard FileManager.default.fileExists(atPath: path) else {
            throw CommandFault(ExitStatus.noInput, "\(path): there is no such folder or file.")
        }
        if path.hasSuffix(".npz") {
            let file = try MedMNISTFile(path: path)
            arrays = file
            classes = (0..<file.classCount).map(String.init)
            samples = DataSide.allCases.flatMap { side -> [LabelledSample] in
                guard let own = file.sides[side] else { return [] }
                return own.labels.enumerated().map { index, label in
                    LabelledSample(name: Self.name(own.name, index), label: label, side: side)
                }
            }
            if split != nil {
                throw CommandFault(ExitStatus.usage, "--split is for folders; an .npz file has its sides.")
            }
            return
        }
        arrays = nil
        if let manifest {
            (classes, samples) = (manifest.classes, manifest.samples)
            return
        }
        let table = try split.map { try Self.table($0) }
        // A table with labels needs no folders of classes.
        if let table, table.rows.contains(where: { $0.label != nil }) {
            classes = table.classes
            let indices = Dictionary(
                classes.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
            if let row = table.rows.first(where: { $0.label == nil }) {
                throw TrainingDataFault(
                    .malformedTable, subject: row.place, explanation: "gives \(row.file) no label, as it gives others.")
            }
            try table.requirePresent(
                table.rows.map(\.file).filter { FileManager.default.fileExists(atPath: path + "/" + $0) })
            let groups = Self.numbered(table)
            samples = table.rows.compactMap { row in
                row.label.flatMap { indices[$0] }.map {
                    LabelledSample(name: row.file, label: $0, group: row.group.flatMap { groups[$0] }, side: row.side)
                }
            }
            return
        }
        let folder = try ImageFolder.list(path)
        classes = folder.classes
        try table?.requirePresent(folder.images.map(\.path))
        let groups = table.map(Self.numbered) ?? [:]
        let hasLists = table?.rows.contains { $0.side != nil } ?? false
        samples = folder.images.map { image in
            let row = table?[image.path]
            // Where a list names some, the others are learned from.
            let side = row?.side ?? image.side ?? (hasLists ? .train : nil)
            return LabelledSample(
                name: image.path, label: image.classIndex, group: row?.group.flatMap { groups[$0] }, side: side)
        }
        if let other = folder.others.first {
            remarks.append(
                "\(counted(folder.others.count, "file")) of the folder \(folder.others.count == 1 ? "is" : "are") no "
                    + "PNG or JPEG and \(folder.others.count == 1 ? "was" : "were") left out: \(other)")
        }
    }

    /// Names for the groups of a table, which may be patients': numbered in the order of their bytes.
    private static func numbered(_ table: SplitTable) -> [String: String] {
        let names = Set(table.rows.compactMap(\.group)).sorted { $0.utf8.lexicographicallyPrecedes($1.utf8) }
        return Dictionary(names.enumerated().map { ($1, "group-\($0 + 1)") }, uniquingKeysWith: { first, _ in first })
    }

    /// A table with a head, or a list of names, which are those that validate.
    private static func table(_ path: String) throws(TrainingDataFault) -> SplitTable {
        if path.hasSuffix(".txt") {
            var table = SplitTable()
            try table.addList(path: path, side: .validation)
            return table
        }
        return try SplitTable(path: path)
    }

    private static func name(_ side: String, _ index: Int) -> String {
        let digits = String(index)
        return side + "/" + String(repeating: "0", count: max(0, 5 - digits.count)) + digits
    }

    /// Decodes the images, in their order. **Throws** `ImageFault`.
    func read(_ body: (Int, Result<PixelImage, ImageFault>) -> ReadControl) throws(ImageFault) {
        guard let arrays else {
            return try ImageReader(executable: RunOptions.childExecutable)
                .read(root: path, paths: samples.map(\.name), body)
        }
        var number = 0
        for side in DataSide.allCases {
            guard let own = arrays.sides[side] else { continue }
            for index in 0..<own.count {
                if body(number, .success(own.image(index))) == .stop { return }
                number += 1
            }
        }
    }
}
