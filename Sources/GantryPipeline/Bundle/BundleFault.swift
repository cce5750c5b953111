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
    /// A file of the bundle, the model among them, cannot be read.
    case fileUnreadable
    /// The model file has another SHA-256 than `pipeline.yaml` says.
    case modelMismatch
    /// There is no `SHA256SUMS`, or no signature of it, where a key is trusted or a check asked for.
    case notSealed
    /// `SHA256SUMS` is not what `sha256sum` writes.
    case manifestInvalid
    /// Files differ from `SHA256SUMS`: altered, missing or not listed; the explanation names each.
    case contentAltered
    /// No trusted key has made the signature.
    case signatureInvalid
    /// A file is no Ed25519 key in PEM.
    case keyInvalid
    /// The bundle is of a training that has not ended.
    case trainingUnfinished
    /// The bundle is for studies where images are scored, or for images where studies are.
    case otherInput
    /// A file of the bundle cannot be written.
    case notWritable

    /// Whether trying again can help.
    public var disposition: FaultDisposition { .permanent }
}
