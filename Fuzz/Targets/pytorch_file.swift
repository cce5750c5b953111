// A PyTorch file of either form: it is refused or every tensor lies inside the file; nothing traps, loops or grows.
// The form before PyTorch 1.6 has no checksums: through it mutated pickles reach the interpreter.

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
    guard let saved = try? PyTorchFile(path: "/proc/self/fd/\(descriptor)"),
        let file = try? TorchvisionNames.applied(to: saved)
    else { return 0 }
    // What is made up for tensors that a framework left out: four of a batch norm for a bias, biases of a last layer.
    guard file.shapes.count <= 4 * saved.shapes.count + 1 else { abort() }
    for name in file.shapes.keys {
        if let bytes = try? file.signedBytes(of: name), bytes.count != file.shapes[name]?.elementCount { abort() }
        guard let values = try? file.values(of: name) else { continue }
        // More values than bytes would be invented ones.
        guard values.count <= count, values.count == file.shapes[name]?.elementCount else { abort() }
    }
    return 0
}
