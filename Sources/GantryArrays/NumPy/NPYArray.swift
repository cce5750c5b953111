import GantryCore

/// An array of NumPy's, in C order.
public struct NPYArray: Sendable, Equatable {
    /// Element types that are read; little endian.
    public enum ElementType: String, Sendable, CaseIterable {
        case boolean = "|b1"
        case unsigned8 = "|u1"
        case signed8 = "|i1"
        case unsigned16 = "<u2"
        case signed16 = "<i2"
        case unsigned32 = "<u4"
        case signed32 = "<i4"
        case unsigned64 = "<u8"
        case signed64 = "<i8"
        case float32 = "<f4"
        case float64 = "<f8"

        /// Bytes of an element.
        public var byteCount: Int {
            switch self {
            case .boolean, .unsigned8, .signed8: 1
            case .unsigned16, .signed16: 2
            case .unsigned32, .signed32, .float32: 4
            case .unsigned64, .signed64, .float64: 8
            }
        }
    }

    /// File, and member of it, that it was read from.
    public let origin: String
    /// What the elements are.
    public let elementType: ElementType
    /// The dimensions; none for a single number.
    public let shape: [Int]
    /// The elements as they are stored: `count` x `elementType.byteCount`.
    public let bytes: [UInt8]

    /// Elements.
    public var count: Int { bytes.count / elementType.byteCount }

    /// The array that the bytes of an `.npy` file hold.
    ///
    /// **Throws** `malformed`, saying what was found and expected: another element type, Fortran order, too few or too
    /// many values.
    public init(_ file: [UInt8], origin: String) throws(ArrayFault) {
        let header = try NPYHeader(file[...], subject: origin)
        guard let type = ElementType(rawValue: header.elementType) else {
            let types = ElementType.allCases.map(\.rawValue).joined(separator: ", ")
            throw ArrayFault(
                .malformed, subject: origin,
                explanation: "holds elements of type '\(header.elementType)'; one of \(types) is read")
        }
        let (byteCount, overflow) = header.count.multipliedReportingOverflow(by: type.byteCount)
        guard !overflow, file.count - header.valuesOffset == byteCount else {
            throw ArrayFault(
                .malformed, subject: origin,
                explanation: "has \(file.count - header.valuesOffset) bytes of values where its shape \(header.shape) "
                    + "needs \(header.count) of '\(type.rawValue)'")
        }
        self.origin = origin
        elementType = type
        shape = header.shape
        bytes = Array(file[header.valuesOffset...])
    }

    /// The elements as whole numbers. **Throws** `malformed` where they are floating-point numbers, or one is beyond
    /// Int64.
    public func integers() throws(ArrayFault) -> [Int] {
        switch elementType {
        case .boolean, .unsigned8: return bytes.map { Int($0) }
        case .signed8: return bytes.map { Int(Int8(bitPattern: $0)) }
        case .unsigned16: return elements(of: UInt16.self).map { Int($0) }
        case .signed16: return elements(of: Int16.self).map { Int($0) }
        case .unsigned32: return elements(of: UInt32.self).map { Int($0) }
        case .signed32: return elements(of: Int32.self).map { Int($0) }
        case .signed64: return elements(of: Int64.self).map { Int($0) }
        case .unsigned64:
            let numbers = elements(of: UInt64.self)
            guard numbers.allSatisfy({ $0 <= UInt64(Int.max) }) else { throw notWhole("a number above 2^63") }
            return numbers.map { Int($0) }
        case .float32, .float64: throw notWhole("floating-point numbers")
        }
    }

    /// The elements of an array of `<i2`; empty where it is another.
    package var signed16: [Int16] { elementType == .signed16 ? elements(of: Int16.self) : [] }

    /// The elements of an array of floating-point numbers; nil where it holds whole ones.
    package var reals: [Double]? {
        switch elementType {
        case .float32: elements(of: Float.self).map(Double.init)
        case .float64: elements(of: Double.self)
        default: nil
        }
    }

    private func notWhole(_ what: String) -> ArrayFault {
        ArrayFault(
            .malformed, subject: origin, explanation: "holds \(what), where whole numbers are needed (.astype('int64'))"
        )
    }

    private func elements<Element: BitwiseCopyable>(of type: Element.Type) -> [Element] {
        bytes.withUnsafeBytes { raw in
            [Element](unsafeUninitializedCapacity: raw.count / MemoryLayout<Element>.size) { buffer, initialised in
                UnsafeMutableRawBufferPointer(buffer).copyMemory(from: raw)
                initialised = buffer.count
            }
        }
    }
}
