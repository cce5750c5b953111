extension TensorCollection {
    /// The nearest Float32 of each element of the tensor `name`; NaN and infinity stay what they are.
    ///
    /// **Throws** `unusableValue` where an element is beyond Float32.
    package func narrowed(_ values: [Double], of name: String) throws(WeightsError) -> [Float] {
        if let index = values.firstIndex(where: { $0.isFinite && !Float($0).isFinite }) {
            throw .tensor(
                .unusableValue, name, in: origin, "element \(index) is \(values[index]), which is beyond Float32.")
        }
        return values.map { Float($0) }
    }
}
