import CSandbox
import FoundationEssentials

/// One end of a stream of messages between two processes: each a length of four bytes (little endian), then a body of
/// that many bytes, JSON unless said otherwise.
///
/// Lengths are checked before anything is allocated. One thread at a time sends by an end, and one receives.
public struct MessageChannel: ~Copyable, Sendable {
    private let descriptor: Descriptor

    /// Longest body in bytes, either way. A header of a DICOM object takes two or three thousand, and some three
    /// hundred for each further frame, of which there may be tens of thousands.
    public static let maximumBytes = 16 << 20

    /// Takes over a connected socket.
    public init(_ descriptor: consuming Descriptor) { self.descriptor = descriptor }

    /// The socket's number, to be given to a child.
    public var number: Int32 { descriptor.number }

    /// Two connected ends.
    ///
    /// **Throws** `.systemCall`.
    public static func pair() throws(SandboxFault) -> ChannelPair {
        var near: Int32 = -1
        var far: Int32 = -1
        try csandbox_create_channel(&near, &far).orThrow(.systemCall, "no channel could be made")
        return ChannelPair(
            near: MessageChannel(Descriptor(owning: near)), far: MessageChannel(Descriptor(owning: far)))
    }

    /// A message of this body, as it goes over the channel. **Throws** `.messageTooLarge`.
    package static func framed(_ body: some Collection<UInt8>) throws(SandboxFault) -> [UInt8] {
        guard body.count <= maximumBytes else {
            throw SandboxFault(
                .messageTooLarge, subject: "",
                explanation: "a message of \(body.count) bytes, at most \(maximumBytes) are allowed")
        }
        let length = UInt32(body.count)
        return (0..<4).map { UInt8(truncatingIfNeeded: length >> (8 * $0)) } + body
    }

    /// Sends what `framed` made.
    ///
    /// **Throws** `.channelClosed`, `.timedOut`, `.systemCall`.
    package func send(framed message: [UInt8], until deadline: Deadline = .never) throws(SandboxFault) {
        let result = message.withUnsafeBytes { bytes in
            bytes.baseAddress.map { csandbox_send(descriptor.number, $0, bytes.count, deadline.nanoseconds) }
        }
        try result?.orThrowChannelFault()
    }

    /// Sends one message.
    ///
    /// **Throws** what `framed` and `send(framed:)` throw; `.malformedMessage` where it has no JSON form (a number that
    /// is not finite).
    public func send(_ message: some Encodable, until deadline: Deadline = .never) throws(SandboxFault) {
        try send(framed: Self.framed(Self.body(of: message)), until: deadline)
    }

    /// Sends one message, and with it copies of `descriptors`, 1 to 8, for `receive(_:descriptorsFrom:)`.
    ///
    /// **Throws** as without them.
    package func send(
        _ message: some Encodable, descriptors: [Int32], until deadline: Deadline = .never
    ) throws(SandboxFault) {
        let bytes = try Self.framed(Self.body(of: message))
        try csandbox_send_descriptors(
            descriptor.number, bytes, bytes.count, descriptors, descriptors.count, deadline.nanoseconds
        ).orThrowChannelFault()
    }

    private static func body(of message: some Encodable) throws(SandboxFault) -> Data {
        do {
            return try JSONEncoder().encode(message)
        } catch {
            throw SandboxFault(.malformedMessage, subject: "", explanation: "a value cannot be written as JSON")
        }
    }

    /// Waits for one message. What has already arrived is returned even after the deadline.
    ///
    /// **Throws** `.channelClosed`, `.timedOut`, `.messageTooLarge`, `.malformedMessage`, `.systemCall`.
    public func receive<Message: Decodable>(
        _ type: Message.Type, until deadline: Deadline = .never
    ) throws(SandboxFault) -> Message {
        try Self.message(type, of: receiveBody(until: deadline))
    }

    /// Waits for one message. The descriptors that come with it, if any, become `first`, `first` + 1, ...; they are the
    /// caller's to close.
    ///
    /// **Throws** `.channelClosed`, `.messageTooLarge`, `.malformedMessage`; `.systemCall`, also where such a number is
    /// taken.
    package func receive<Message: Decodable>(
        _ type: Message.Type, descriptorsFrom first: Int32
    ) throws(SandboxFault) -> Message {
        var head: [UInt8] = [0, 0, 0, 0]
        try csandbox_receive_descriptors(
            descriptor.number, &head, head.count, first, Deadline.never.nanoseconds
        ).orThrowChannelFault()
        return try Self.message(type, of: receiveBody(after: head, until: .never))
    }

    private static func message<Message: Decodable>(
        _ type: Message.Type, of body: [UInt8]
    ) throws(SandboxFault) -> Message {
        do {
            return try JSONDecoder().decode(type, from: Data(body))
        } catch {
            throw SandboxFault(.malformedMessage, subject: "", explanation: "a message does not fit the protocol")
        }
    }

    /// Whether something arrives until `deadline`, or the channel is closed: then receiving does not wait.
    ///
    /// **Throws** `.systemCall`.
    package func hasArrival(until deadline: Deadline) throws(SandboxFault) -> Bool {
        let result = csandbox_wait_readable(descriptor.number, deadline.nanoseconds)
        if result.status == CSANDBOX_TIMED_OUT { return false }
        try result.orThrowChannelFault()
        return true
    }

    /// Waits for one message and returns its body, whatever that is.
    ///
    /// **Throws** `.channelClosed`, `.timedOut`, `.messageTooLarge`, `.systemCall`.
    package func receiveBody(until deadline: Deadline = .never) throws(SandboxFault) -> [UInt8] {
        var head: [UInt8] = [0, 0, 0, 0]
        try receive(into: &head, until: deadline)
        return try receiveBody(after: head, until: deadline)
    }

    private func receiveBody(after head: [UInt8], until deadline: Deadline) throws(SandboxFault) -> [UInt8] {
        let length = head.reversed().reduce(0) { $0 << 8 | Int($1) }
        guard length <= Self.maximumBytes else {
            throw SandboxFault(.messageTooLarge, subject: "", explanation: "a message of \(length) bytes is announced")
        }
        var body = [UInt8](repeating: 0, count: length)
        try receive(into: &body, until: deadline)
        return body
    }

    private func receive(into bytes: inout [UInt8], until deadline: Deadline) throws(SandboxFault) {
        let result = bytes.withUnsafeMutableBytes { buffer in
            buffer.baseAddress.map { csandbox_receive(descriptor.number, $0, buffer.count, deadline.nanoseconds) }
        }
        try result?.orThrowChannelFault()
    }
}

/// The two ends of a new channel.
public struct ChannelPair: ~Copyable, Sendable {
    /// For this process.
    public let near: MessageChannel
    /// For the child; closed here once the child has it.
    public let far: MessageChannel

    /// The end for this process; the other is closed.
    public consuming func takeNear() -> MessageChannel { near }
}

extension csandbox_result {
    fileprivate func orThrowChannelFault() throws(SandboxFault) {
        switch status {
        case CSANDBOX_CLOSED: try orThrow(.channelClosed, "the other end is closed")
        case CSANDBOX_TIMED_OUT: try orThrow(.timedOut, "no answer in time")
        default: try orThrow(.systemCall, "the channel failed")
        }
    }
}
