import GantryCore
import GantrySandbox

/// One image child and what it has been asked.
final class RunningImageChild {
    private var process: ChildProcess?
    private let channel: MessageChannel
    private let limits: ImageLimits
    /// Requests sent and not answered, oldest first: their numbers and the bytes of their paths.
    private var outstanding: [(number: Int, bytes: Int)] = []
    /// The child took no more requests; what it still says is read to its end.
    private var isClosedForRequests = false

    /// Requests on their way, well below what a socket holds, so that sending never waits.
    private static let mostOutstanding = (count: 8, bytes: 32 << 10)

    /// A child that is ready. **Throws** what keeps it from it.
    init(
        _ reader: ImageReader, folder: borrowing SafeFolder, readable: borrowing Descriptor
    ) throws(SandboxFault) {
        let pair = try MessageChannel.pair()
        let process = try ChildProcess(
            executable: reader.executable, arguments: reader.arguments,
            descriptors: [pair.far.number, folder.number, readable.number])
        reader.childStarted(process.processID)
        let channel = pair.takeNear()
        let deadline = Deadline.after(seconds: reader.limits.wallClockSecondsPerFile)
        try channel.send(
            ImageJob(parentProcessID: ChildLimits.processID, limits: reader.limits), until: deadline)
        let readiness = try channel.receive(ImageReadiness.self, until: deadline)
        if let problem = readiness.problem {
            throw SandboxFault(.notStarted, subject: "", explanation: Self.cleaned(problem))
        }
        guard readiness.protocolVersion == ImageReadiness.currentVersion else {
            throw .protocolViolation("it is of another version")
        }
        self.process = consume process
        self.channel = channel
        limits = reader.limits
    }

    /// Whether it has answered everything and takes no more requests.
    var isSpent: Bool { isClosedForRequests && outstanding.isEmpty }

    /// Asks for a file; false where there is no room for the request now.
    ///
    /// **Throws** where the child is to be ended.
    func ask(_ number: Int, path: String) throws(SandboxFault) -> Bool {
        let bytes = outstanding.reduce(path.utf8.count) { $0 + $1.bytes }
        guard !isClosedForRequests, outstanding.count < Self.mostOutstanding.count,
            outstanding.isEmpty || bytes <= Self.mostOutstanding.bytes
        else { return false }
        do {
            try channel.send(
                ImageRequest(number: number, path: path), until: .after(seconds: limits.wallClockSecondsPerFile))
        } catch {
            guard error.code == .channelClosed, !outstanding.isEmpty else { throw error }
            // What the child said before it ended says which file it was on.
            isClosedForRequests = true
            return false
        }
        outstanding.append((number, path.utf8.count))
        return true
    }

    /// Waits for the answer to the oldest request, which is for the file `path`.
    ///
    /// **Throws** where the child is to be ended.
    func answer(for path: String) throws(SandboxFault) -> Result<PixelImage, ImageFault> {
        let deadline = Deadline.after(seconds: limits.wallClockSecondsPerFile)
        let reply = try channel.receive(ImageReply.self, until: deadline)
        guard let oldest = outstanding.first, reply.number == oldest.number else {
            throw .protocolViolation("it answered what it was not asked")
        }
        outstanding.removeFirst()
        switch (reply.picture, reply.failure) {
        case (let picture?, nil):
            return .success(try image(picture, until: deadline))
        case (nil, let failure?):
            guard let code = ImageFaultCode(rawValue: failure.code), ImageReply.Failure.codes.contains(code) else {
                throw .protocolViolation("its message does not belong here")
            }
            return .failure(ImageFault(code, subject: path, explanation: Self.cleaned(failure.explanation)))
        default: throw .protocolViolation("its message does not belong here")
        }
    }

    /// The picture whose values follow. What a child sends is not trusted: it may be the file that speaks.
    private func image(_ picture: ImageReply.Picture, until deadline: Deadline) throws(SandboxFault) -> PixelImage {
        guard let count = picture.count(within: limits) else {
            throw .protocolViolation("it told of a picture that is not allowed")
        }
        let bytesOfValue = picture.bits / 8
        var pixels: [UInt16] = []
        pixels.reserveCapacity(count)
        while pixels.count < count {
            let piece = try channel.receiveBody(until: deadline)
            guard !piece.isEmpty, piece.count.isMultiple(of: bytesOfValue),
                piece.count / bytesOfValue <= count - pixels.count
            else { throw .protocolViolation("a piece does not fit its picture") }
            if bytesOfValue == 1 {
                pixels.append(contentsOf: piece.lazy.map { UInt16($0) * 257 })
            } else {
                piece.withUnsafeBytes { bytes in
                    for index in stride(from: 0, to: bytes.count, by: 2) {
                        pixels.append(UInt16(bytes[index]) | UInt16(bytes[index + 1]) << 8)
                    }
                }
            }
        }
        guard
            let image = PixelImage(
                width: picture.width, height: picture.height, channels: picture.channels, pixels: pixels)
        else { throw .protocolViolation("it told of a picture that is not allowed") }
        return image
    }

    /// Kills the child if it still runs, reaps it, and says what its end means for the file `path` that it was on.
    func end(after fault: SandboxFault, on path: String) -> ImageFault {
        func ended(_ code: ImageFaultCode, _ explanation: String) -> ImageFault {
            ImageFault(code, subject: path, explanation: explanation)
        }
        guard let process = process.take(), let end = try? process.end() else {
            return ended(.childDied, "the process that decoded it ended, nobody knows how")
        }
        switch (fault.code, end) {
        case (.timedOut, _):
            return ended(.timedOut, "is not decoded within \(limits.wallClockSecondsPerFile) s")
        case (_, .outOfProcessorTime):
            return ended(.timedOut, "takes more than \(limits.secondsPerFile) s of processor time")
        case (.channelClosed, _): return ended(.childDied, "the process that decoded it " + end.explanation)
        default: return ended(.childDied, "the process that decoded it was ended: " + fault.explanation)
        }
    }

    /// A text of a child's for a person: no control characters, not long.
    private static func cleaned(_ text: String) -> String {
        String(
            String.UnicodeScalarView(
                text.unicodeScalars.prefix(300).map { $0.value < 32 || $0.value == 127 ? "?" : $0 }))
    }
}

extension SandboxFault {
    fileprivate static func protocolViolation(_ explanation: String) -> SandboxFault {
        SandboxFault(.malformedMessage, subject: "", explanation: explanation)
    }
}
