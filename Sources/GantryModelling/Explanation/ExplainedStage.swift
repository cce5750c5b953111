import GantryCore

/// A place in a network whose maps explain a class: behind the stem, or behind a stage.
package struct ExplainedStage: Sendable, Hashable {
    /// `stem`, `layer1`, ..., as a checkpoint names it.
    package let name: String
    /// The network up to here; nil for the last stage, whose maps need no gradients.
    let cut: FreezePoint?

    /// What results call the last stage, whatever its number: of a map in a store nobody knows how many there were.
    package static let last = "last"

    /// What results call it.
    package var account: String { cut == nil ? Self.last : name }

    /// The stage `name` of `architecture`; the last one where that is nil.
    ///
    /// **Throws** `.malformed`, naming the stages that there are.
    package init(_ name: String?, of architecture: ResidualArchitecture) throws(ModellingFault) {
        let stages = architecture.blocksPerStage.count
        let last = stages == 0 ? "stem" : "layer\(stages)"
        let name = name ?? last
        if name == last {
            self.name = name
            cut = nil
            return
        }
        let point = FreezePoint(rawValue: name)
        guard let point, point != .none, point != .backbone, let frozen = point.frozenStages(of: stages) else {
            let all = ["stem"] + (1..<max(stages, 1) + 1).prefix(stages).map { "layer\($0)" }
            throw ModellingFault(
                .malformed, subject: "stage \(name)",
                explanation: "is none of the network's: \(all.joined(separator: ", ")).")
        }
        self.name = name
        cut = frozen == stages && stages > 0 ? nil : point
    }
}
