import Foundation

extension Float {
    /// The number in two digits: `1.2e-07`.
    package var writtenInTwoDigits: String { String(format: "%.1e", Double(self)) }
}
