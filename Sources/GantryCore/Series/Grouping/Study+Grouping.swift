extension Study {
    /// The studies that `instances` belong to, whatever folders the files lie in.
    ///
    /// The order of `instances` has no influence: studies and series come by UID, instances by file path (bytes).
    /// A file falls away with an outcome in its study's `outcomes`
    /// - when its SOP Instance UID was seen in the study before: the first by path is kept. It is a
    ///   `.duplicateInstance`, and one of the study's `copies`, where everything that scoring reads of a header is the
    ///   same; else an `.instanceConflict`, another image under a UID that is taken, or
    /// - when it names another patient than most files of the study (`.patientConflict`; among equals the first by
    ///   path), by Patient ID or, where that is the same, by its issuer (`PatientIdentity`): the images of two people
    ///   never make one verdict. Files without a Patient ID, or without an issuer, stay.
    public static func grouping(_ instances: [SOPInstance]) -> [Study] {
        let byPath = instances.sorted { pathPrecedes($0.file, $1.file) }
        return Dictionary(grouping: byPath, by: \.studyInstanceUID)
            .sorted { $0.key < $1.key }
            .map { uid, members in study(uid, of: members) }
    }

    private static func study(_ uid: UID, of members: [SOPInstance]) -> Study {
        let identities = members.map { PatientIdentity($0.patient) }
        let identity = PatientIdentity.ofMost(identities)
        let named = zip(members, identities).first { $0.1 == identity }?.0
        var kept: [UID: SOPInstance] = [:]
        var ofSeries: [UID: [SOPInstance]] = [:]
        var outcomes: [FileOutcome] = []
        var copies: [SOPInstance] = []
        for (instance, own) in zip(members, identities) {
            if let identity, let named, own.contradicts(identity) {
                outcomes.append(
                    FileOutcome(
                        file: instance.file, reason: .patientConflict,
                        detail: "Patient ID or its issuer differs from that of \(named.file), which is of the same "
                            + "study."))
            } else if let first = kept[instance.sopInstanceUID] {
                if first.isScored(like: instance) {
                    copies.append(instance)
                    outcomes.append(.copy(instance.file, of: first.file))
                } else {
                    outcomes.append(
                        .conflict(
                            instance.file, with: first.file,
                            "another series, place, size, rescale or padding"))
                }
            } else {
                kept[instance.sopInstanceUID] = instance
                ofSeries[instance.seriesInstanceUID, default: []].append(instance)
            }
        }
        return Study(
            studyInstanceUID: uid,
            patient: (named ?? members.first)?.patient ?? Patient(),
            attributes: (named ?? members.first)?.study ?? StudyAttributes(),
            series: ofSeries.sorted { $0.key < $1.key }.map { Series(seriesInstanceUID: $0.key, instances: $0.value) },
            outcomes: outcomes, copies: copies)
    }
}

extension SOPInstance {
    /// Whether the headers are the same in all that decides where and how the pixels are scored.
    fileprivate func isScored(like other: SOPInstance) -> Bool {
        seriesInstanceUID == other.seriesInstanceUID && sopClassUID == other.sopClassUID
            && frameOfReferenceUID == other.frameOfReferenceUID && pixels == other.pixels && frames == other.frames
    }
}
