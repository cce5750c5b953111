// A file of numpy.savez: it is refused or every array has the elements that its shape says; nothing traps, loops or
// grows beyond the limit.

import CSandbox
import GantryArrays
import Glibc

/// One input of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var descriptor: Int32 = -1
    guard csandbox_create_memory(count, &descriptor).status == CSANDBOX_OK else { abort() }
    defer { close(descriptor) }
    guard write(descriptor, bytes, count) == count else { abort() }
    let most = 1 << 20
    guard let file = try? NPZFile(path: "/proc/self/fd/\(descriptor)", mostBytes: most) else { return 0 }
    for name in file.names.prefix(8) {
        guard let array = try? file.array(name) else { continue }
        guard array.bytes.count <= most + 65536, array.count == array.shape.reduce(1, *) else { abort() }
        if let integers = try? array.integers(), integers.count != array.count { abort() }
    }
    return 0
}
