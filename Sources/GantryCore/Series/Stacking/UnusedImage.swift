/// Why an image that may have been a slice is not in the scored stack.
public enum UnusedImage: String, Sendable, Hashable, Codable, CaseIterable {
    /// Position, orientation or pixel spacing is absent or unusable.
    case withoutPlace
    /// Another size, orientation, pixel spacing, Stack ID or temporal position than its series.
    case ofOtherGeometry
    /// No rescale that leads to Hounsfield units.
    case withoutHounsfield
    /// Of a kind that is not read: no image, colour, another transfer syntax.
    case notRead
    /// Excluded by a rule that most of its series passes, and yet it lies like the stack's slices.
    case excludedByRule = "putAside"
    /// Of another part of the series, where the scored one shows nothing.
    case ofOtherPart

    /// The kind of what ended for `reason` when its series was stacked.
    init(_ reason: FileReason) {
        self =
            switch reason {
            case .attributeMissing: .withoutPlace
            case .attributeInvalid: .ofOtherGeometry
            case .notHounsfield: .withoutHounsfield
            case .contentUnsupported, .transferSyntaxUnsupported: .notRead
            default: .excludedByRule
            }
    }

    /// What is said of so many, without end mark.
    func clause(_ count: Int) -> String {
        let isOne = count == 1
        let images = "\(counted(count, "image")) of the chosen series "
        return switch self {
        case .withoutPlace:
            images + (isOne ? "has" : "have") + " no usable position, orientation or pixel spacing"
        case .ofOtherGeometry:
            images + (isOne ? "differs" : "differ") + " from the scored ones in size, orientation or pixel spacing"
        case .withoutHounsfield: images + (isOne ? "has" : "have") + " no rescale that leads to Hounsfield units"
        case .notRead: images + (isOne ? "is of a kind that is" : "are of a kind that is") + " not read"
        case .excludedByRule: images + (isOne ? "was" : "were") + " put aside by a rule, and may have been slices"
        case .ofOtherPart:
            images + (isOne ? "is" : "are") + " of another part of it, and may show what the scored part does not"
        }
    }
}
