/// Names for the parts of a series: what number it has, and what it differs in from the others.
enum PartNaming {
    /// One name for each of `groups`, in order; nil for the only one.
    ///
    /// `stack` where the parts differ in Stack ID or geometry alone, `phase` where in temporal position or repetition
    /// alone, `part` where in both.
    static func names(of groups: [SeriesPart.Group]) -> [String?] {
        guard groups.count > 1 else { return groups.map { _ in nil } }
        let stacks = differing(groups, in: [stackID, matrix, orientation, pixelSpacing])
        let phases = differing(groups, in: [temporalPosition, { $0.repetition?.label }])
        let isOneStack = Set(groups.map(\.geometry)).count == 1 && Set(groups.map(\.stackID)).count == 1
        let kind = phases.isEmpty ? "stack" : isOneStack ? "phase" : "part"
        return groups.enumerated().map { index, group in
            let words = (stacks + phases).compactMap { $0(group) }
            let difference = words.isEmpty ? "" : " (\(words.joined(separator: ", ")))"
            return "\(kind) \(index + 1) of \(groups.count)\(difference)"
        }
    }

    private typealias Description = (SeriesPart.Group) -> String?

    /// Those of `descriptions` that do not say the same of all groups.
    private static func differing(_ groups: [SeriesPart.Group], in descriptions: [Description]) -> [Description] {
        descriptions.filter { description in Set(groups.map(description)).count > 1 }
    }

    private static func stackID(_ group: SeriesPart.Group) -> String? {
        group.stackID.map { "Stack ID \($0)" }
    }

    private static func temporalPosition(_ group: SeriesPart.Group) -> String? {
        group.temporalPosition.map { "temporal position \($0)" }
    }

    private static func matrix(_ group: SeriesPart.Group) -> String? {
        group.images.first?.pixels.map { "\($0.rows) x \($0.columns)" }
    }

    private static func orientation(_ group: SeriesPart.Group) -> String? {
        guard let plane = group.images.first?.plane else { return nil }
        let letters = PatientOrientation(plane)
        let components = [plane.normal.x, plane.normal.y, plane.normal.z].map { $0.written(decimals: 2) }
        return #"orientation \#(letters.right)\\#(letters.bottom), normal "# + components.joined(separator: " ")
    }

    private static func pixelSpacing(_ group: SeriesPart.Group) -> String? {
        group.images.first?.plane.map {
            "\($0.rowSpacingMillimetres.written(decimals: 3)) x \($0.columnSpacingMillimetres.written(decimals: 3)) mm"
        }
    }
}
