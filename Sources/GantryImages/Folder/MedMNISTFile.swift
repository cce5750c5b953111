import GantryArrays
import GantryCore

/// A file of MedMNIST: `train_images`, `train_labels`, the same for `val` and `test`.
///
/// **Shape** images `[N, H, W]` or `[N, H, W, 3]`, UInt8; labels `[N, 1]` or `[N]`, whole numbers from 0, or `[N, L]`
/// of 0 and 1 where each picture may have several of L labels (ChestMNIST's kind).
public struct MedMNISTFile: Sendable {
    /// The pictures of one side.
    public struct Side: Sendable {
        /// Its name in the file: `train`, `val`, `test`.
        public let name: String
        /// The class of each picture; none where a picture may have several labels.
        public let labels: [Int]
        /// For each picture whether it has each of the labels; nil where it has one class.
        public let severalLabels: [[Bool]]?
        let images: NPYArray

        /// Number of pictures.
        public var count: Int { images.shape[0] }

        /// A picture. `index` is below `count`.
        public func image(_ index: Int) -> PixelImage {
            let (height, width) = (images.shape[1], images.shape[2])
            let channels = images.shape.count == 4 ? 3 : 1
            let size = height * width * channels
            let bytes = images.bytes[index * size..<(index + 1) * size]
            guard
                let image = PixelImage(
                    width: width, height: height, channels: channels, pixels: bytes.map { UInt16($0) * 257 })
            else { preconditionFailure("the array's shape was looked at when it was read") }
            return image
        }
    }

    /// Its path, as it was given.
    public let path: String
    /// The sides that it has; training at least.
    public let sides: [DataSide: Side]
    /// Number of classes: one more than the largest label of any side; of several labels a picture, of the labels.
    public let classCount: Int

    /// Reads the file, all of it: at most `mostBytes` an array. `takesSeveralLabels`: also one whose pictures may have
    /// several labels, which nothing here learns from.
    ///
    /// **Throws** `.unreadable`; `.malformed` where arrays are missing, or have other types or shapes; `.tooLarge`;
    /// `.multipleLabels` where they are not taken; `.noImages`; `.classesDoNotFit` where a label of validation or test
    /// is none of training, or the sides have other numbers of labels.
    public init(path: String, takesSeveralLabels: Bool = false, mostBytes: Int = 2 << 30) throws(ImageFault) {
        let file: NPZFile
        var sides: [DataSide: Side] = [:]
        do throws(ArrayFault) {
            file = try NPZFile(path: path, mostBytes: mostBytes)
        } catch {
            throw ImageFault(error)
        }
        for (side, name) in [(DataSide.train, "train"), (.validation, "val"), (.test, "test")] {
            let isThere = file.names.contains(name + "_images") || file.names.contains(name + "_labels")
            guard isThere || side == .train else { continue }
            sides[side] = try Side(name, of: file, takesSeveralLabels: takesSeveralLabels)
        }
        self.path = path
        self.sides = sides
        if sides.values.contains(where: { $0.severalLabels != nil }) {
            classCount = try Self.labelCount(of: sides, path: path)
            return
        }
        let known = Set(sides[.train]?.labels ?? [])
        guard let largest = known.max() else {
            throw ImageFault(.noImages, subject: path, explanation: "there is no picture to train with")
        }
        for side in [DataSide.validation, .test] {
            guard let found = sides[side], let label = found.labels.first(where: { !known.contains($0) }) else {
                continue
            }
            throw ImageFault(
                .classesDoNotFit, subject: path,
                explanation: "\(found.name)_labels has a class \(label), which train_labels has not")
        }
        classCount = largest + 1
    }

    /// How many labels the pictures of every side may have. **Throws** `.noImages`, `.classesDoNotFit`.
    private static func labelCount(of sides: [DataSide: Side], path: String) throws(ImageFault) -> Int {
        let counts = [DataSide.train, .validation, .test].compactMap { sides[$0] }.filter { $0.count > 0 }
            .map { (name: $0.name, labels: $0.severalLabels?.first?.count ?? 1) }
        guard let first = counts.first else {
            throw ImageFault(.noImages, subject: path, explanation: "there is no picture")
        }
        if let other = counts.first(where: { $0.labels != first.labels }) {
            throw ImageFault(
                .classesDoNotFit, subject: path,
                explanation: "\(first.name)_labels and \(other.name)_labels have \(first.labels) and \(other.labels) "
                    + "labels a picture")
        }
        return first.labels
    }
}

extension MedMNISTFile.Side {
    /// More classes than any such file has.
    private static var mostClasses: Int { 10_000 }
    private static var largestSide: Int { 16_384 }

    /// More labels than the pictures of any such file have.
    private static var mostLabels: Int { 10_000 }

    /// The side `name` of the file. **Throws** as the file does.
    fileprivate init(_ name: String, of file: NPZFile, takesSeveralLabels: Bool) throws(ImageFault) {
        let images: NPYArray
        let labels: NPYArray
        do throws(ArrayFault) {
            images = try file.array(name + "_images")
            labels = try file.array(name + "_labels")
        } catch {
            throw ImageFault(error)
        }
        func bad(_ array: NPYArray, _ sentence: String) -> ImageFault {
            ImageFault(.malformed, subject: array.origin, explanation: sentence)
        }
        let shape = images.shape
        guard images.elementType == .unsigned8, shape.count == 3 || (shape.count == 4 && shape[3] == 3),
            shape[1...2].allSatisfy({ 1...Self.largestSide ~= $0 })
        else {
            throw bad(
                images,
                "has shape \(shape) of '\(images.elementType.rawValue)'; pictures are [N, H, W] or [N, H, W, 3] of "
                    + "'|u1'"
            )
        }
        self.name = name
        self.images = images
        if takesSeveralLabels, labels.shape.count == 2, labels.shape[0] == shape[0],
            2...Self.mostLabels ~= labels.shape[1]
        {
            self.labels = []
            severalLabels = try Self.severalLabels(labels)
            return
        }
        severalLabels = nil
        guard labels.shape == [shape[0]] || labels.shape == [shape[0], 1] else {
            if labels.shape.count == 2, labels.shape[0] == shape[0] {
                throw ImageFault(
                    .multipleLabels, subject: labels.origin,
                    explanation: "has \(labels.shape[1]) labels a picture; a network here learns one of several classes"
                )
            }
            throw bad(labels, "has shape \(labels.shape); \(shape[0]) pictures need [\(shape[0]), 1]")
        }
        do {
            self.labels = try labels.integers()
        } catch {
            throw ImageFault(error)
        }
        if let label = self.labels.first(where: { !(0..<Self.mostClasses ~= $0) }) {
            throw bad(labels, "has a label \(label); classes are counted from 0, at most \(Self.mostClasses)")
        }
    }

    /// The labels of each picture, of an array `[N, L]`. **Throws** `.malformed` where one is neither 0 nor 1.
    private static func severalLabels(_ array: NPYArray) throws(ImageFault) -> [[Bool]] {
        let values: [Int]
        do throws(ArrayFault) {
            values = try array.integers()
        } catch {
            throw ImageFault(error)
        }
        let count = array.shape[1]
        if let place = values.firstIndex(where: { !(0...1 ~= $0) }) {
            throw ImageFault(
                .malformed, subject: array.origin,
                explanation: "has \(values[place]) as label \(place % count) of picture \(place / count); where a "
                    + "picture has \(count) labels, each is 0 or 1")
        }
        return (0..<array.shape[0]).map { row in (0..<count).map { values[row * count + $0] == 1 } }
    }
}

extension Fault<ImageFaultCode> {
    /// A fault of the file that the arrays are in.
    fileprivate init(_ fault: ArrayFault) {
        let code: ImageFaultCode =
            switch fault.code {
            case .cannotRead: .unreadable
            case .tooLarge: .tooLarge
            case .malformed, .absent: .malformed
            }
        self.init(code, subject: fault.subject, status: fault.status, explanation: fault.explanation)
    }
}
