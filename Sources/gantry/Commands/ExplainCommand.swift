import ArgumentParser
import GantryCore
import GantryPipeline
import GantryStore

/// `gantry explain`: where a network looked.
struct ExplainCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "explain",
        abstract: "Shows where on a slice or a picture the network found what speaks for a class.",
        discussion: """
            With --study the slices of highest probability are explained, as many as a report shows, or the one that \
            --slice names; with --image one PNG or JPEG file, for a bundle for images; with --store the key slices of \
            a study in the store, from the maps kept there, when the images may be gone.

            Of each, the folder gets a PNG of the picture with its map over it and the colour scale beside it, and the \
            map in the picture's own pixels as a NumPy array of Float32, in units of the logit; explanation.json names \
            them. All slices of a study share one scale.

            gradcam weighs the maps of a stage by the gradients of the class's logit; at the last stage it is exact \
            from the last layer's weights. occlusion covers one part of the image after the other and says how much \
            the logit falls: slower, and free of gradients. Neither shows why a network decides as it does; \
            docs/explain.md says what they show.
            """
    )

    @Argument(help: "The folder of a pipeline bundle; with --store the key of a study, or its first digits.")
    var subject: String

    @Option(help: ArgumentHelp("Folder of one DICOM study.", valueName: "folder"))
    var study: String?

    @Option(
        help: ArgumentHelp(
            "SOP Instance UID of one slice of it, with #N behind it for frame N.", valueName: "uid"))
    var slice: String?

    @Option(help: ArgumentHelp("One PNG or JPEG file.", valueName: "file"))
    var image: String?

    @Option(help: ArgumentHelp("The SQLite file that keeps the study.", valueName: "file"))
    var store: String?

    @Option(help: ArgumentHelp("Folder to write into.", valueName: "folder"))
    var output: String

    @Option(
        name: .customLong("class"),
        help: ArgumentHelp("The class, or label, to explain. (default: the positive one)", valueName: "name"))
    var className: String?

    @Option(
        help: ArgumentHelp(
            "Where gradcam takes its maps: stem, layer1, layer2, ... (default: the last stage)", valueName: "stage"))
    var stage: String?

    @Option(help: "gradcam or occlusion. (default: gradcam)")
    var method: Explainer.Method?

    @Option(help: ArgumentHelp("Threads to compute with. (default: one a core)", valueName: "n"))
    var threads: Int?

    @OptionGroup var trust: TrustOptions

    @OptionGroup var readerLimits: ReaderLimitOptions

    @Flag(help: "Print one JSON object instead of the table: what explanation.json says.")
    var json = false

    private var wantedSlice: WantedSlice? { slice.flatMap { WantedSlice($0) } }

    func validate() throws {
        guard [study, image, store].count(where: { $0 != nil }) == 1 else {
            throw ValidationError("Give one of --study, --image and --store.")
        }
        if let slice {
            guard study != nil else { throw ValidationError("--slice is for --study.") }
            guard wantedSlice != nil else {
                throw ValidationError("--slice takes a UID, with #N behind it for frame N, not \(slice).")
            }
        }
        guard store == nil || (className == nil && stage == nil && method == nil) else {
            throw ValidationError(
                "--class, --stage and --method need the images: the store has the positive class's map at the last "
                    + "stage.")
        }
        guard stage == nil || method != .occlusion else {
            throw ValidationError("--stage is for gradcam: occlusion looks at the whole network.")
        }
        if let threads, !(1...1024).contains(threads) {
            throw ValidationError("--threads takes 1 to 1024, not \(threads).")
        }
    }

    func run() throws {
        try command {
            let interruption = try Interruption()
            defer { withExtendedLifetime(interruption) {} }
            if let store {
                let opened = try StoreLocation.openForReading(store)
                try RunOptions.refuse(writing: [("--output", output)], into: opened.inputs())
                let (account, items) = try StoredExplanation.write(subject, of: opened, to: output)
                return try show(account, items)
            }
            let threads = threads ?? CoreDivision.available
            try RunOptions.refuse(
                writing: [("--output", output)], into: [subject] + [study].compactMap(\.self))
            try PipelineBundle.refuse(subject, unlessFor: study == nil ? .images : .ct)
            let keys = try trust.keys()
            let model = try BundleModel.checked(folder: subject, trust: keys)
            try model.bundle.definition.require(study == nil ? .images : .ct, in: subject)
            RunOptions.noteArithmetic(of: model.bundle.definition)
            let explainer = try Explainer(
                model, named: className, method: method ?? .gradcam, stage: stage, trust: keys, threads: threads)
            interruption.hold()
            let (items, top) = try explained(by: explainer, interruption: interruption, threads: threads)
            try interruption.check()
            let definition = model.bundle.definition
            let account = ExplanationFolder.Account(
                class: explainer.className, method: explainer.method.rawValue, stage: explainer.stage?.account,
                pipelineName: definition.name, pipelineVersion: definition.version,
                modelSHA256: definition.scoring.model.scoredFile.sha256)
            try show(try ExplanationFolder.write(items, top: top, account: account, to: output), items)
        }
    }

    private func explained(
        by explainer: Explainer, interruption: Interruption, threads: Int
    ) throws -> (items: [ExplainedItem], top: Float) {
        if let image {
            let item = try ExplainedPicture.item(image, explainer: explainer, check: interruption.check)
            return ([item], item.map.largest)
        }
        let explained = try ExplainedStudy(
            study ?? "", slice: wantedSlice, explainer: explainer,
            limits: readerLimits.applied(to: explainer.bundle.definition.reader), interruption: interruption,
            threads: threads)
        return (explained.items, explained.top)
    }

    private func show(_ account: ExplanationFolder.Account, _ items: [ExplainedItem]) throws {
        guard !json else { return try JSONLines.print("explanation", account) }
        ExplanationFolder.printed(account, items: items)
    }
}
