import Foundation
import GantryCore

extension Window {
    /// A LINEAR window as it is written on a command line, `-600,1500`; nil where it is not.
    init?(argument: String) {
        let parts = argument.split(separator: ",", omittingEmptySubsequences: false).map {
            Double($0.trimmingCharacters(in: .whitespaces))
        }
        guard parts.count == 2, let center = parts[0], let width = parts[1] else { return nil }
        self.init(windowCenterHU: center, windowWidthHU: width)
        guard isValid else { return nil }
    }

    /// What that form is, for a message.
    static let argumentForm = "centre,width in HU with a width of at least 1, such as -600,1500"
}
