// What a reader child may send: a message is refused, or it fits the request it answers; nothing traps in the parent.

import GantryCore
import GantrySandbox
import Glibc

private let instanceUID = UID("1.2.3")
private let plane = SlicePlane(
    imagePositionPatient: Vector3(0, 0, 0), rowDirection: Vector3(1, 0, 0), columnDirection: Vector3(0, 1, 0),
    rowSpacingMillimetres: 1, columnSpacingMillimetres: 1)

/// A request of each kind, as the parent sends them.
private let requests: [ReaderRequest] = {
    guard let instanceUID, let plane else { abort() }
    let slice = SliceSource(
        file: "0.dcm", sopInstanceUID: instanceUID, frameNumber: 1, instanceNumber: 1, positionMillimetres: 0,
        rows: 512, columns: 512, plane: plane)
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
    while let reply = try? pair.near.receive(ReaderReply.self, until: .after(seconds: 0)) {
        guard case .answer(_, let answer) = reply else { continue }
        let fitting = requests.filter { answer.fits($0) }
        if case .failed(_, let detail) = answer {
            guard ReaderAnswer.cleaned(detail).unicodeScalars.allSatisfy({ $0.value >= 32 }) else { abort() }
        } else if fitting.count > 1 {
            abort()
        }
        // What is believed has a message form of its own.
        if !fitting.isEmpty, (try? MessageChannel.encode(reply)) == nil { abort() }
    }
    return 0
}
