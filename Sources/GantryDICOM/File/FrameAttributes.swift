import GantryCore

/// The attributes of one frame of a multi-frame object: those of its own functional groups, then those that all frames
/// share.
///
/// Each group has its attributes in one item of a sequence of its own. The standard lets a kind of group stand with the
/// frames or in the shared ones; where a file has both, an attribute that the frame's item lacks or leaves empty is the
/// shared one.
///
/// **Source** PS3.3 C.7.6.16 (multi-frame functional groups), C.8.15.3 (those of CT), A.71 (Legacy Converted Enhanced
/// CT).
struct FrameAttributes: AttributeValues {
    private let own: FunctionalGroups
    private let shared: FunctionalGroups

    /// The groups of `frame`, an item of Per-Frame Functional Groups, before `shared`.
    init(frame: DICOMItem, shared: FunctionalGroups) {
        own = FunctionalGroups(of: frame, remembersValues: false)
        self.shared = shared
    }

    /// See `AttributeValues`.
    func value(_ attribute: DICOMAttribute) -> AttributeValue {
        let value = own.value(attribute)
        if case .absent = value { return shared.value(attribute) }
        return value
    }

    /// Whether the frame's own rescale and the shared one both say something, and not the same.
    var contradictsSharedRescale: Bool {
        let numbersDiffer = [DICOMAttribute.rescaleSlope, .rescaleIntercept].contains { attribute in
            guard let number = own.decimals(attribute, count: 1), let other = shared.decimals(attribute, count: 1)
            else { return false }
            return number != other
        }
        guard !numbersDiffer, let type = own.text(.rescaleType), let other = shared.text(.rescaleType) else {
            return numbersDiffer
        }
        return Rescale.saysHounsfield(type) != Rescale.saysHounsfield(other)
    }
}

/// The functional groups in one item: of a frame, or of all frames.
final class FunctionalGroups: AttributeValues {
    private let groups: [DICOMItem]
    private let remembersValues: Bool
    private var values: [DICOMAttribute: AttributeValue] = [:]

    /// The groups that are read.
    private static let kinds: [DICOMAttribute] = [
        .planePositionSequence, .planeOrientationSequence, .pixelMeasuresSequence, .pixelValueTransformationSequence,
        .frameContentSequence, .ctImageFrameTypeSequence, .ctReconstructionSequence, .ctXRayDetailsSequence,
        .ctAcquisitionDetailsSequence, .frameVOILUTSequence, .cardiacSynchronizationSequence,
        .respiratorySynchronizationSequence, .unassignedPerFrameConvertedAttributesSequence,
        .unassignedSharedConvertedAttributesSequence,
    ]

    /// The groups in `item`, none where there is none. `remembersValues`: each attribute is read once, however many
    /// frames ask for it.
    init(of item: DICOMItem?, remembersValues: Bool) {
        groups = Self.kinds.compactMap { item?.firstItem($0) }
        self.remembersValues = remembersValues
    }

    /// See `AttributeValues`.
    func value(_ attribute: DICOMAttribute) -> AttributeValue {
        if let value = values[attribute] { return value }
        var found = AttributeValue.absent
        for group in groups {
            found = group.value(attribute)
            if case .absent = found { continue }
            break
        }
        if remembersValues { values[attribute] = found }
        return found
    }
}
