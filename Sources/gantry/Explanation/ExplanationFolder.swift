import Foundation
import GantryArrays
import GantryCore
import GantryImages
import GantryModelling
import GantryPipeline

/// What `gantry explain` writes: of each item a picture with its map over it and the map as an array, and one account
/// of all, `explanation.json`.
struct ExplanationFolder {
    /// What was explained, and how.
    struct Account: Encodable {
        /// Its form.
        var schema = "gantry.explanation/1"
        /// What every result says.
        var notice = Gantry.notice
        /// The class, or label.
        var `class`: String
        /// `gradcam` or `occlusion`.
        var method: String
        /// Where Grad-CAM's maps were taken; absent for occlusion.
        var stage: String?
        /// Name and version of the pipeline.
        var pipelineName: String
        /// See `pipelineName`.
        var pipelineVersion: String
        /// SHA-256 of the model that scored.
        var modelSHA256: String
        /// The top of the colour scale, which all items share.
        var scaleTop: Double = 0
        /// The slices or pictures.
        var items: [Item] = []
    }

    /// One slice or picture in the account.
    struct Item: Encodable {
        /// File of the picture with its map over it.
        var overlay: String
        /// File of the map in the picture's own pixels.
        var map: String
        /// Which slice it is.
        var slice: ExplainedItem.Slice?
        /// The picture's file, as it was named.
        var image: String?
        /// The probability of the class.
        var probability: Double?
        /// The largest number of the map.
        var largest: Double
        /// Which share of the map lies outside the body.
        var outsideBodyShare: Double?
    }

    /// Writes `items` into `folder`, which is made, on one scale from 0 to `top`. Files of the same names are replaced.
    /// Returns the account.
    ///
    /// **Throws** `CommandFault` (73), `ImageFault`.
    static func write(
        _ items: [ExplainedItem], top: Float, account: Account, to folder: String
    ) throws -> Account {
        let unfinished = try Self.open(folder)
        defer { unfinished.discard() }
        return try write(items, top: top, account: account, to: unfinished)
    }

    /// A hidden folder in `folder`, which is made. **Throws** `CommandFault` (73).
    static func open(_ folder: String) throws(CommandFault) -> UnfinishedFolder {
        do {
            try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
        } catch {
            throw CommandFault(ExitStatus.cannotCreate, "\(folder): cannot be made: \(error.localizedDescription)")
        }
        return try UnfinishedFolder(in: folder, for: "explanation")
    }

    /// The same through a hidden folder that is there.
    static func write(
        _ items: [ExplainedItem], top: Float, account: Account, to unfinished: UnfinishedFolder
    ) throws -> Account {
        var account = account
        account.scaleTop = Double(top)
        for item in items {
            let values = item.values
            let overlay = MapOverlay.withScale(item.picture, map: values, top: top)
            let (picture, map) = (item.name + ".png", item.name + ".npy")
            try unfinished.write(Data(PNGWriting.bytes(of: overlay)), as: picture)
            try unfinished.write(
                NPYFile.data(shape: [item.picture.height, item.picture.width], values: values), as: map)
            account.items.append(
                Item(
                    overlay: picture, map: map, slice: item.slice, image: item.slice == nil ? item.shown : nil,
                    probability: item.probability, largest: Double(item.map.largest),
                    outsideBodyShare: item.outsideBodyShare))
        }
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.sortedKeys, .prettyPrinted, .withoutEscapingSlashes]
        try unfinished.write(try encoder.encode(account) + Data([0x0A]), as: "explanation.json")
        // The account last: what it names is there.
        for file in account.items.flatMap({ [$0.overlay, $0.map] }) + ["explanation.json"] {
            try unfinished.commit(file)
        }
        return account
    }

    /// Prints what was written, as a table.
    static func printed(_ account: Account, items: [ExplainedItem]) {
        let terminal = Terminal.output
        let stage = account.stage == ExplainedStage.last ? "the last stage" : account.stage
        let how = stage.map { "\(account.method) at \($0)" } ?? account.method
        terminal.line(
            "\u{201C}\(account.class.printable)\u{201D} by \(how), one scale from 0 to "
                + "\(MapOverlay.numberText(account.scaleTop))\n")
        var table = Table(columns: [
            .init(title: items.contains { $0.slice == nil } ? "image" : "slice", fit: .cutInFront),
            .init(title: "probability", isNumeric: true), .init(title: "largest", isNumeric: true),
            .init(title: "outside body", isNumeric: true), .init(title: "files"),
        ])
        for item in items {
            table.rows.append(
                .init(cells: [
                    (item.shown.printable, nil), (Presentation.probability(item.probability), nil),
                    (MapOverlay.numberText(Double(item.map.largest)), nil),
                    (item.outsideBodyShare.map { Presentation.decimals($0 * 100, 1) + " %" } ?? "\u{2013}", nil),
                    ("\(item.name).png, .npy", nil),
                ]))
        }
        terminal.write(table.rendered(for: terminal))
    }
}
