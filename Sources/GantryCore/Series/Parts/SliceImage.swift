/// One image that may become a slice: one frame of one instance. Copies share the instance.
struct SliceImage: Sendable {
    private let shared: SharedInstance
    /// Frame within the instance, from 1.
    let frameNumber: Int

    private final class SharedInstance: Sendable {
        let instance: SOPInstance
        init(_ instance: SOPInstance) { self.instance = instance }
    }

    /// The images of `instances`, in order of SOP Instance UID and frame.
    ///
    /// An instance of which no frame is known has one image of which nothing is known, so that every instance has its
    /// place in the table of series.
    static func images(of instances: [SOPInstance]) -> [SliceImage] {
        instances.sorted { $0.sopInstanceUID < $1.sopInstanceUID }.flatMap { instance in
            let shared = SharedInstance(instance)
            return (1...max(1, instance.frames.count)).map { SliceImage(shared: shared, frameNumber: $0) }
        }
    }

    private init(shared: SharedInstance, frameNumber: Int) {
        self.shared = shared
        self.frameNumber = frameNumber
    }

    /// The instance that holds it.
    var instance: SOPInstance { shared.instance }
    /// What is known of the image itself.
    var frame: ImageFrame {
        frameNumber <= shared.instance.frames.count ? shared.instance.frames[frameNumber - 1] : ImageFrame()
    }
    /// Path of the file.
    var file: String { shared.instance.file }
    /// (0008,0018) of the instance.
    var uid: UID { shared.instance.sopInstanceUID }
    /// Where it lies; nil where that is not known.
    var plane: SlicePlane? {
        frameNumber <= shared.instance.frames.count ? shared.instance.frames[frameNumber - 1].plane : nil
    }
    /// The image pixel module; nil where the instance has none, or one without rows or columns.
    var pixels: PixelDescription? {
        shared.instance.pixels.flatMap { $0.rows > 0 && $0.columns > 0 ? $0 : nil }
    }
    /// How sentences name it: the file, and the frame where there are several.
    var name: String { shared.instance.frames.count > 1 ? "frame \(frameNumber) of \(file)" : file }

    /// Whether Image Type has `word` behind its first two values, in upper or lower case.
    func calls(itself word: String) -> Bool { frame.imageType.dropFirst(2).contains { $0.uppercased() == word } }

    /// Order by SOP Instance UID and frame: a choice that does not depend on the order of the input.
    static func precedes(_ one: SliceImage, _ other: SliceImage) -> Bool {
        (one.uid, one.frameNumber) < (other.uid, other.frameNumber)
    }
}

extension SliceImage {
    /// What tells it apart from every other image of its study.
    var id: SliceID { SliceID(sopInstanceUID: uid, frameNumber: frameNumber) }

    /// The images that have a plane, grouped by their position along `normal`, from the lowest; those at one position
    /// in order of UID and frame. Positions nearer than the tolerance to the one before are one.
    static func positions(
        of images: [SliceImage], along normal: Vector3, toleranceMillimetres: Double
    ) -> [[SliceImage]] {
        let ordered = images.compactMap { image in
            image.plane.map { (position: $0.imagePositionPatient.dot(normal), image: image) }
        }.sorted { left, right in
            left.position != right.position ? left.position < right.position : precedes(left.image, right.image)
        }
        var positions: [[SliceImage]] = []
        var previous = -Double.infinity
        for (position, image) in ordered {
            if position - previous > toleranceMillimetres {
                positions.append([image])
            } else {
                positions[positions.count - 1].append(image)
            }
            previous = position
        }
        return positions.map { $0.sorted(by: precedes) }
    }
}
