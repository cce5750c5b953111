extension Study {
    /// The studies that `instances` belong to, whatever folders the files lie in.
    ///
    /// The order of `instances` has no influence: studies and series come by UID, instances by file path (bytes).
    /// A file falls away with an outcome in its study's `outcomes`
    /// - when its SOP Instance UID was seen in the study before: the first by path is kept. It is a `.duplicateInstance`
    ///   where series and place of every frame are the same; else `.attributeInvalid`, another image under a UID that is
    ///   taken, or
    /// - when its Patient ID is not the one that most files of the study name (`.patientConflict`; among equals the
    ///   first by path): the images of two people never make one verdict. Files without a Patient ID stay.
    public static func grouping(_ instances: [SOPInstance]) -> [Study] {
        let byPath = instances.sorted { pathPrecedes($0.file, $1.file) }
        return Dictionary(grouping: byPath, by: \.studyInstanceUID)
            .sorted { $0.key < $1.key }
            .map { uid, members in study(uid, of: members) }
    }

    private static func study(_ uid: UID, of members: [SOPInstance]) -> Study {
        var files: [String: Int] = [:]
        for instance in members { if let patientID = instance.patient.patientID { files[patientID, default: 0] += 1 } }
        let most = files.values.max()
        let named = members.first { $0.patient.patientID.map { files[$0] == most } ?? false }
        var kept: [UID: SOPInstance] = [:]
        var ofSeries: [UID: [SOPInstance]] = [:]
        var outcomes: [FileOutcome] = []
        for instance in members {
            if let named, let patientID = instance.patient.patientID, patientID != named.patient.patientID {
                outcomes.append(
                    FileOutcome(
                        file: instance.file, reason: .patientConflict,
                        detail: "Patient ID differs from that of \(named.file), which is of the same study."))
            } else if let first = kept[instance.sopInstanceUID] {
                let isSame =
                    first.seriesInstanceUID == instance.seriesInstanceUID
                    && first.frames.map(\.plane) == instance.frames.map(\.plane)
                outcomes.append(
                    FileOutcome(
                        file: instance.file, reason: isSame ? .duplicateInstance : .attributeInvalid,
                        detail: "Has the SOP Instance UID of \(first.file), which is kept"
                            + (isSame ? "." : ", and is another image: it lies elsewhere, or in another series.")))
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
            outcomes: outcomes)
    }
}

/// Order of paths by their bytes: unlike `String`'s own order it tells every two different names apart.
package func pathPrecedes(_ left: String, _ right: String) -> Bool {
    left.utf8.lexicographicallyPrecedes(right.utf8)
}
