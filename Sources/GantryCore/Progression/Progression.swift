/// A study beside the one before it of the same patient, by the same bundle.
public struct Progression: Sendable, Hashable {
    /// With what it is compared; nil where with nothing, as `absence` says.
    public let comparison: Comparison?
    /// Why it is compared with nothing; nil where it is.
    public let absence: Absence?
    /// Studies that lie nearer before it and are not compared with, the latest first.
    public let passedOver: [PassedOver]

    /// Why a study is compared with none.
    public enum Absence: String, Sendable, Hashable, Codable, CaseIterable {
        /// No study of the patient lies before it.
        case firstStudy
        /// It has no date: what lies before it is not known.
        case undated
        /// None of its slices was scored.
        case nothingScored
        /// Those that lie before it were all passed over.
        case nothingComparable
    }

    /// Why a study before is not compared with.
    public enum Obstacle: String, Sendable, Hashable, Codable, CaseIterable {
        /// Another network, preparation, aggregation or threshold of slices made its numbers.
        case otherBundle
        /// None of its slices was scored.
        case nothingScored
        /// It is of the same day, and the times do not say which came first.
        case orderUnknown
    }

    /// Why a difference is shown, and not called more or less.
    public enum Reservation: String, Sendable, Hashable, Codable, CaseIterable {
        /// The two were scanned by different makes or models.
        case otherScanner
        /// Make or model of a scanner is not named.
        case scannerUnknown
        /// The study is incomplete or doubtful.
        case doubtful
        /// The study before is.
        case previousDoubtful
        /// The study failed after it was judged.
        case failedSince
        /// The study before did.
        case previousFailedSince
    }

    /// What is said of a difference.
    public enum Change: String, Sendable, Hashable, Codable, CaseIterable {
        /// Above the band.
        case more
        /// Below it.
        case less
        /// Within the band: measuring alone may differ by as much.
        case noClearChange
        /// No band was measured for the bundle.
        case notMeasured
        /// There is a reservation.
        case notCalled
        /// One of the two numbers is not known.
        case unknown
    }

    /// A study that is not compared with.
    public struct PassedOver: Sendable, Hashable {
        /// Which.
        public let studyKey: StudyKey
        /// (0008,0020)
        public let studyDate: String?
        /// Why.
        public let because: Obstacle
    }

    /// One number of both studies.
    public struct Measure: Sendable, Hashable {
        /// The study's.
        public let value: Double?
        /// That of the study before.
        public let previous: Double?
        /// A difference is called more or less beyond it; nil where none was measured.
        public let band: Double?
        /// What is said of the difference.
        public let change: Change

        /// How much more it is now; nil where one of the two is not known.
        public var difference: Double? {
            guard let value, let previous else { return nil }
            return value - previous
        }

        init(_ value: Double?, since previous: Double?, band: Double?, isCalled: Bool) {
            (self.value, self.previous, self.band) = (value, previous, band)
            guard let value, let previous else {
                change = .unknown
                return
            }
            guard isCalled else {
                change = .notCalled
                return
            }
            guard let band else {
                change = .notMeasured
                return
            }
            let difference = value - previous
            change = abs(difference) > band ? (difference > 0 ? .more : .less) : .noClearChange
        }
    }

    /// The two studies beside each other.
    public struct Comparison: Sendable, Hashable {
        /// The study before.
        public let studyKey: StudyKey
        /// Its revision that is compared.
        public let revision: Int
        /// (0008,0020) of it.
        public let studyDate: String?
        /// Why no difference is called more or less; empty where they are.
        public let reservations: [Reservation]
        /// Bands by which differences are called; nil where none was measured for the bundle.
        public let repeatability: Repeatability?
        /// The studies' probability.
        public let probability: Measure
        /// Lung in positive slices, millilitres.
        public let lungMillilitres: Measure
        /// The way along the body that positive slices stand for, millimetres; what is said of it is said of their
        /// number.
        public let extentMillimetres: Measure
        /// The study's positive slices.
        public let positive: PositiveSlices
        /// Those of the study before.
        public let previousPositive: PositiveSlices

        /// How many positive slices there are more now; nil where slices are not as far apart as before, by more than
        /// one in a hundred.
        public var sliceDifference: Int? {
            guard let spacing = positive.sliceSpacingMillimetres,
                let previous = previousPositive.sliceSpacingMillimetres,
                abs(spacing - previous) <= 0.01 * max(spacing, previous)
            else { return nil }
            return positive.count - previousPositive.count
        }
    }
}
