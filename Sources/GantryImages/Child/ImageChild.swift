import CImageFiles
import GantryCore
import GantrySandbox
import Glibc

/// The child process in which PNG and JPEG files are decoded. It is started by `ImageReader` with the folder open, and
/// answers requests until the channel closes.
package struct ImageChild: ConfinedChild, ~Copyable {
    private let folder: SafeFolder
    private let limits: ImageLimits

    /// See `ConfinedChild`.
    package static func ready(
        for job: ImageJob, _ channel: borrowing MessageChannel
    ) throws(SandboxFault) -> ImageChild? {
        do {
            return ImageChild(folder: try SafeFolder(Descriptor(owning: ImageDescriptor.folder)), limits: job.limits)
        } catch {
            try channel.send(
                ImageReadiness(protocolVersion: ImageReadiness.currentVersion, problem: error.explanation))
            return nil
        }
    }

    /// See `ConfinedChild`.
    package consuming func serve(_ channel: borrowing MessageChannel) throws(SandboxFault) {
        try channel.send(ImageReadiness(protocolVersion: ImageReadiness.currentVersion, problem: nil))
        while true {
            let request = try channel.receive(ImageRequest.self)
            try ChildLimits.allowProcessorTime(seconds: limits.secondsPerFile)
            switch decode(request.path) {
            case .success(let decoded): try Self.send(decoded, number: request.number, to: channel)
            case .failure(let fault):
                let failure = ImageReply.Failure(code: fault.code.rawValue, explanation: fault.explanation)
                try channel.send(ImageReply(number: request.number, picture: nil, failure: failure))
            }
        }
    }

    private struct Decoded {
        let picture: ImageReply.Picture
        let pixels: [UInt16]
    }

    private func decode(_ path: String) -> Result<Decoded, ImageFault> {
        do throws(ImageFault) {
            return .success(try Self.decoded(content(of: path), path: path, limits: limits))
        } catch {
            return .failure(error)
        }
    }

    /// The bytes of the file at `path`. **Throws** `.unreadable`, `.outsideFolder`, `.tooLarge`, `.damaged`.
    private func content(of path: String) throws(ImageFault) -> [UInt8] {
        let file: BeneathFile
        do {
            file = try folder.open(path)
        } catch {
            let isOutside = error.code == .outsideFolder || error.code == .symbolicLink
            throw ImageFault(
                isOutside ? .outsideFolder : .unreadable, subject: path, status: error.status,
                explanation: error.explanation)
        }
        guard file.sizeBytes <= limits.mostFileBytes else {
            throw ImageFault(
                .tooLarge, subject: path,
                explanation: "the file has \(file.sizeBytes) bytes; \(limits.mostFileBytes) are allowed")
        }
        var bytes = [UInt8](repeating: 0, count: Int(file.sizeBytes))
        let number = file.descriptor.number
        var done = 0
        while done < bytes.count {
            let count = bytes.withUnsafeMutableBytes { buffer in
                buffer.baseAddress.map { read(number, $0 + done, buffer.count - done) } ?? 0
            }
            if count < 0 && errno == EINTR { continue }
            guard count > 0 else {
                throw ImageFault(
                    .unreadable, subject: path, status: count < 0 ? Int(errno) : nil,
                    explanation: "it cannot be read to its end")
            }
            done += count
        }
        return bytes
    }

    /// The picture that `bytes` hold. **Throws** `.notAnImage`, `.damaged`, `.tooLarge`, `.unsupported`.
    private static func decoded(
        _ bytes: [UInt8], path: String, limits: ImageLimits
    ) throws(ImageFault) -> Decoded {
        var caps = cimagefiles_limits(
            largest_side: UInt32(limits.largestSide), most_pixels: UInt64(limits.mostPixels))
        var facts = cimagefiles_facts()
        var explanation = cimagefiles_explanation()
        var status = cimagefiles_inspect(bytes, bytes.count, &caps, &facts, &explanation)
        guard status == CIMAGEFILES_OK else { throw fault(status, explanation, path) }
        let picture = ImageReply.Picture(
            width: Int(facts.width), height: Int(facts.height), channels: Int(facts.channels), bits: Int(facts.bits))
        guard let count = picture.count(within: limits) else {
            throw ImageFault(.damaged, subject: path, explanation: "its header makes no sense")
        }
        var pixels = [UInt16](repeating: 0, count: count)
        status = cimagefiles_decode(bytes, bytes.count, &caps, &facts, &pixels, count, &explanation)
        guard status == CIMAGEFILES_OK else { throw fault(status, explanation, path) }
        return Decoded(picture: picture, pixels: pixels)
    }

    private static func fault(
        _ status: cimagefiles_status, _ explanation: cimagefiles_explanation, _ path: String
    ) -> ImageFault {
        let text = withUnsafeBytes(of: explanation.text) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
        switch status {
        case CIMAGEFILES_NOT_AN_IMAGE: return ImageFault(.notAnImage, subject: path, explanation: text)
        case CIMAGEFILES_TOO_LARGE, CIMAGEFILES_OUT_OF_MEMORY:
            return ImageFault(.tooLarge, subject: path, explanation: text)
        case CIMAGEFILES_UNSUPPORTED:
            return ImageFault(.unsupported, subject: path, explanation: "is a JPEG that is not decoded: " + text)
        default: return ImageFault(.damaged, subject: path, explanation: "does not decode completely: " + text)
        }
    }

    private static func send(
        _ decoded: Decoded, number: Int, to channel: borrowing MessageChannel
    ) throws(SandboxFault) {
        try channel.send(ImageReply(number: number, picture: decoded.picture, failure: nil))
        let step = ImageReply.mostBytesOfPiece / (decoded.picture.bits / 8)
        for start in stride(from: 0, to: decoded.pixels.count, by: step) {
            let piece = decoded.pixels[start..<min(start + step, decoded.pixels.count)]
            if decoded.picture.bits == 8 {
                try channel.send(framed: MessageChannel.framed(piece.map { UInt8(truncatingIfNeeded: $0) }))
            } else {
                try channel.send(framed: MessageChannel.framed(piece.withUnsafeBytes { Array($0) }))
            }
        }
    }
}
