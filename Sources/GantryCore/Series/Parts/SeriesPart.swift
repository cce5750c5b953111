/// What of a series could be one stack: a candidate for scoring. Most series have one part.
struct SeriesPart: Sendable {
    /// Images that could be slices of one stack, and what they have in common; none where no image of the series has a
    /// place.
    private let group: Group
    /// Images of the series that are of no part; they go with its largest.
    var imagesOfNoPart: [SliceImage]
    /// `stack 1 of 2 (Stack ID 1)`; nil where the series has one part.
    var name: String?

    private init(group: Group, imagesOfNoPart: [SliceImage], name: String? = nil) {
        self.group = group
        self.imagesOfNoPart = imagesOfNoPart
        self.name = name
    }

    /// Images that could be slices of one stack, in order of SOP Instance UID and frame. The first is the one that
    /// others are compared with.
    var images: [SliceImage] { group.images }

    /// In what its images alternate, as those of two passes would; see `Repetition`.
    var alternation: String? { group.alternation }

    /// Every image of it.
    var all: [SliceImage] { group.images + imagesOfNoPart }

    /// Whether both parts say which stack they are, and are different ones: then neither is to show what the other
    /// does.
    func isAnotherStack(than other: SeriesPart) -> Bool {
        group.stackID.flatMap { own in other.group.stackID.map { $0 != own } } ?? false
    }

    /// Whether both parts have the same matrix, orientation and pixel spacing.
    func hasGeometry(of other: SeriesPart) -> Bool { group.geometry == other.group.geometry }
}

extension SeriesPart {
    /// Fewest distinct positions that make a part of a series. A group of images at one position is no stack: such
    /// images are excluded, and the series' decisions are not flooded with them.
    static let fewestPositions = 2

    /// Most kinds of geometry that are told apart in one series; images of further kinds are of no part. A real
    /// series has a few.
    static let mostGeometries = 256

    /// The parts of `series`, at least one. Neither the order of its instances nor of their frames has any influence.
    ///
    /// Images are of different parts where they differ in
    /// 1. rows, columns, orientation (beyond the tolerance) or pixel spacing (beyond 0.1 %);
    /// 2. Stack ID (0020,9056), 3. temporal position (0020,9128) or (0020,0100), where at least two values occur;
    /// 4. repetition, by the attributes of `SplittingAttribute`: see `Repetition.splitting`.
    ///
    /// A group below `fewestPositions` is no part; its images go, as the images without a place do, with the largest.
    /// Where no group is a part, the largest (among equals the one of the first SOP Instance UID) is. Parts are
    /// numbered by Stack ID, then kind of geometry (that of most images first), temporal position, repetition.
    static func parts(of series: Series, rules: SeriesRules) -> [SeriesPart] {
        let images = SliceImage.images(of: series.instances)
        let groups = geometries(of: images, rules: rules)
        var found: [Group] = []
        for (index, geometry) in groups.enumerated() {
            guard isStack(geometry, rules: rules) else { continue }
            for stack in split(geometry, by: \.frame.stackID, rules: rules) {
                for phase in split(stack, by: \.frame.temporalPosition, rules: rules) {
                    found += repetitions(of: phase, geometry: index, rules: rules)
                }
            }
        }
        if found.isEmpty { found = groups.prefix(1).map { Group(images: $0, geometry: 0) } }
        guard !found.isEmpty else { return [SeriesPart(group: Group(images: [], geometry: 0), imagesOfNoPart: images)] }
        found = numbered(found)
        let names = PartNaming.names(of: found)
        let taken = Set(found.flatMap { $0.images.map(\.id) })
        let rest = images.filter { !taken.contains($0.id) }
        // `max` keeps the last of equals; reversed, that is the first part.
        let largest = found.indices.reversed().max { found[$0].images.count < found[$1].images.count }
        return found.enumerated().map { index, group in
            SeriesPart(group: group, imagesOfNoPart: index == largest ? rest : [], name: names[index])
        }
    }

    /// Images of a part in the making, and what tells them apart from others.
    struct Group {
        var images: [SliceImage]
        /// Kind of geometry, 0 for that of most images.
        var geometry: Int
        /// Which of the repetitions, from 0, and what tells it imagesOfNoPart: `acquisition 2`.
        var repetition: (index: Int, label: String)?
        /// In what the images alternate; see `Repetition`.
        var alternation: String?
        /// The Stack ID, where the images have one and no more.
        var stackID: String?
        /// The temporal position, likewise.
        var temporalPosition: Int?

        init(
            images: [SliceImage], geometry: Int, repetition: (index: Int, label: String)? = nil,
            alternation: String? = nil
        ) {
            self.images = images
            self.geometry = geometry
            self.repetition = repetition
            self.alternation = alternation
            stackID = only(images.map(\.frame.stackID))
            temporalPosition = only(images.map(\.frame.temporalPosition))
        }
    }

    private static func isStack(_ images: [SliceImage], rules: SeriesRules) -> Bool {
        positions(of: images, rules: rules).count >= fewestPositions
    }

    /// `images` by position along the normal that they share; none where no image has a place.
    static func positions(of images: [SliceImage], rules: SeriesRules) -> [[SliceImage]] {
        guard let normal = SeriesGeometry.sharedNormal(of: images.compactMap(\.plane)) else { return [] }
        return SliceImage.positions(
            of: images, along: normal, toleranceMillimetres: rules.samePositionToleranceMillimetres)
    }

    /// `images` by Stack ID or temporal position. One value, or none, or values whose stacks hold no more than half of
    /// the images, split nothing: then the attribute says something else. Images without a value are a group of their
    /// own.
    private static func split(
        _ images: [SliceImage], by attribute: (SliceImage) -> (some Hashable)?, rules: SeriesRules
    ) -> [[SliceImage]] {
        let byValue = Dictionary(grouping: images, by: attribute)
        guard byValue.keys.count(where: { $0 != nil }) >= 2 else { return [images] }
        let stacks = byValue.values.filter { isStack($0, rules: rules) }
        return stacks.reduce(0) { $0 + $1.count } * 2 > images.count ? stacks : [images]
    }

    private static func repetitions(of images: [SliceImage], geometry: Int, rules: SeriesRules) -> [Group] {
        let repetitions = Repetition.splitting(images, rules: rules)
        guard repetitions.count > 1 else {
            return [Group(images: images, geometry: geometry, alternation: repetitions.first?.alternation)]
        }
        return repetitions.enumerated().map { index, repetition in
            Group(
                images: repetition.images.sorted(by: SliceImage.precedes), geometry: geometry,
                repetition: (index, repetition.label), alternation: repetition.alternation)
        }
    }

    private static func numbered(_ groups: [Group]) -> [Group] {
        groups.sorted { one, other in
            if one.stackID != other.stackID { return stackPrecedes(one.stackID, other.stackID) }
            if one.geometry != other.geometry { return one.geometry < other.geometry }
            let (time, otherTime) = (one.temporalPosition ?? .min, other.temporalPosition ?? .min)
            if time != otherTime { return time < otherTime }
            let (index, otherIndex) = (one.repetition?.index ?? 0, other.repetition?.index ?? 0)
            if index != otherIndex { return index < otherIndex }
            guard let first = one.images.first, let otherFirst = other.images.first else { return false }
            return SliceImage.precedes(first, otherFirst)
        }
    }

    /// Order of Stack IDs: none before any, numbers by value before other texts.
    private static func stackPrecedes(_ one: String?, _ other: String?) -> Bool {
        guard let one, let other else { return one == nil }
        switch (Int(one), Int(other)) {
        case (let number?, let otherNumber?) where number != otherNumber: return number < otherNumber
        case (.some, nil): return true
        case (nil, .some): return false
        default: return pathPrecedes(one, other)
        }
    }
}

// MARK: - Geometry

extension SeriesPart {
    /// The images that have pixels and a place, by what geometry they have: most images first, among equals the one of
    /// the first SOP Instance UID.
    ///
    /// Geometries that are the same within the tolerances are one; which of them the others are compared with does not
    /// depend on the order of the images.
    private static func geometries(of images: [SliceImage], rules: SeriesRules) -> [[SliceImage]] {
        struct Geometry: Hashable {
            var rows: Int
            var columns: Int
            var rowDirection: Vector3
            var columnDirection: Vector3
            var rowSpacing: Double
            var columnSpacing: Double
        }
        let exact = Dictionary(grouping: images) { image -> Geometry? in
            guard let pixels = image.pixels, let plane = image.plane else { return nil }
            return Geometry(
                rows: pixels.rows, columns: pixels.columns, rowDirection: plane.rowDirection,
                columnDirection: plane.columnDirection, rowSpacing: plane.rowSpacingMillimetres,
                columnSpacing: plane.columnSpacingMillimetres)
        }
        var groups: [[SliceImage]] = []
        for (geometry, members) in sortedBySize(exact.map { ($0.key, $0.value) }) where geometry != nil {
            if let index = groups.firstIndex(where: { difference(of: members[0], from: $0[0], rules: rules) == nil }) {
                groups[index] += members
            } else if groups.count < mostGeometries {
                groups.append(members)
            }
        }
        return sortedBySize(groups.map { (0, $0.sorted(by: SliceImage.precedes)) }).map(\.1)
    }

    private static func sortedBySize<Key>(_ groups: [(Key, [SliceImage])]) -> [(Key, [SliceImage])] {
        groups.sorted { one, other in
            one.1.count != other.1.count ? one.1.count > other.1.count : SliceImage.precedes(one.1[0], other.1[0])
        }
    }

    /// The attributes in which two images cannot be slices of one stack, by their geometry; nil where they can.
    static func difference(of one: SliceImage, from other: SliceImage, rules: SeriesRules) -> String? {
        if one.pixels?.rows != other.pixels?.rows || one.pixels?.columns != other.pixels?.columns {
            return "Rows and Columns"
        }
        guard let plane = one.plane, let reference = other.plane else { return nil }
        // For small angles the distance of two unit vectors is the angle between them in radians.
        let tolerance = rules.orientationToleranceDegrees * .pi / 180
        if (plane.rowDirection - reference.rowDirection).length > tolerance
            || (plane.columnDirection - reference.columnDirection).length > tolerance
        {
            return "Directions of Image Orientation (Patient)"
        }
        let rowRatio = plane.rowSpacingMillimetres / reference.rowSpacingMillimetres
        let columnRatio = plane.columnSpacingMillimetres / reference.columnSpacingMillimetres
        return abs(rowRatio - 1) > 1e-3 || abs(columnRatio - 1) > 1e-3 ? "Values of Pixel Spacing" : nil
    }
}

/// The value that occurs in `values`; nil where none or several do.
private func only<Value: Hashable>(_ values: [Value?]) -> Value? {
    let distinct = Set(values.compactMap(\.self))
    return distinct.count == 1 ? distinct.first : nil
}
