import GantryCore

/// Why a cohort, a comparison, an array or a model of the workshop cannot be used.
package typealias ModellingFault = Fault<ModellingFaultCode>

/// Codes of `ModellingFault`.
package enum ModellingFaultCode: String, FaultCode {
    /// A file of numbers or of truth is absent, or the system refuses it.
    case cannotRead
    /// A file's content is not what its kind prescribes; a line or an attribute of it may be the subject.
    case malformed
    /// An array has another shape than the network's input or output.
    case misshapen
    /// The positive class is none of the classes.
    case unknownPositiveClass

    /// The same files will be refused again.
    package var disposition: FaultDisposition { .permanent }
}
