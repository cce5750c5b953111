import GantryCore

/// Why nothing can be trained with these data.
public typealias TrainingDataFault = Fault<TrainingDataFaultCode>

/// Codes of `TrainingDataFault`.
public enum TrainingDataFaultCode: String, FaultCode {
    /// There is no picture at all.
    case noImages
    /// All samples are of one class.
    case oneClassOnly
    /// A class has no sample.
    case emptyClass
    /// A class of validation or test has no training sample.
    case classMissingInTraining
    /// Training or validation has no sample.
    case emptySide
    /// The same patient, study or picture is on two sides.
    case leak
    /// A label is none of the classes.
    case labelUnknown
    /// A label or a side is given for what is not there.
    case labelForAbsent
    /// A table or a list cannot be read.
    case cannotRead
    /// A table, a list or a manifest is not what it should be; a line of it may be the subject.
    case malformedTable
    /// Two lines say different things of the same.
    case contradiction
    /// A share of the samples for a side is not 0 or above, or nothing is left for training.
    case fractionOutOfRange

    /// The same data will be refused again.
    public var disposition: FaultDisposition { .permanent }
}
