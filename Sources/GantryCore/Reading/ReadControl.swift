/// Whether the reader goes on.
public enum ReadControl: Sendable {
    /// Go on.
    case proceed
    /// Stop; the call returns without error.
    case stop
}
