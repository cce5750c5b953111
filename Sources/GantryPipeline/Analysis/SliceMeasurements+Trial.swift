import GantryCore

extension SliceMeasurements {
    /// A slice whose lowest value outside the padding lies above this shows no air: no chest in Hounsfield units.
    static let highestAirHU = -500

    /// Air in a chest's slices for each millimetre of their way, millilitres: 100 square centimetres. LIDC-IDRI 0001
    /// has 113 from apex to base.
    static let chestAirMillilitresPerMillimetre = 10.0

    /// What is said of the candidate for its images; it is left where it encloses less than `smallestLungMillilitres`
    /// of air, unless its headers say that it is a chest, or slices that could not be decoded may hold the rest.
    func trial(smallestLungMillilitres smallest: Double, saysChest: Bool) -> CandidateTrial {
        guard decoded > 0 else {
            return CandidateTrial(
                left: .nothingDecodable,
                detail: "none of its \(counted(stack.slices.count, "slice")) could be decoded\(whyNoneDecodes)")
        }
        let air = enclosedAirMillilitres
        let over =
            decoded == stack.slices.count
            ? "it" : "the \(decoded) of its \(counted(stack.slices.count, "slice")) that could be decoded"
        let words =
            air.map { "the body encloses \($0.written(decimals: 0, apartFrom: [smallest])) ml of air over \(over)" }
            ?? "how much air the body encloses over it cannot be measured"
        var trial = CandidateTrial(
            detail: words, enclosedAirMillilitres: air, unseenAirMillilitres: unseenAirMillilitres,
            airFractionAtLowestSlice: readings[0]?.air?.airFraction,
            airFractionAtHighestSlice: readings[stack.slices.count - 1]?.air?.airFraction)
        // Every slice shows air, around the body if not in it: those that were decoded speak for the others here.
        guard let lowest = smallestHU, lowest < Self.highestAirHU else {
            let found = smallestHU.map { "the lowest value of all slices is \($0) HU" }
            trial.left = .notHounsfield
            trial.detail =
                "\(found ?? "all pixels are padding"); in and around a chest there is air, below "
                + "\(Self.highestAirHU) HU: these are no Hounsfield units"
            return trial
        }
        guard let air, air < smallest, !saysChest else { return trial }
        let expected = ", of a chest at least \(smallest.writtenInFull(decimals: 0)) ml are expected"
        if trial.isNoChest(smallestLungMillilitres: smallest) {
            trial.left = .notAChest
            trial.detail = words + expected
        } else {
            trial.detail = words + expected + ", which the others may hold"
        }
        return trial
    }

    /// ` (the reader's words)`, of the first slice where they differ; empty where it said nothing.
    private var whyNoneDecodes: String {
        let details = stack.slices.indices.compactMap { readings[$0]?.outcome?.detail }
        guard let first = details.first else { return "" }
        return details.allSatisfy { $0 == first } ? " (\(first))" : " (the first: \(first))"
    }

    /// Air enclosed by the body over the stack, millilitres: of each decoded slice its area times the way that it
    /// stands for. Nil where the distance of slices is not known.
    private var enclosedAirMillilitres: Double? {
        let decoded = decodedIndices
        guard let ways = ways(of: decoded) else { return nil }
        let air = zip(decoded, ways).reduce(0) { sum, slice in
            sum + (airSquareMillimetres(of: slice.0) ?? 0) * slice.1
        }
        // Absurd spacings lead beyond any number that can be written down.
        return air.isFinite ? air / 1000 : nil
    }

    /// Air in the part of the stack that no decoded slice stands for, were it a chest's, millilitres: a slice missing
    /// between two others is told by these, of several in a row and of those at an end nobody knows.
    private var unseenAirMillilitres: Double? {
        guard let all = ways(of: Array(stack.slices.indices)), let known = ways(of: decodedIndices) else { return nil }
        let unseen = all.reduce(0, +) - known.reduce(0, +)
        let tolerance = 1e-6
        return unseen > tolerance && unseen.isFinite ? unseen * Self.chestAirMillilitresPerMillimetre : nil
    }

    /// Air enclosed by the body on a slice, square millimetres; nil where it was not decoded. Absurd spacings lead
    /// beyond any number that can be written down.
    func airSquareMillimetres(of index: Int) -> Double? {
        guard let air = readings[index]?.air else { return nil }
        let plane = stack.slices[index].plane
        return air.airPixels * plane.rowSpacingMillimetres * plane.columnSpacingMillimetres
    }

    /// Indices of the decoded slices, in slice order.
    private var decodedIndices: [Int] { stack.slices.indices.filter { readings[$0]?.air != nil } }

    /// The way that each of the slices at `indices` stands for where these are all there is, millimetres.
    private func ways(of indices: [Int]) -> [Double]? {
        stack.geometry.ways(at: indices.map { stack.slices[$0].positionMillimetres })
    }
}
