/// What a bundle's network is given.
public enum InputKind: String, Sendable, Hashable, Codable, CaseIterable {
    /// Slices of CT, in Hounsfield units.
    case ct
    /// Pictures from PNG and JPEG files.
    case images

    /// The settings of the section `preparation` that a bundle for this has, but for `input` and `windows`.
    public var settings: SettingTable<PreparationDefinition> {
        switch self {
        case .ct: PreparationDefinition.settings
        case .images: PreparationDefinition.imageSettings
        }
    }
}
