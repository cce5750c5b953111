/// The revision before a study's latest: enough to name the objects that were made of it.
public struct PrecedingRevision: Sendable, Hashable {
    /// From 1.
    public var revision: Int
    /// Digest of the content that it was reached on.
    public var contentDigest: String
    /// Digest of what decided its scores.
    public var scoringDigest: String
    /// Digest of what made a verdict of them.
    public var judgingDigest: String

    /// The revision of this number and these digests.
    public init(revision: Int, contentDigest: String, scoringDigest: String, judgingDigest: String) {
        self.revision = revision
        self.contentDigest = contentDigest
        self.scoringDigest = scoringDigest
        self.judgingDigest = judgingDigest
    }

    /// What names the objects of `revision` by its provenance.
    public init(revision: Int, _ provenance: Provenance) {
        self.init(
            revision: revision, contentDigest: provenance.contentDigest, scoringDigest: provenance.scoringDigest,
            judgingDigest: provenance.judgingDigest)
    }
}
