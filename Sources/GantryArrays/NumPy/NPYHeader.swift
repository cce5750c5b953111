import GantryCore

/// What stands before the values of a NumPy array: their type, their order and the shape.
///
/// **Source** NumPy Enhancement Proposal 1, "A Simple File Format for NumPy Arrays".
struct NPYHeader {
    /// As the file says it, `|u1`.
    let elementType: String
    let shape: [Int]
    /// The shape's product.
    let count: Int
    /// Where the values begin.
    let valuesOffset: Int

    /// The header that `bytes`, of the file `subject`, begin with. **Throws** `malformed`.
    init(_ bytes: ArraySlice<UInt8>, subject: String) throws(ArrayFault) {
        func bad(_ sentence: String) -> ArrayFault { ArrayFault(.malformed, subject: subject, explanation: sentence) }
        var reader = LittleEndianBytes(bytes)
        guard let magic = reader.take(6), magic.elementsEqual([0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59]),
            reader.remaining >= 4, let major = reader.byte(), reader.byte() != nil
        else { throw bad("is no NumPy array file (.npy)") }
        guard (1...3).contains(major), let length = reader.number(major == 1 ? 2 : 4), let header = reader.take(length)
        else { throw bad("ends inside its header") }
        valuesOffset = reader.position - bytes.startIndex
        let text = String(decoding: header, as: UTF8.self)
        guard let type = Self.value(of: "'descr': '", upTo: "'", in: text) else {
            throw bad("has no element type in its header, or one of several fields")
        }
        elementType = String(type)
        guard text.firstRange(of: "'fortran_order': False") != nil else {
            throw bad("is in Fortran order; save numpy.ascontiguousarray of it")
        }
        guard let list = Self.value(of: "'shape': (", upTo: ")", in: text) else {
            throw bad("has no shape in its header")
        }
        var shape: [Int] = []
        var count = 1
        for part in list.split(separator: ",") {
            let digits = part.filter { $0 != " " }
            if digits.isEmpty { continue }
            guard let dimension = Int(digits), dimension >= 0 else { throw bad("has an unreadable shape") }
            let (product, overflow) = count.multipliedReportingOverflow(by: dimension)
            guard !overflow else { throw bad("has an impossible shape") }
            shape.append(dimension)
            count = product
        }
        self.shape = shape
        self.count = count
    }

    private static func value(of key: String, upTo end: Character, in text: String) -> Substring? {
        guard let open = text.firstRange(of: key), let close = text[open.upperBound...].firstIndex(of: end) else {
            return nil
        }
        return text[open.upperBound..<close]
    }
}
