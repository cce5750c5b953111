extension Window {
    /// Whether the standard allows the values: finite, and a width of at least 1 for LINEAR, above 0 for the others.
    public var isValid: Bool {
        guard windowCenterHU.isFinite, windowWidthHU.isFinite else { return false }
        return function == .linear ? windowWidthHU >= 1 : windowWidthHU > 0
    }

    /// The windowed value of `hounsfield`, 0...1, never falling as `hounsfield` rises.
    ///
    /// Zero where the window is not valid or `hounsfield` is not a number.
    ///
    /// **Source** PS3.3 C.11.2.1.2.1 (LINEAR), C.11.2.1.3.2 (LINEAR_EXACT), C.11.2.1.3.1 (SIGMOID), with an output
    /// range of 0 to 1.
    public func windowed(_ hounsfield: Double) -> Double {
        guard isValid, !hounsfield.isNaN else { return 0 }
        return windowedUnchecked(hounsfield)
    }

    /// Grey levels of the windowed values: 255 x value, rounded to the nearest, halves up.
    ///
    /// **Shape** as `hounsfield`. All zero where the window is not valid.
    public func greyLevels(of hounsfield: Span<Int16>) -> [UInt8] { GreyTable(self).levels(of: hounsfield) }

    /// The grey level of one value; the window is valid.
    fileprivate func greyLevel(of hounsfield: Int16) -> UInt8 {
        UInt8((windowedUnchecked(Double(hounsfield)) * 255 + 0.5).rounded(.down))
    }

    private func windowedUnchecked(_ hounsfield: Double) -> Double {
        let (center, width) = (windowCenterHU, windowWidthHU)
        switch function {
        case .linear:
            // The standard counts pixel values, each one wide: a width of w spans w - 1 steps around center - 0.5.
            if hounsfield <= center - 0.5 - (width - 1) / 2 { return 0 }
            if hounsfield > center - 0.5 + (width - 1) / 2 { return 1 }
            return clamped((hounsfield - (center - 0.5)) / (width - 1) + 0.5)
        case .linearExact:
            if hounsfield <= center - width / 2 { return 0 }
            if hounsfield > center + width / 2 { return 1 }
            return clamped((hounsfield - center) / width + 0.5)
        case .sigmoid:
            return 1 / (1 + Elementary.exponential(-4 * (hounsfield - center) / width))
        }
    }

    /// Rounding may step over an end by one unit in the last place, and tiny widths may divide zero by zero.
    private func clamped(_ value: Double) -> Double {
        value > 0 ? min(value, 1) : 0
    }
}

/// The grey level of every Hounsfield value in a window: made once, it turns a slice into a picture at the cost of a
/// look-up a pixel.
public struct GreyTable: Sendable {
    /// By bit pattern.
    private let levels: [UInt8]

    /// The table of `window`; all zero where the window is not valid.
    public init(_ window: Window) {
        let isValid = window.isValid
        levels = (0...UInt16.max).map { isValid ? window.greyLevel(of: Int16(bitPattern: $0)) : 0 }
    }

    /// Grey levels of `hounsfield`, as `Window.greyLevels` says. **Shape** as `hounsfield`.
    public func levels(of hounsfield: Span<Int16>) -> [UInt8] {
        levels.withUnsafeBufferPointer { table in
            [UInt8](unsafeUninitializedCapacity: hounsfield.count) { levels, count in
                for index in hounsfield.indices {
                    levels.initializeElement(at: index, to: table[Int(UInt16(bitPattern: hounsfield[index]))])
                }
                count = hounsfield.count
            }
        }
    }
}
