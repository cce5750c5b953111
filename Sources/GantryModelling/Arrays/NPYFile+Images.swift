import GantryArrays
import GantryInference

extension NPYFile {
    /// A batch of images from a file of shape `[N, channels, H, W]`. **Throws** `misshapen`, and what `workshopArray`
    /// throws.
    package static func images(_ path: String, channels: Int) throws(ModellingFault) -> ImageBatch {
        let (shape, values) = try workshopArray(path)
        guard shape.count == 4, shape[1] == channels,
            let images = ImageBatch(
                count: shape[0], channels: shape[1], height: shape[2], width: shape[3], values: values)
        else {
            throw ModellingFault(
                .misshapen, subject: path,
                explanation: "has shape \(shape); expected [N, \(channels), H, W], H and W at least 1."
                    + (shape.count == 4 && shape[3] == channels && shape[1] != channels
                        ? " Is it NHWC? numpy.transpose(x, (0, 3, 1, 2)) turns it." : ""))
        }
        return images
    }

    /// What `readFloat32` reads. **Throws** its fault as one of the workshop.
    static func workshopArray(_ path: String) throws(ModellingFault) -> (shape: [Int], values: [Float]) {
        do {
            return try readFloat32(path)
        } catch {
            throw ModellingFault(
                error.code == .cannotRead ? .cannotRead : .malformed, subject: error.subject, status: error.status,
                explanation: error.explanation)
        }
    }
}
