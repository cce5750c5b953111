extension Collection where Element == Double {
    /// The middle one; of two in the middle, the larger. Nil where there are none.
    public var median: Double? { isEmpty ? nil : sorted()[count / 2] }
}

extension String {
    /// With spaces before it, `width` characters at least.
    public func leftPadded(_ width: Int) -> String { String(repeating: " ", count: Swift.max(0, width - count)) + self }

    /// With spaces after it, `width` characters at least.
    public func rightPadded(_ width: Int) -> String {
        self + String(repeating: " ", count: Swift.max(0, width - count))
    }
}
