import GantryCore

/// What a second reader is still to be asked about a stack, given the setting and what was asked before.
struct OpinionPlan: Sendable {
    /// What is known already; nil where nothing is.
    let known: SecondOpinion?
    /// Slices to be asked about.
    let wanted: [SliceSource]
    private let extent: SecondOpinionExtent
    private let stack: SliceStack

    /// A plan for `stack` under the setting `extent`; `known` is an opinion on the same content, where there is one.
    ///
    /// A weaker setting takes nothing back: what differs, differs.
    init(_ extent: SecondOpinionExtent, stack: SliceStack, known: SecondOpinion?) {
        self.extent = extent
        self.stack = stack
        self.known = known
        let asked = extent.indices(of: stack.slices.count).map { stack.slices[$0] }
        guard let known else {
            wanted = asked
            return
        }
        wanted = known.extent >= extent ? [] : asked.filter { slice in !known.slices.contains { $0.isOn(slice) } }
    }

    /// What is known once `opinions` on the wanted slices are there; nil where nobody was ever asked.
    func completed(by opinions: [SliceOpinion]) -> SecondOpinion? {
        guard !wanted.isEmpty else { return known }
        let taken = SecondOpinion(extent: extent, slices: opinions)
        return known?.adding(taken, stack: stack.slices) ?? taken
    }
}
