// What the HDF5 child tells of a Keras file: its datasets and settings are refused or recognised as a residual network;
// nothing traps, loops or grows.
//
// A line for each dataset, its path and its sizes (`layers/conv2d/vars/0 7,7,3,8`); behind an empty line the text of
// `model_config`.

import GantryTensors
import Glibc

/// As the parent bounds what a child sends, but smaller.
private let mostElements = 1 << 16

/// The datasets of the lines, all zeros, and the text behind them where there is one.
private func content(_ bytes: [UInt8]) -> HDF5Reader.Content {
    var rest = bytes[...]
    var datasets: [HDF5Reader.Dataset] = []
    var elements = 0
    while let end = rest.firstIndex(of: UInt8(ascii: "\n")), end > rest.startIndex {
        let words = rest[..<end].split(separator: UInt8(ascii: " ")).map { String(decoding: $0, as: UTF8.self) }
        rest = rest[(end + 1)...]
        guard words.count == 2, words[0].utf8.count <= HDF5Listing.longestPath else { continue }
        let shape = TensorShape(words[1].split(separator: ",").prefix(8).compactMap { Int($0) })
        guard let count = shape.elementCount, count <= mostElements - elements else { continue }
        elements += count
        let values = [Float](repeating: 0, count: count)
        datasets.append(HDF5Reader.Dataset(path: words[0], shape: shape, values: values))
    }
    return HDF5Reader.Content(datasets: datasets, modelConfig: rest.isEmpty ? nil : Array(rest.dropFirst()))
}

/// One input of libFuzzer.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ bytes: UnsafePointer<UInt8>, _ count: Int) -> CInt {
    let content = content(Array(UnsafeBufferPointer(start: bytes, count: count)))
    guard let file = try? KerasFile(content, origin: "") else { return 0 }
    // Every dataset but an optimiser's is a tensor, with as many elements; what a plain model lacks may be made
    // besides.
    let kept = content.datasets.filter { !$0.path.hasPrefix("optimizer") }
    guard file.shapes.count >= kept.count else { abort() }
    var found = file.shapes.values.map { $0.elementCount ?? -1 }
    for count in kept.map(\.values.count) {
        guard let place = found.firstIndex(of: count) else { abort() }
        found.remove(at: place)
    }
    // What is made is a number a channel.
    guard found.allSatisfy({ (1...mostElements).contains($0) }) else { abort() }
    for (name, shape) in file.shapes {
        guard let values = try? file.values(of: name), values.count == shape.elementCount else { abort() }
    }
    if let epsilon = file.conventions?.batchNormEpsilon, !(epsilon.isFinite && epsilon > 0) { abort() }
    return 0
}
