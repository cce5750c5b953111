extension TensorCollection {
    /// The elements of one tensor. **Throws** `unusableValue` where one is NaN or infinite; faults of reading.
    package func finiteValues(of name: String) throws(WeightsError) -> [Float] {
        let values = try values(of: name)
        guard !values.areFinite, let index = values.firstIndex(where: { !$0.isFinite }) else { return values }
        throw .tensor(.unusableValue, name, in: origin, "element \(index) is \(values[index]).")
    }

    /// Checks every element of these tensors.
    ///
    /// **Throws** `unsupportedElementType` naming every tensor that is stored as something else than floats of 16 to
    /// 64 bits; `unusableValue`, one error naming every tensor with NaN or infinity, or a running variance below zero;
    /// faults of reading.
    public func requireUsableValues(of names: [String]) throws(WeightsError) {
        let others = names.compactMap { name -> String? in
            guard let type = elementType(of: name), ![.f64, .f32, .f16, .bf16].contains(type) else { return nil }
            return "\(name) as \(type.rawValue)"
        }
        guard others.isEmpty else {
            throw WeightsError(
                .unsupportedElementType, subject: origin,
                explanation: "tensors are stored as no numbers of a network: \(others.joined(separator: ", ")); "
                    + "F64, F32, F16 or BF16 is needed.")
        }
        var faults: [String] = []
        for name in names {
            let values = try values(of: name)
            if let index = values.firstIndex(where: { !$0.isFinite }) {
                let more = values[index...].count { !$0.isFinite } - 1
                faults.append("\(name): element \(index) is \(values[index])" + (more > 0 ? ", and \(more) more" : ""))
            } else if name.hasSuffix(".running_var"), let index = values.firstIndex(where: { $0 < 0 }) {
                faults.append("\(name): element \(index), a variance, is \(values[index])")
            }
        }
        guard !faults.isEmpty else { return }
        throw WeightsError(
            .unusableValue, subject: origin,
            explanation: "\(faults.count == 1 ? "a tensor holds" : "\(faults.count) tensors hold") what no network can "
                + "compute with; \(faults.joined(separator: "; ")).")
    }
}

extension Array<Float> {
    /// Whether no element is NaN or infinite: the exponent's bits of such numbers are all ones. Many elements at once,
    /// because it does not stop at the first.
    package var areFinite: Bool {
        withUnsafeBufferPointer { elements in
            var largest: UInt32 = 0
            for element in elements { largest = Swift.max(largest, element.bitPattern & Float.infinity.bitPattern) }
            return largest < Float.infinity.bitPattern
        }
    }
}
