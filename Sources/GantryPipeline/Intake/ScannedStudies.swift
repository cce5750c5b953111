import GantryCore

/// What a scan found below one root, put in order: studies with the files that belong to them, and the rest.
package struct ScannedStudies {
    /// Studies in the order of their first file.
    package private(set) var inputs: [StudyInput] = []
    /// Files of no study, by path.
    var stray: [FileOutcome] = []
    /// Folders in which no file could be read, by path.
    var unreadable: [UnreadableFolder] = []

    /// Says to which study each of these instances and outcomes belongs. `others` are studies known to have files
    /// directly in a folder, beside the instances given.
    ///
    /// - A rejected file belongs to a study where the readable files beside it, in the same folder, are all of it. One
    ///   whose header does not say whose it is, or spoils what its image is, is a doubt about the study.
    /// - One that lies in a folder which several studies share, and may have been a slice, is of none of them and a
    ///   doubt about each.
    /// - The topmost folders below the root in which every file was rejected, one of them at least under a name that
    ///   images have, are unreadable; the root itself is where nothing else below it could be read and no such folder
    ///   is there.
    /// - Everything else is stray. Outcomes of folders end in `/`, so they count as files inside.
    package init(
        instances: [SOPInstance], outcomes: [FileOutcome], root: String, shown: String, others: [String: Set<UID>] = [:]
    ) {
        var studiesOf = others
        for instance in instances {
            studiesOf[RelativePath.folder(of: instance.file), default: []].insert(instance.studyInstanceUID)
        }
        var readable: Set<String> = []
        for folder in studiesOf.keys {
            for ancestor in ancestors(of: folder) where !readable.insert(ancestor).inserted { break }
        }
        var belonging: [UID: [FileOutcome]] = [:]
        var neighbours: [UID: [FileOutcome]] = [:]
        var rejectedIn: [String: [FileOutcome]] = [:]
        for outcome in outcomes.sorted(by: { pathPrecedes($0.file, $1.file) }) {
            let folder = RelativePath.folder(of: outcome.file)
            if outcome.disposition == .rejected, let studies = studiesOf[folder], studies.count == 1,
                let study = studies.first
            {
                belonging[study, default: []].append(outcome)
                if outcome.mayBeUnreadSlice && !outcome.mayBeSlice { neighbours[study, default: []].append(outcome) }
                continue
            }
            stray.append(outcome)
            guard outcome.disposition == .rejected, outcome.mayBeUnreadSlice else { continue }
            for study in studiesOf[folder] ?? [] { neighbours[study, default: []].append(outcome) }
            // Ancestors come from the folder itself upwards to the root: the last that is not readable is topmost.
            if let top = ancestors(of: folder).last(where: { !readable.contains($0) && !$0.isEmpty }) {
                rejectedIn[top, default: []].append(outcome)
            } else if readable.isEmpty {
                rejectedIn["", default: []].append(outcome)
            }
        }
        if rejectedIn.count > 1 { rejectedIn[""] = nil }
        unreadable = rejectedIn.sorted { pathPrecedes($0.key, $1.key) }.map { folder, files in
            // A folder that cannot be listed is no file in itself.
            let own = files.first { $0.file == folder + "/" }
            let inside = files.filter { !$0.file.hasSuffix("/") }
            return UnreadableFolder(
                folder: RelativePath.joined(shown, folder), files: own == nil ? max(inside.count, 1) : 0,
                detail: own?.detail ?? files.first.map { "\(name(of: $0.file)): \($0.detail)" } ?? "")
        }
        inputs = Study.grouping(instances).map { study in
            let files = study.series.flatMap { $0.instances.map(\.file) } + study.outcomes.map(\.file)
            return StudyInput(
                study: study, root: root, rejected: belonging[study.studyInstanceUID] ?? [],
                unreadableNeighbours: neighbours[study.studyInstanceUID] ?? [],
                folder: RelativePath.joined(shown, RelativePath.commonFolder(of: files)))
        }.sorted { pathPrecedes(firstFile(of: $0), firstFile(of: $1)) }
    }
}

/// The last component of a path; of a folder with the slash behind it.
private func name(of path: String) -> String {
    path.hasSuffix("/") ? RelativePath.name(of: String(path.dropLast())) + "/" : RelativePath.name(of: path)
}

/// The folder itself, its parent, ... and the root (empty).
private func ancestors(of folder: String) -> [String] {
    var folders = [folder]
    while let last = folders.last, !last.isEmpty { folders.append(RelativePath.folder(of: last)) }
    return folders
}

private func firstFile(of input: StudyInput) -> String {
    input.study.series.flatMap { $0.instances.map(\.file) }.min(by: pathPrecedes) ?? ""
}
