/// The sizes of a tensor's dimensions, outermost first; convolution weights are OIHW.
public struct TensorShape: Hashable, Sendable, CustomStringConvertible, ExpressibleByArrayLiteral {
    /// Sizes, outermost first. Empty for a scalar.
    public let dimensions: [Int]

    /// A shape with these sizes, outermost first.
    public init(_ dimensions: [Int]) { self.dimensions = dimensions }

    /// A shape with these sizes, outermost first.
    public init(arrayLiteral elements: Int...) { dimensions = elements }

    /// The number of elements; 1 for a scalar; nil where a size is negative or the product does not fit an `Int`.
    public var elementCount: Int? {
        var count = 1
        for size in dimensions {
            guard size >= 0 else { return nil }
            let (product, overflow) = count.multipliedReportingOverflow(by: size)
            if overflow { return nil }
            count = product
        }
        return count
    }

    /// As `[64, 3, 7, 7]`.
    public var description: String { "[" + dimensions.map(String.init).joined(separator: ", ") + "]" }
}
