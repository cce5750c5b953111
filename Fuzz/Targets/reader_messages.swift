// What a reader child may send: a message is refused, or it fits the request it answers; nothing traps in the parent.

import GantryCore
import GantrySandbox
import Glibc

private let instanceUID = UID("1.2.3")

/// A request of each kind, as the parent sends them.
private let requests: [ReaderRequest] = {
    guard let instanceUID else { abort() }
    let slice = FrameAddress(file: "0.dcm", sopInstanceUID: instanceUID, frameNumber: 1, rows: 512, columns: 512)
    return [.header, .pixelDigest, .slice(slice, .air, slot: 0)].map {
        ReaderRequest(number: 0, file: "0.dcm", task: $0)
    }
}()

/// One input of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    guard count <= 64 << 10, let pair = try? MessageChannel.pair() else { return 0 }
    // The child writes what it likes, lengths included, and goes. A socket holds this much without a reader.
    guard write(pair.far.number, bytes, count) == count, shutdown(pair.far.number, Int32(SHUT_WR)) == 0 else {
        return 0
    }
    while let body = try? pair.near.receiveBody(until: .after(seconds: 0)) {
        guard let reply = try? ReaderReply(body: body) else { return 0 }
        guard case .answer(_, let answer) = reply else { continue }
        let fitting = requests.filter { answer.fits($0) }
        if case .failed(_, let detail) = answer {
            guard ReaderAnswer.cleaned(detail).unicodeScalars.allSatisfy({ $0.value >= 32 }) else { abort() }
        } else if fitting.count > 1 {
            abort()
        }
        // What is believed has a message form of its own.
        if !fitting.isEmpty {
            guard let again = try? reply.body(), let same = try? ReaderReply(body: again), same == reply else { abort() }
        }
    }
    return 0
}
