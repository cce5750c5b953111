import GantryCore

/// The attributes of one frame as our reader has read them, held against what DCMTK reads.
struct AttributeComparison {
    private let theirs: LoadedByDCMTK
    /// The frame, from 0.
    let frame: UInt32
    /// What differs.
    private(set) var differences: [SliceOpinion.Difference] = []
    /// Attributes of which DCMTK makes no number.
    private(set) var unread: [String] = []

    /// Two readers of the same decimal may differ in its last bit.
    private static let decimalTolerance = 1e-9
    /// Directions are normalised by our reader.
    private static let directionTolerance = 1e-6

    /// A comparison with `theirs`, of this frame; nothing is compared yet.
    init(theirs: LoadedByDCMTK, frame: UInt32) {
        self.theirs = theirs
        self.frame = frame
    }

    /// Compares image pixel module, padding, rescale and plane.
    mutating func compare(_ instance: SOPInstance, frameNumber: Int) {
        if let pixels = instance.pixels {
            compare(.rows, Double(pixels.rows))
            compare(.columns, Double(pixels.columns))
            compare(.bitsAllocated, Double(pixels.bitsAllocated))
            compare(.bitsStored, Double(pixels.bitsStored))
            // Absent, it has a usual value in our reader.
            compare(.highBit, Double(pixels.highBit), mayBeAbsent: true)
            compare(.pixelRepresentation, pixels.isSigned ? 1 : 0)
            comparePadding(.pixelPaddingValue, pixels.pixelPaddingValue, isSigned: pixels.isSigned)
            comparePadding(.pixelPaddingRangeLimit, pixels.pixelPaddingRangeLimit, isSigned: pixels.isSigned)
        }
        // A plain object has one description for all its frames.
        let frames = instance.frames
        guard let image = frames.indices.contains(frameNumber - 1) ? frames[frameNumber - 1] : frames.first else {
            return
        }
        if let rescale = image.rescale {
            compare(.rescaleSlope, rescale.rescaleSlope)
            compare(.rescaleIntercept, rescale.rescaleIntercept)
        }
        if let plane = image.plane { compare(plane) }
    }

    private mutating func compare(_ attribute: DICOMAttribute, _ ours: Double, mayBeAbsent: Bool = false) {
        guard let found = numbers(attribute, count: 1, ours: Self.text([ours]), mayBeAbsent: mayBeAbsent) else {
            return
        }
        note(attribute, [ours], found, tolerance: Self.decimalTolerance)
    }

    private mutating func comparePadding(_ attribute: DICOMAttribute, _ ours: Int?, isSigned: Bool) {
        var found: Double?
        switch theirs.numbers(attribute, frame: frame, capacity: 2) {
        case .absent: break
        case .unreadable: return unread.append(attribute.keyword)
        case .read(let numbers):
            guard numbers.count == 1, let number = Int(exactly: numbers[0]) else {
                return unread.append(attribute.keyword)
            }
            // 16 bits are read with the sign of Pixel Representation, whatever their value representation.
            let pattern = UInt16(truncatingIfNeeded: number)
            found = Double(isSigned ? Int(Int16(bitPattern: pattern)) : Int(pattern))
        }
        guard found != ours.map(Double.init) else { return }
        differences.append(
            SliceOpinion.Difference(
                attribute: attribute.keyword, ours: ours.map(String.init) ?? "absent",
                theirs: found.map { Self.text([$0]) } ?? "absent"))
    }

    private mutating func compare(_ plane: SlicePlane) {
        let position = plane.imagePositionPatient
        compare(.imagePositionPatient, [position.x, position.y, position.z], tolerance: Self.decimalTolerance)
        compare(
            .pixelSpacing, [plane.rowSpacingMillimetres, plane.columnSpacingMillimetres],
            tolerance: Self.decimalTolerance)
        let (row, column) = (plane.rowDirection, plane.columnDirection)
        let directions = [row.x, row.y, row.z, column.x, column.y, column.z]
        guard let found = numbers(.imageOrientationPatient, count: 6, ours: Self.text(directions)) else { return }
        let theirRow = Vector3(found[0], found[1], found[2]).normalised
        let theirColumn = Vector3(found[3], found[4], found[5]).normalised
        let normalised = [theirRow, theirColumn].compactMap(\.self).flatMap { [$0.x, $0.y, $0.z] }
        note(
            .imageOrientationPatient, directions, normalised.count == 6 ? normalised : found,
            tolerance: Self.directionTolerance)
    }

    private mutating func compare(_ attribute: DICOMAttribute, _ ours: [Double], tolerance: Double) {
        guard let found = numbers(attribute, count: ours.count, ours: Self.text(ours)) else { return }
        note(attribute, ours, found, tolerance: tolerance)
    }

    /// What DCMTK reads; nil where that has been noted instead, as a difference or as unread.
    private mutating func numbers(
        _ attribute: DICOMAttribute, count: Int, ours: String, mayBeAbsent: Bool = false
    ) -> [Double]? {
        switch theirs.numbers(attribute, frame: frame, capacity: count) {
        case .absent:
            guard !mayBeAbsent else { return nil }
            differences.append(
                SliceOpinion.Difference(attribute: attribute.keyword, ours: ours, theirs: "absent"))
        case .unreadable: unread.append(attribute.keyword)
        case .read(let numbers) where numbers.count < count: unread.append(attribute.keyword)
        case .read(let numbers): return numbers
        }
        return nil
    }

    private mutating func note(_ attribute: DICOMAttribute, _ ours: [Double], _ found: [Double], tolerance: Double) {
        let agree = zip(ours, found).allSatisfy { ours, theirs in
            abs(ours - theirs) <= tolerance * max(1, abs(ours), abs(theirs))
        }
        guard !agree else { return }
        differences.append(
            SliceOpinion.Difference(attribute: attribute.keyword, ours: Self.text(ours), theirs: Self.text(found)))
    }

    private static func text(_ numbers: [Double]) -> String {
        numbers.map { number in
            Int(exactly: number).map(String.init) ?? String(number)
        }.joined(separator: "\\")
    }
}
