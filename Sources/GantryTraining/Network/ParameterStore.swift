import GantryInference
import GantryTensors

/// The numbers that are trained, and their gradients, one after the other: what an optimiser goes through.
///
/// Convolutions lie as OHWI, as the operations read them; tensors of a checkpoint are OIHW.
final class ParameterStore {
    /// Where a tensor lies.
    struct Entry {
        /// The checkpoint's key.
        let name: String
        /// The checkpoint's shape.
        let shape: TensorShape
        /// In the store.
        let offset: Int
        let count: Int
        /// Whether weight decay applies: to weights of convolutions and of the last layer.
        let decays: Bool

        /// Positions of a kernel, and inputs that an output sees; nil where the order is the checkpoint's.
        fileprivate var window: (outputs: Int, taps: Int, inputs: Int)? {
            let sizes = shape.dimensions
            return sizes.count == 4 ? (sizes[0], sizes[2] * sizes[3], sizes[1]) : nil
        }
    }

    /// In depth order.
    private(set) var entries: [Entry] = []
    /// Floats of all entries, with what lies between them.
    private(set) var count = 0
    private(set) var values = FloatBuffer(count: 0)
    private(set) var gradients = FloatBuffer(count: 0)

    /// Makes room for a tensor; returns its number. Before `allocate`.
    func add(_ name: String, _ shape: TensorShape, decays: Bool) -> Int {
        let size = shape.elementCount ?? 0
        entries.append(Entry(name: name, shape: shape, offset: count, count: size, decays: decays))
        // The next cache line.
        count += (size + 15) / 16 * 16
        return entries.count - 1
    }

    /// Makes the memory for all that was added, zeros.
    func allocate() {
        values = FloatBuffer(count: count)
        gradients = FloatBuffer(count: count)
        values.pointer.update(repeating: 0, count: count)
        gradients.pointer.update(repeating: 0, count: count)
    }

    /// Where a tensor's numbers lie.
    func value(_ number: Int) -> UnsafeMutablePointer<Float> { values.pointer + entries[number].offset }
    /// Where its gradient lies.
    func gradient(_ number: Int) -> UnsafeMutablePointer<Float> { gradients.pointer + entries[number].offset }

    /// Takes every tensor from `tensors`. **Throws** `unusableValue`; faults of reading.
    func read(_ tensors: some TensorCollection) throws(WeightsError) {
        for entry in entries {
            let found = try tensors.finiteValues(of: entry.name)
            scatter(found, entry, to: values.pointer + entry.offset)
        }
    }

    /// Every tensor, from memory that is laid out like this store, named with a prefix.
    func tensors(at base: UnsafePointer<Float>, prefix: String = "") -> [NamedTensor] {
        entries.compactMap { entry in
            // The number of values is the shape's.
            try? NamedTensor(
                name: prefix + entry.name, shape: entry.shape, values: gathered(entry, from: base + entry.offset))
        }
    }

    /// Writes tensors named with a prefix into memory that is laid out like this store. **Throws** faults of reading.
    func restore(
        _ tensors: some TensorCollection, prefix: String, to base: UnsafeMutablePointer<Float>
    ) throws(WeightsError) {
        for entry in entries { scatter(try tensors.values(of: prefix + entry.name), entry, to: base + entry.offset) }
    }

    private func scatter(_ found: [Float], _ entry: Entry, to target: UnsafeMutablePointer<Float>) {
        guard let (outputs, taps, inputs) = entry.window else {
            for index in 0..<min(found.count, entry.count) { target[index] = found[index] }
            return
        }
        for output in 0..<outputs {
            for input in 0..<inputs {
                for tap in 0..<taps {
                    target[(output * taps + tap) * inputs + input] = found[(output * inputs + input) * taps + tap]
                }
            }
        }
    }

    private func gathered(_ entry: Entry, from source: UnsafePointer<Float>) -> [Float] {
        guard let (outputs, taps, inputs) = entry.window else {
            return Array(UnsafeBufferPointer(start: source, count: entry.count))
        }
        return [Float](unsafeUninitializedCapacity: entry.count) { values, count in
            for output in 0..<outputs {
                for input in 0..<inputs {
                    for tap in 0..<taps {
                        values[(output * inputs + input) * taps + tap] = source[(output * taps + tap) * inputs + input]
                    }
                }
            }
            count = entry.count
        }
    }
}
