import GantryCore

/// What a folder of pictures holds: a folder for each class, as torchvision's `ImageFolder` and Keras's
/// `flow_from_directory` find them, or `train`, `val` and `test` above the classes.
///
/// Classes are in the order of their names, pictures of a class in that of their paths, both by bytes. Pictures are the
/// files that end in `.png`, `.jpg` or `.jpeg`, in any case, in the folder of their class or below it; links are
/// followed (those that lead out of the folder, `ImageReader` refuses by name). What begins with a dot is skipped.
///
/// The folders are sides where `train` is one of them, and either each is a side's name (`train`, `val`, `valid`,
/// `validation`, `test`) or there is one more side; then what else there is counts among the others. So a class may be
/// called `train`.
public struct ImageFolder: Sendable, Hashable {
    /// A picture of the folder.
    public struct Image: Sendable, Hashable {
        /// Path below the folder (`PathText`).
        public let path: String
        /// Its class: an index of `classes`.
        public let classIndex: Int
        /// Its side where the folder has sides above its classes.
        public let side: DataSide?
    }

    /// The folder's path, as it was given.
    public let path: String
    /// Names of the classes, in their order.
    public let classes: [String]
    /// The pictures: training before validation before test, by class, then path.
    public let images: [Image]
    /// Paths of the other files, which are left out, in the order of their bytes.
    public let others: [String]

    /// Lists the folder at `path`.
    ///
    /// **Throws** `.unreadable` where it, or one below it, cannot be listed; `.noImages`; `.classesDoNotFit` where
    /// there are no folders of classes, a side stands there twice (`val` and `valid`), or validation or test has a
    /// class that training has not.
    public static func list(_ path: String) throws(ImageFault) -> ImageFolder {
        let names = try FolderNames(path)
        let folders = names.entries.filter { $0.kind == .folder }.map(\.name)
        let sides = folders.filter { sidesByName[$0] != nil }
        let hasSides = sides.contains("train") && (sides.count == folders.count || sides.count > 1)
        guard hasSides || sides.count < folders.count || folders.isEmpty else {
            throw ImageFault(
                .classesDoNotFit, subject: path,
                explanation: "it has \(sides.joined(separator: " and ")), but no folder train")
        }
        var listing = Listing(root: path)
        listing.others = names.entries.filter { $0.kind != .folder }.map(\.name)
        if hasSides {
            for side in DataSide.allCases { try listing.add(side, named: sides.filter { sidesByName[$0] == side }) }
            for folder in folders where sidesByName[folder] == nil { try listing.addOthers(folder) }
        } else {
            try listing.addClasses(folders, in: "", side: nil)
        }
        return try listing.folder()
    }

    private init(path: String, classes: [String], images: [Image], others: [String]) {
        self.path = path
        self.classes = classes
        self.images = images
        self.others = others
    }

    private static let sidesByName: [String: DataSide] = [
        "train": .train, "val": .validation, "valid": .validation, "validation": .validation, "test": .test,
    ]

    /// What has been found so far.
    private struct Listing {
        let root: String
        var classes: [String] = []
        var images: [Image] = []
        var others: [String] = []
        /// Folder of the first class without a picture.
        var empty: String?

        /// Adds the classes of a side, which is none or one of the folders `names`.
        mutating func add(_ side: DataSide, named names: [String]) throws(ImageFault) {
            guard names.count <= 1 else {
                throw ImageFault(
                    .classesDoNotFit, subject: root,
                    explanation: "\(names.joined(separator: " and ")) are both the \(side.rawValue) side; keep one")
            }
            guard let name = names.first else { return }
            let entries = try FolderNames(RelativePath.joined(root, name)).entries
            others += entries.filter { $0.kind != .folder }.map { RelativePath.joined(name, $0.name) }
            try addClasses(entries.filter { $0.kind == .folder }.map(\.name), in: name, side: side)
        }

        /// Adds the classes `names`, folders of `parent`.
        mutating func addClasses(_ names: [String], in parent: String, side: DataSide?) throws(ImageFault) {
            let isFirst = side == nil || side == .train
            if isFirst { classes = names }
            for name in names {
                let folder = RelativePath.joined(parent, name)
                let tree = try PictureTree(folder, below: root)
                others += tree.others
                guard let index = classes.firstIndex(of: name) else {
                    // One without pictures is no class.
                    guard let picture = tree.pictures.first else { continue }
                    throw ImageFault(
                        .classesDoNotFit, subject: RelativePath.joined(root, picture),
                        explanation: "training has no class \(name), whose pictures could be told from nothing learnt")
                }
                if isFirst, tree.pictures.isEmpty { empty = empty ?? folder }
                images += tree.pictures.map { Image(path: $0, classIndex: index, side: side) }
            }
        }

        mutating func addOthers(_ folder: String) throws(ImageFault) {
            let tree = try PictureTree(folder, below: root)
            others += tree.pictures + tree.others
        }

        func folder() throws(ImageFault) -> ImageFolder {
            guard !images.isEmpty else {
                let loose = others.first(where: PictureTree.isPicture)
                throw loose.map { path in
                    ImageFault(
                        .classesDoNotFit, subject: RelativePath.joined(root, path),
                        explanation: "a picture that is in no class; make a folder for each class, with its pictures")
                }
                    ?? ImageFault(
                        .noImages, subject: root,
                        explanation: "no picture (.png, .jpg, .jpeg) in a folder of its class is there")
            }
            if let empty {
                throw ImageFault(
                    .classesDoNotFit, subject: RelativePath.joined(root, empty),
                    explanation: "the class has no picture (.png, .jpg, .jpeg); remove its folder, or fill it")
            }
            return ImageFolder(
                path: root, classes: classes, images: images, others: others.sorted(by: pathPrecedes))
        }
    }
}
