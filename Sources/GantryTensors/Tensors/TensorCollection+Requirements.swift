extension TensorCollection {
    /// Checks that the collection holds these tensors and no others.
    ///
    /// Names for which `ignoring` returns true may be there too. `what` says in the message what the tensors should
    /// have been.
    ///
    /// **Throws** `architectureMismatch`, one error naming every tensor that is missing, extra or of another shape.
    public func requireExactly(
        _ expected: [(name: String, shape: TensorShape)], what: String, ignoring: (String) -> Bool = { _ in false }
    ) throws(WeightsError) {
        let shapes = shapes
        var faults: [String] = []
        let missing = expected.filter { shapes[$0.name] == nil }.map(\.name)
        if !missing.isEmpty { faults.append("missing: \(missing.joined(separator: ", "))") }
        let known = Set(expected.map(\.name))
        let extra = shapes.keys.filter { !known.contains($0) && !ignoring($0) }.sorted()
        if !extra.isEmpty { faults.append("not part of it: \(extra.joined(separator: ", "))") }
        let misshapen = expected.compactMap { (name, shape) -> String? in
            guard let found = shapes[name], found != shape else { return nil }
            return "\(name) is \(found) instead of \(shape)"
        }
        if !misshapen.isEmpty { faults.append("of another shape: \(misshapen.joined(separator: ", "))") }
        guard !faults.isEmpty else { return }
        throw WeightsError(
            .architectureMismatch, subject: origin,
            explanation: "these are not the tensors of \(what); \(faults.joined(separator: "; ")).")
    }
}
