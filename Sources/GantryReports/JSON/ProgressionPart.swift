import GantryCore

/// The study beside the one before it, as `report.json` has it. Numbers that are not known are `null`.
struct ProgressionPart: Codable, Equatable {
    var absence: String?
    var previous: PreviousPart?
    var passedOver: [PassedOverPart]
    var reservations: [String]?
    var repeatability: RepeatabilityPart?
    var probability: MeasurePart?
    var lungMillilitres: MeasurePart?
    var positiveSlices: SlicesPart?

    struct PreviousPart: Codable, Equatable {
        var studyKey: String
        var revision: Int
        var studyDate: String?
    }

    struct PassedOverPart: Codable, Equatable {
        var studyKey: String
        var studyDate: String?
        var because: String
    }

    struct RepeatabilityPart: Codable, Equatable {
        var pairs: Int
        var dataSHA256: String
    }

    struct MeasurePart: Codable, Equatable {
        var value: Double?
        var previous: Double?
        var difference: Double?
        var band: Double?
        var change: String
    }

    struct SlicesPart: Codable, Equatable {
        var value: Int
        var previous: Int
        var difference: Int?
        var extentMillimetres: MeasurePart
        var change: String
    }
}

extension ProgressionPart {
    init(_ progression: Progression) {
        let comparison = progression.comparison
        absence = progression.absence?.rawValue
        passedOver = progression.passedOver.map {
            PassedOverPart(studyKey: $0.studyKey.value, studyDate: $0.studyDate, because: $0.because.rawValue)
        }
        previous = comparison.map {
            PreviousPart(studyKey: $0.studyKey.value, revision: $0.revision, studyDate: $0.studyDate)
        }
        reservations = comparison?.reservations.map(\.rawValue)
        repeatability = comparison?.repeatability.map {
            RepeatabilityPart(pairs: $0.pairs, dataSHA256: $0.dataSHA256)
        }
        probability = comparison.map { MeasurePart($0.probability) }
        lungMillilitres = comparison.map { MeasurePart($0.lungMillilitres) }
        positiveSlices = comparison.map {
            SlicesPart(
                value: $0.positive.count, previous: $0.previousPositive.count, difference: $0.sliceDifference,
                extentMillimetres: MeasurePart($0.extentMillimetres), change: $0.extentMillimetres.change.rawValue)
        }
    }
}

/// With `null` for what is not known.
extension ProgressionPart.MeasurePart {
    init(_ measure: Progression.Measure) {
        (value, previous, difference) = (measure.value, measure.previous, measure.difference)
        (band, change) = (measure.band, measure.change.rawValue)
    }

    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(value, forKey: .value)
        try container.encode(previous, forKey: .previous)
        try container.encode(difference, forKey: .difference)
        try container.encode(band, forKey: .band)
        try container.encode(change, forKey: .change)
    }
}

extension ProgressionPart.SlicesPart {
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(value, forKey: .value)
        try container.encode(previous, forKey: .previous)
        try container.encode(difference, forKey: .difference)
        try container.encode(extentMillimetres, forKey: .extentMillimetres)
        try container.encode(change, forKey: .change)
    }
}

/// A study's positive slices, as `report.json` has them.
struct PositiveSlicesPart: Encodable {
    var count: Int
    var extentMillimetres: Double?
    var lungMillilitres: Double?

    init(_ positive: PositiveSlices) {
        (count, extentMillimetres) = (positive.count, positive.extentMillimetres)
        lungMillilitres = positive.lungMillilitres
    }

    private enum CodingKeys: String, CodingKey { case count, extentMillimetres, lungMillilitres }

    /// With `null` for what is not known.
    func encode(to encoder: any Encoder) throws {
        var container = encoder.container(keyedBy: CodingKeys.self)
        try container.encode(count, forKey: .count)
        try container.encode(extentMillimetres, forKey: .extentMillimetres)
        try container.encode(lungMillilitres, forKey: .lungMillilitres)
    }
}
