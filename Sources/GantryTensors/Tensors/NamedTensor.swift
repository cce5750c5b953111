/// A tensor of a checkpoint under the checkpoint's own key.
public struct NamedTensor: Hashable, Sendable {
    /// The checkpoint's key, as `layer1.0.conv2.weight`.
    public let name: String
    /// Sizes, outermost first.
    public let shape: TensorShape
    /// The elements in row-major order.
    public let values: [Float]

    /// A tensor whose `values` fill its `shape`.
    ///
    /// **Throws** `inconsistentTensor` where the number of values is not the shape's.
    public init(name: String, shape: TensorShape, values: [Float]) throws(WeightsError) {
        guard shape.elementCount == values.count else {
            throw WeightsError(
                .inconsistentTensor, subject: "tensor \(name)",
                explanation: "\(values.count) values do not fill its shape \(shape).")
        }
        self.name = name
        self.shape = shape
        self.values = values
    }
}
