import GantryCore

/// How stored values become Hounsfield units.
enum HounsfieldMapping {
    /// Slope times stored value plus intercept.
    case rescale(Rescale)
    /// A table in place of them.
    case lut(ModalityLUT)

    /// Calls `body` with the entries of the table; nil where there is none.
    func withTable<Result>(_ body: (UnsafePointer<UInt16>?) -> Result) -> Result {
        switch self {
        case .rescale: body(nil)
        case .lut(let table): table.hounsfield.withUnsafeBufferPointer { body($0.baseAddress) }
        }
    }
}

/// A modality LUT whose entries are Hounsfield units; the standard gives them no sign.
///
/// **Source** PS3.3 C.11.1.1.1.
struct ModalityLUT {
    /// The stored value of the first entry; smaller ones map to it as well, those behind the last entry to the last.
    var firstStoredValue: Int
    /// HU of each stored value from the first on, 1 to 65,536 of them.
    var hounsfield: [UInt16]
}
