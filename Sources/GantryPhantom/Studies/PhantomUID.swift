/// The unique identifiers of one study, below 2.25 (PS3.5 annex B.2), derived from its seed instead of drawn: the same
/// study always has the same.
struct PhantomUID: Sendable {
    private let hash: CounterHash

    /// Two studies of one patient, or one seed used for two patients, have nothing in common.
    init(_ study: PhantomStudy) {
        let hash = CounterHash(seed: study.seed).stream("uid", Int(truncatingIfNeeded: study.patient.anatomySeed))
        self.hash = study.scanNumber > 1 ? hash.stream("scan", study.scanNumber) : hash
    }

    /// (0020,000D)
    var studyInstanceUID: String { make("study", 0) }
    /// (0020,0052)
    var frameOfReferenceUID: String { make("frame of reference", 0) }
    /// (0008,3010)
    var irradiationEventUID: String { make("irradiation event", 0) }
    /// (0020,9164)
    var dimensionOrganizationUID: String { make("dimension organization", 0) }

    /// (0020,000E) of a series number.
    func seriesInstanceUID(_ seriesNumber: Int) -> String { make("series", seriesNumber) }

    /// (0008,0018) of an instance number in a series.
    func sopInstanceUID(_ seriesNumber: Int, _ instanceNumber: Int) -> String {
        make("instance", seriesNumber * 100_000 + instanceNumber)
    }

    private func make(_ label: StaticString, _ index: Int) -> String {
        let stream = hash.stream(label, index)
        // a UUID of version 8 (RFC 9562: contents defined by the maker)
        let high = stream.bits(1) & 0xffff_ffff_ffff_0fff | 0x8000
        let low = stream.bits(2) & 0x3fff_ffff_ffff_ffff | 0x8000_0000_0000_0000
        return "2.25.\(UInt128(high) << 64 | UInt128(low))"
    }
}
