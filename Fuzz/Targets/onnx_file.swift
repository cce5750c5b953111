// An ONNX file: it is refused or recognised as a residual network; nothing traps, loops or grows.

import CSandbox
import GantryTensors
import Glibc

/// One input of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    var descriptor: Int32 = -1
    guard csandbox_create_memory(count, &descriptor).status == CSANDBOX_OK else { abort() }
    defer { close(descriptor) }
    guard write(descriptor, bytes, count) == count else { abort() }
    guard let file = try? ONNXFile(path: "/proc/self/fd/\(descriptor)") else { return 0 }
    for name in file.shapes.keys {
        guard let values = try? file.values(of: name) else { abort() }
        // As many values as the file has bytes would be invented ones; a folded norm has as many as its convolution has
        // channels.
        guard values.count <= count, values.count == file.shapes[name]?.elementCount else { abort() }
    }
    return 0
}
