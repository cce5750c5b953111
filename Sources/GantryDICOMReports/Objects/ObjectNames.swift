import GantryCore
import GantryGround

/// The unique identifiers of a verdict's objects: they follow from study, revision and bundle, so that what is made
/// again, or sent again, is no second object.
///
/// **Source** PS3.5 B.2 (below 2.25, a UUID), RFC 9562 (version 8: its contents are the maker's).
struct ObjectNames: Sendable, Hashable {
    private let study: String
    private let revision: PrecedingRevision

    /// Those of the revision that `record` is.
    init(_ record: StudyRecord) {
        self.init(
            study: record.studyInstanceUID, PrecedingRevision(revision: record.revision, record.result.provenance))
    }

    /// Those of a revision of `study`.
    init(study: UID, _ revision: PrecedingRevision) {
        self.study = study.value
        self.revision = revision
    }

    /// What the bundle is as a device: a retrained model, or other thresholds, are another one.
    var deviceUID: String { Self.uid("device", bundle) }

    /// The series of a study in which a bundle's objects of one kind lie; revisions share it.
    func seriesInstanceUID(_ kind: String) -> String { Self.uid("series", kind, study, bundle) }

    /// The object of a kind; `number` tells several apart.
    func sopInstanceUID(_ kind: String, number: Int = 1) -> String {
        Self.uid("instance", kind, "\(number)", study, "\(revision.revision)", revision.contentDigest, bundle)
    }

    /// What a finding is followed by from study to study of other revisions: the same in all revisions of this one.
    func trackingUID(of finding: String) -> String { Self.uid("tracking", finding, study) }

    private var bundle: String { revision.scoringDigest + "/" + revision.judgingDigest }

    /// A UID that follows from texts.
    static func uid(_ parts: String...) -> String {
        let bytes = SHA256.hash(parts.joined(separator: "\0").utf8).prefix(16)
        var number = bytes.reduce(UInt128(0)) { $0 << 8 | UInt128($1) }
        number &= ~(UInt128(0xf) << 76 | UInt128(3) << 62)
        number |= UInt128(8) << 76 | UInt128(2) << 62
        return "2.25.\(number)"
    }
}
