import GantryCore

/// Attributes without which a file is not read: an outcome where they are absent or cannot be used.
extension OpenedFile {
    /// A UID that every instance has. **Throws** `.attributeMissing`, `.attributeInvalid`.
    func requiredUID(_ attribute: DICOMAttribute) throws(FileOutcome) -> UID {
        switch value(attribute) {
        case .absent: throw outcome(.attributeMissing, "\(attribute) is absent or empty")
        case .unusable(let why): throw outcome(.attributeInvalid, "\(attribute) \(why)")
        case .text(let text):
            guard let uid = UID(text) else { throw outcome(.attributeInvalid, "\(attribute) is no valid UID") }
            return uid
        }
    }

    /// An integer within `range` that an image must have; `fallback` where it is absent and may be.
    ///
    /// **Throws** `.attributeMissing`, `.attributeInvalid`.
    func requiredInteger(
        _ attribute: DICOMAttribute, in range: ClosedRange<Int>, absent fallback: Int? = nil
    ) throws(FileOutcome) -> Int {
        switch value(attribute) {
        case .absent:
            guard let fallback else { throw outcome(.attributeMissing, "\(attribute) is absent or empty") }
            return fallback
        case .unusable(let why): throw outcome(.attributeInvalid, "\(attribute) \(why)")
        case .text(let text):
            guard let number = Numbers.integer(printable(text[...])) else {
                throw outcome(.attributeInvalid, "\(attribute) is no integer")
            }
            guard range.contains(number) else {
                throw outcome(
                    .attributeInvalid,
                    "\(attribute) is \(number); it must be from \(range.lowerBound) to \(range.upperBound)")
            }
            return number
        }
    }
}
