import GantryInference

/// The outputs of one layer for all calibration images, each `[channels, height, width]` CHW.
///
/// `@unchecked Sendable`: the buffers are written only through `forEach`-style loops in which each thread has images of
/// its own, and those loops end before anybody reads.
final class FeatureMaps: @unchecked Sendable {
    let channels: Int
    let height: Int
    let width: Int
    private let buffers: [FloatBuffer]

    var count: Int { buffers.count }
    var positions: Int { height * width }

    init(count: Int, channels: Int, height: Int, width: Int) {
        self.channels = channels
        self.height = height
        self.width = width
        buffers = (0..<count).map { _ in FloatBuffer(count: channels * height * width) }
    }

    subscript(image: Int) -> UnsafeMutablePointer<Float> { buffers[image].pointer }
}
