import CDICOM

/// The attributes of one level of an opened file: the top level, or an item of a sequence.
///
/// Valid as long as the file is open.
struct DICOMItem: AttributeValues {
    /// CDICOM's handle.
    let handle: OpaquePointer
    /// CDICOM's number of the level.
    let number: UInt32

    /// Whether the attribute is there, empty or not.
    func has(_ attribute: DICOMAttribute) -> Bool {
        cdicom_has(handle, number, attribute.group, attribute.element)
    }

    /// See `AttributeValues`.
    func value(_ attribute: DICOMAttribute) -> AttributeValue {
        var status = CDICOMStatus.ok
        let text = DICOMLibrary.text { buffer, capacity in
            var length = 0
            status = cdicom_text(
                handle, number, attribute.group, attribute.element, buffer, capacity, &length)
            return length
        }
        switch status {
        case .ok: return .text(text)
        case .attributeMissing: return .absent
        default: return .unusable(DICOMLibrary.explanation())
        }
    }

    /// The first item of the sequence that the attribute is; nil where it is absent, empty or no sequence.
    func firstItem(_ attribute: DICOMAttribute) -> DICOMItem? {
        var items = items(attribute)
        return items.next()
    }

    /// The items of the sequence that the attribute is, in order; none where it is absent or no sequence.
    func items(_ attribute: DICOMAttribute) -> DICOMItems {
        DICOMItems(
            handle: handle,
            sequence: cdicom_sequence(handle, number, attribute.group, attribute.element))
    }
}

/// The items of a sequence, one after the other.
struct DICOMItems: Sequence, IteratorProtocol {
    fileprivate let handle: OpaquePointer
    fileprivate let sequence: UInt32
    private var last = CDICOMNone

    fileprivate init(handle: OpaquePointer, sequence: UInt32) {
        self.handle = handle
        self.sequence = sequence
    }

    /// The next item; nil after the last.
    mutating func next() -> DICOMItem? {
        guard sequence != CDICOMNone else { return nil }
        let item = cdicom_next_item(handle, sequence, last)
        guard item != CDICOMNone else { return nil }
        last = item
        return DICOMItem(handle: handle, number: item)
    }
}
