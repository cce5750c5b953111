import GantryCore

/// A fault of a pipeline bundle: it is refused before any study is touched (exit code 78).
public typealias BundleFault = Fault<BundleFaultCode>

/// Codes of `BundleFault`.
public enum BundleFaultCode: String, FaultCode {
    /// The folder of the bundle is absent.
    case folderMissing
    /// It has no `pipeline.yaml`.
    case definitionMissing
    /// `pipeline.yaml` cannot be read.
    case definitionUnreadable
    /// `pipeline.yaml` has problems; the explanation names each with line and column.
    case definitionInvalid
    /// The model file is absent.
    case modelMissing
    /// The model file cannot be read.
    case modelUnreadable
    /// The model file has another SHA-256 than `pipeline.yaml` says.
    case modelMismatch

    /// Whether trying again can help.
    public var disposition: FaultDisposition { .permanent }
}
