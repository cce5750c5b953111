/// A series put in anatomical order, and what fell away on the way.
public struct StackedSeries: Sendable, Equatable {
    /// The slices in order; nil where no instance has an image and a place.
    public var stack: SliceStack?
    /// The end of every instance that is not a slice of the stack, by path; the stack's own `outcomes` are the same.
    public var outcomes: [FileOutcome]
    /// What the quality assessment wants to know and the stack does not say.
    public var evidence: StackEvidence

    /// A stacked series of these parts.
    public init(stack: SliceStack?, outcomes: [FileOutcome], evidence: StackEvidence) {
        self.stack = stack
        self.outcomes = outcomes
        self.evidence = evidence
    }
}

/// Facts about a stack that bear on the study's quality.
public struct StackEvidence: Sendable, Hashable, Codable {
    /// Slices whose pixel data had been compressed with loss (their transfer syntax or (0028,2110) says so).
    public var lossySlices: Int
    /// Positions at which several instances lay; the later acquisition was kept.
    public var positionConflicts: Int
    /// Those of them where date and time, Acquisition Number and Instance Number named no later one.
    public var undecidedConflicts: Int
    /// Instances of the series that are no slice because something is wrong with them.
    public var unusableInstances: Int

    /// Evidence; nothing noticed unless given.
    public init(
        lossySlices: Int = 0, positionConflicts: Int = 0, undecidedConflicts: Int = 0, unusableInstances: Int = 0
    ) {
        self.lossySlices = lossySlices
        self.positionConflicts = positionConflicts
        self.undecidedConflicts = undecidedConflicts
        self.unusableInstances = unusableInstances
    }
}

extension SliceStack {
    /// The slices of `series` by increasing position along their normal. The order of its instances has no influence.
    ///
    /// Put aside, with an outcome, are
    /// - instances without an image or without a usable plane;
    /// - instances that fail a rule which more than half of the series passes (a scout among slices, say);
    /// - instances whose rows, columns, orientation (within 2e-3 of each direction) or pixel spacing (within 0.1 %)
    ///   differ from those of the largest group (among equals: the group of the first SOP Instance UID);
    /// - at one position (`SeriesGeometry.samePositionMillimetres`) all but the latest acquisition, by Acquisition
    ///   Date and Time, then Acquisition Number, then Instance Number, then SOP Instance UID; an absent value is
    ///   earlier than any (`.supersededAtPosition`).
    public static func stacking(_ series: Series, rules: SeriesRules) -> StackedSeries {
        let instances = series.instances.sorted { $0.sopInstanceUID < $1.sopInstanceUID }
        var outcomes: [FileOutcome] = []
        let candidates = placed(instances, rules: rules, outcomes: &outcomes)
        let group = largestGroup(of: candidates, outcomes: &outcomes)
        let unusable = outcomes.count { $0.disposition == .rejected }
        guard let normal = SeriesGeometry.sharedNormal(of: group.map(\.plane)) else {
            return StackedSeries(
                stack: nil, outcomes: outcomes.sorted { pathPrecedes($0.file, $1.file) },
                evidence: StackEvidence(unusableInstances: unusable))
        }
        let apart = lookalikes(of: group, among: instances, outcomes: outcomes, normal: normal)
        var evidence = StackEvidence(unusableInstances: unusable + apart)
        let kept = latestAtEachPosition(of: group, normal: normal, evidence: &evidence, outcomes: &outcomes)
        outcomes.sort { pathPrecedes($0.file, $1.file) }
        guard
            let geometry = SeriesGeometry.measuring(
                kept.map(\.plane), along: normal, toleranceMillimetres: rules.spacingToleranceMillimetres)
        else { return StackedSeries(stack: nil, outcomes: outcomes, evidence: evidence) }
        evidence.lossySlices = kept.count { $0.instance.wasLossyCompressed || $0.instance.transferSyntax.isLossy }
        let slices = kept.map { slice in
            SliceSource(
                file: slice.instance.file, sopInstanceUID: slice.instance.sopInstanceUID, frameNumber: 1,
                instanceNumber: slice.instance.instanceNumber,
                positionMillimetres: slice.plane.imagePositionPatient.dot(normal),
                rows: slice.pixels.rows, columns: slice.pixels.columns, plane: slice.plane)
        }
        let stack = SliceStack(
            seriesInstanceUID: series.seriesInstanceUID, slices: slices, geometry: geometry, outcomes: outcomes)
        return StackedSeries(stack: stack, outcomes: outcomes, evidence: evidence)
    }

    /// Number of instances that were put aside as sound and yet look like slices of the stack: same matrix, parallel
    /// plane, no localizer. What they would have shown is not in the verdict.
    private static func lookalikes(
        of group: [PlacedInstance], among instances: [SOPInstance], outcomes: [FileOutcome], normal: Vector3
    ) -> Int {
        guard let first = group.first else { return 0 }
        let skipped = Set(outcomes.filter { $0.disposition == .skipped }.map(\.file))
        return instances.count { instance in
            guard skipped.contains(instance.file), let pixels = instance.pixels, let frame = instance.frames.first,
                let plane = frame.plane
            else {
                return false
            }
            return pixels.rows == first.pixels.rows && pixels.columns == first.pixels.columns
                && abs(plane.normal.dot(normal)) > 0.999
                && !frame.imageType.contains { $0.uppercased() == "LOCALIZER" }
        }
    }

    /// An instance that has an image and a place.
    private struct PlacedInstance {
        var instance: SOPInstance
        var uid: UID { instance.sopInstanceUID }
        var plane: SlicePlane
        var pixels: PixelDescription
    }

    private static func placed(
        _ instances: [SOPInstance], rules: SeriesRules, outcomes: inout [FileOutcome]
    ) -> [PlacedInstance] {
        let applicable = rules.instanceRules.filter { rule in
            instances.count { rule.examine($0).failure == nil } * 2 > instances.count
        }
        return instances.compactMap { instance in
            for rule in applicable {
                let finding = rule.examine(instance)
                guard let reason = finding.failure else { continue }
                outcomes.append(
                    FileOutcome(
                        file: instance.file, reason: reason,
                        detail: "Put aside from its series: \(finding.found); expected: \(rule.expected)."))
                return nil
            }
            guard let pixels = instance.pixels, pixels.rows > 0, pixels.columns > 0 else {
                outcomes.append(
                    FileOutcome(file: instance.file, reason: .notCTImage, detail: "Holds no image."))
                return nil
            }
            guard let plane = instance.frames.first?.plane else {
                outcomes.append(
                    FileOutcome(
                        file: instance.file, reason: .attributeMissing,
                        detail: "Image Position, Image Orientation or Pixel Spacing is absent or unusable."))
                return nil
            }
            return PlacedInstance(instance: instance, plane: plane, pixels: pixels)
        }
    }

    private static func largestGroup(
        of candidates: [PlacedInstance], outcomes: inout [FileOutcome]
    ) -> [PlacedInstance] {
        var groups: [[PlacedInstance]] = []
        for candidate in candidates {
            if let index = groups.firstIndex(where: { difference(of: candidate, from: $0[0]) == nil }) {
                groups[index].append(candidate)
            } else {
                groups.append([candidate])
            }
        }
        // `max` keeps the last of equals; reversed, that is the group of the first UID.
        guard let largest = groups.reversed().max(by: { $0.count < $1.count }) else { return [] }
        for candidate in candidates {
            guard let difference = difference(of: candidate, from: largest[0]) else { continue }
            outcomes.append(
                FileOutcome(
                    file: candidate.instance.file, reason: .attributeInvalid,
                    detail: "\(difference) differ from \(largest.count) of the \(counted(candidates.count, "image")) "
                        + "in its series."))
        }
        return largest
    }

    /// The attributes in which two instances cannot be slices of one stack; nil where they can.
    private static func difference(of one: PlacedInstance, from other: PlacedInstance) -> String? {
        if one.pixels.rows != other.pixels.rows || one.pixels.columns != other.pixels.columns {
            return "Rows and Columns"
        }
        let (plane, reference) = (one.plane, other.plane)
        if (plane.rowDirection - reference.rowDirection).length > 2e-3
            || (plane.columnDirection - reference.columnDirection).length > 2e-3
        {
            return "Directions of Image Orientation (Patient)"
        }
        let rowRatio = plane.rowSpacingMillimetres / reference.rowSpacingMillimetres
        let columnRatio = plane.columnSpacingMillimetres / reference.columnSpacingMillimetres
        return abs(rowRatio - 1) > 1e-3 || abs(columnRatio - 1) > 1e-3 ? "Values of Pixel Spacing" : nil
    }

    private static func latestAtEachPosition(
        of group: [PlacedInstance], normal: Vector3, evidence: inout StackEvidence, outcomes: inout [FileOutcome]
    ) -> [PlacedInstance] {
        let ordered = group.map { (position: $0.plane.imagePositionPatient.dot(normal), member: $0) }
            .sorted { left, right in
                left.position != right.position
                    ? left.position < right.position
                    : left.member.instance.sopInstanceUID < right.member.instance.sopInstanceUID
            }
        var positions: [[PlacedInstance]] = []
        var previous = -Double.infinity
        for (position, member) in ordered {
            if position - previous > SeriesGeometry.samePositionMillimetres {
                positions.append([member])
            } else {
                positions[positions.count - 1].append(member)
            }
            previous = position
        }
        return positions.map { members in
            let latestFirst = members.sorted { isLater($0.instance, than: $1.instance) ?? ($0.uid > $1.uid) }
            guard members.count > 1 else { return latestFirst[0] }
            evidence.positionConflicts += 1
            if isLater(latestFirst[0].instance, than: latestFirst[1].instance) == nil {
                evidence.undecidedConflicts += 1
            }
            for superseded in latestFirst.dropFirst() {
                outcomes.append(
                    FileOutcome(
                        file: superseded.instance.file, reason: .supersededAtPosition,
                        detail: "\(latestFirst[0].instance.file) lies at the same position "
                            + "and was acquired later or cannot be told apart in time."))
            }
            return latestFirst[0]
        }
    }

    /// Whether `one` was acquired later than `other`; nil where date and time and both numbers are the same.
    private static func isLater(_ one: SOPInstance, than other: SOPInstance) -> Bool? {
        let (time, otherTime) = (
            one.frames.first?.acquisitionDateTime ?? "", other.frames.first?.acquisitionDateTime ?? ""
        )
        if time != otherTime { return pathPrecedes(otherTime, time) }
        let numbers = [
            (one.frames.first?.acquisitionNumber, other.frames.first?.acquisitionNumber),
            (one.instanceNumber, other.instanceNumber),
        ]
        for (number, otherNumber) in numbers where number != otherNumber {
            return (number ?? Int.min) > (otherNumber ?? Int.min)
        }
        return nil
    }
}
