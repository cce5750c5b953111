import GantryTestSupport
import FoundationEssentials
import GantrySandbox
import Glibc
import Testing

/// Framing: lengths come from a process that may be hostile.
struct MessageChannelTests {
    @Test func `a message arrives as it was sent, also an empty and a large one`() throws {
        let pair = try MessageChannel.pair()
        try pair.near.send(["ä", ""])
        #expect(try pair.far.receive([String].self) == ["ä", ""])
        // Larger than the socket holds: the sender waits for the receiver.
        let large = String(repeating: "x", count: MessageChannel.maximumBytes - 4)
        let ends = SharedPair(pair)
        let receiving = ThreadResult { try ends.receiveNear([String].self) }
        try ends.sendFar([large])
        #expect(try receiving.value() == [large])
    }

    @Test func `a descriptor that cannot have the number that is asked for is refused, and closed`() throws {
        let pair = try MessageChannel.pair()
        let carried: MessageChannel
        do {
            let other = try MessageChannel.pair()
            try pair.near.send(["x"], descriptors: [other.far.number])
            carried = other.takeNear()
        }
        let isOpen = try !carried.hasArrival(until: .after(seconds: 0))
        #expect(isOpen)
        let fault = #expect(throws: SandboxFault.self) { try pair.far.receive([String].self, descriptorsFrom: 0) }
        #expect(fault?.code == .systemCall && fault?.status == Int(EBUSY))
        let isClosed = try carried.hasArrival(until: .after(seconds: 0))
        #expect(isClosed)
    }

    @Test func `a message beyond the bound is not sent`() throws {
        let pair = try MessageChannel.pair()
        let fault = #expect(throws: SandboxFault.self) {
            try pair.near.send([String(repeating: "x", count: MessageChannel.maximumBytes)])
        }
        #expect(fault?.code == .messageTooLarge)
    }

    @Test func `a number that is not finite is refused`() throws {
        let pair = try MessageChannel.pair()
        let fault = #expect(throws: SandboxFault.self) { try pair.near.send([Double.nan]) }
        #expect(fault?.code == .malformedMessage)
    }

    @Test func `an announced length beyond the bound is refused before anything is allocated`() throws {
        #expect(try code(receiving: [0xFF, 0xFF, 0xFF, 0xFF]) == .messageTooLarge)
        #expect(try code(receiving: [0x01, 0x00, 0x00, 0x01]) == .messageTooLarge)
    }

    @Test(arguments: [
        [UInt8]("\u{4}\u{0}\u{0}\u{0}nope".utf8), [UInt8]("\u{2}\u{0}\u{0}\u{0}{}".utf8), [0, 0, 0, 0],
        [2, 0, 0, 0, 0xFF, 0xFE],
    ])
    func `bytes that are no such message are refused`(bytes: [UInt8]) throws {
        #expect(try code(receiving: bytes) == .malformedMessage)
    }

    @Test func `a message cut short ends as closed, and so does silence after closing`() throws {
        #expect(try code(receiving: [9, 0]) == .channelClosed)
        #expect(try code(receiving: [9, 0, 0, 0, 1]) == .channelClosed)
        #expect(try code(receiving: []) == .channelClosed)
    }

    @Test func `silence ends at the deadline, and what has arrived is taken after it`() throws {
        let pair = try MessageChannel.pair()
        let fault = #expect(throws: SandboxFault.self) {
            _ = try pair.far.receive([Int].self, until: .after(seconds: 0.02))
        }
        #expect(fault?.code == .timedOut)
        try pair.near.send([7])
        #expect(try pair.far.receive([Int].self, until: .after(seconds: -1)) == [7])
    }

    @Test func `sending to a closed end says so and raises no signal`() throws {
        let near = try MessageChannel.pair().takeNear()
        let fault = #expect(throws: SandboxFault.self) { try near.send([1]) }
        #expect(fault?.code == .channelClosed)
    }

    @Test func `sending to an end that does not read ends at the deadline`() throws {
        let pair = try MessageChannel.pair()
        let large = [String(repeating: "x", count: 1 << 19)]
        let fault = #expect(throws: SandboxFault.self) {
            for _ in 0..<64 { try pair.near.send(large, until: .after(seconds: 0.02)) }
        }
        #expect(fault?.code == .timedOut)
    }

    /// The fault of receiving an array of numbers from an end that wrote `bytes` and closed.
    private func code(receiving bytes: [UInt8]) throws -> SandboxFaultCode? {
        let near: MessageChannel
        do {
            let pair = try MessageChannel.pair()
            #expect(write(pair.far.number, bytes, bytes.count) == bytes.count)
            near = pair.takeNear()
        }
        do throws(SandboxFault) {
            _ = try near.receive([Int].self, until: .after(seconds: 60))
            return nil
        } catch {
            return error.code
        }
    }
}

/// Both ends of a channel, each used by one thread.
private final class SharedPair: Sendable {
    private let pair: ChannelPair

    init(_ pair: consuming ChannelPair) { self.pair = pair }

    func receiveNear<Message: Decodable>(_ type: Message.Type) throws -> Message { try pair.near.receive(type) }
    func sendFar(_ message: some Encodable) throws { try pair.far.send(message) }
}
