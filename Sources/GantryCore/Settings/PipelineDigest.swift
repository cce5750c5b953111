/// The two digests of a definition: a change of what one covers costs what `docs/pipeline.md` says.
public enum PipelineDigest: Sendable, Hashable {
    /// Of what decides the number of a slice.
    case scoring
    /// Of what makes a verdict of the numbers.
    case judging
}
