import GantryCore
import GantrySandbox

/// Descriptors that an image child is started with, behind its channel.
enum ImageDescriptor {
    /// The folder that paths are below.
    static let folder: Int32 = 4
    /// The deepest folder that all files are in: nothing outside it is readable.
    static let readable: Int32 = 5
}

/// The first message, parent to child: what is common to all requests.
package struct ImageJob: ConfinedJob, Codable {
    /// The process whose end is the child's end.
    package let parentProcessID: Int32
    /// How large a picture may be and how long it may take.
    package let limits: ImageLimits

    /// What the child may take.
    package var addressSpaceBytes: Int { limits.addressSpaceBytes }

    /// See `ConfinedJob`.
    package static var readableDescriptor: Int32 { ImageDescriptor.readable }
}

/// The child's first message.
struct ImageReadiness: Codable {
    /// Both must speak the same protocol; they are the same executable, unless it was replaced while running.
    let protocolVersion: Int
    /// Why it cannot work here; nil where it can.
    let problem: String?

    /// The protocol that this source describes.
    static let currentVersion = 1
}

/// Parent to child: one file.
struct ImageRequest: Codable {
    let number: Int
    /// Below the folder, without a symbolic link on it.
    let path: String
}

/// Child to parent: what came of one file.
///
/// Where it is a picture its values follow in messages of at most `mostBytesOfPiece`: a byte each where it has 8 bits
/// (v of v x 257), else two, little endian.
struct ImageReply: Codable {
    /// A picture that follows.
    struct Picture: Codable {
        let width: Int
        let height: Int
        let channels: Int
        let bits: Int

        /// Values; nil where the picture is beyond `limits`, or none.
        func count(within limits: ImageLimits) -> Int? {
            let sides = 1...limits.largestSide
            guard sides ~= width, sides ~= height, width * height <= limits.mostPixels, channels == 1 || channels == 3,
                bits == 8 || bits == 16
            else { return nil }
            return width * height * channels
        }
    }

    /// Why there is none.
    struct Failure: Codable {
        /// A code of `ImageFaultCode` that a file can come to in the child.
        let code: String
        let explanation: String

        /// The codes that a child may tell.
        static let codes: Set<ImageFaultCode> = [
            .notAnImage, .damaged, .tooLarge, .unsupported, .unreadable, .outsideFolder,
        ]
    }

    let number: Int
    let picture: Picture?
    let failure: Failure?

    static let mostBytesOfPiece = 4 << 20
}
