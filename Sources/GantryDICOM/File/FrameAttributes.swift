import GantryCore

/// The attributes of one frame of a multi-frame object: its own functional groups, then those that all frames share.
///
/// Each group has its attributes in one item of a sequence of its own; a group of the frame replaces the shared group of
/// the same kind as a whole.
///
/// **Source** PS3.3 C.7.6.16 (multi-frame functional groups), C.8.15.3 (those of CT), A.71 (Legacy Converted Enhanced CT).
struct FrameAttributes: AttributeValues {
    private let groups: [DICOMItem]

    /// The groups that are read.
    private static let kinds: [DICOMAttribute] = [
        .planePositionSequence, .planeOrientationSequence, .pixelMeasuresSequence, .pixelValueTransformationSequence,
        .frameContentSequence, .ctImageFrameTypeSequence, .ctReconstructionSequence, .ctXRayDetailsSequence,
        .ctAcquisitionDetailsSequence, .frameVOILUTSequence, .cardiacSynchronizationSequence,
        .respiratorySynchronizationSequence,
        .unassignedPerFrameConvertedAttributesSequence, .unassignedSharedConvertedAttributesSequence,
    ]

    /// The groups of `frame`, an item of Per-Frame Functional Groups, with those of `shared` where it has none.
    init(frame: DICOMItem, shared: SharedGroups) {
        groups = zip(Self.kinds, shared.groups).compactMap { kind, shared in frame.firstItem(kind) ?? shared }
    }

    /// See `AttributeValues`.
    func value(_ attribute: DICOMAttribute) -> AttributeValue {
        for group in groups {
            let value = group.value(attribute)
            if case .absent = value { continue }
            return value
        }
        return .absent
    }

    /// The groups that all frames share, found once.
    struct SharedGroups {
        /// One for each kind; nil where there is none.
        fileprivate let groups: [DICOMItem?]

        /// Those of the only item of Shared Functional Groups Sequence.
        init(of topLevel: DICOMItem) {
            let shared = topLevel.firstItem(.sharedFunctionalGroupsSequence)
            groups = FrameAttributes.kinds.map { shared?.firstItem($0) }
        }
    }
}
