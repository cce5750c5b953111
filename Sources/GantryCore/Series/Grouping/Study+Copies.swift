extension Study {
    /// The study where the pixels of its copies have been looked at: `digests` says of each file that has copies, and
    /// of each copy, what its encoded pixel data is; nil of one that cannot be read.
    ///
    /// - An intact file takes the place of a damaged one, whatever their names; the damaged is a `.damagedCopy`.
    /// - Copies with other pixels are an `.instanceConflict`: nothing says which of them is right. The one of the least
    ///   digest stays, so that names have no influence on what is scored.
    /// - Files that `digests` does not name, and damaged ones of which no copy is intact, stay as they are.
    public func comparing(copies digests: [String: String?]) -> Study {
        var study = self
        let copiesOf = Dictionary(grouping: copies, by: \.sopInstanceUID)
        for (series, position) in places(of: Set(copiesOf.keys)) {
            let kept = self.series[series].instances[position]
            let files = ([kept] + (copiesOf[kept.sopInstanceUID] ?? [])).compactMap { instance in
                digests[instance.file].map { (instance: instance, digest: $0) }
            }
            let intact = files.compactMap { file in file.digest.map { (instance: file.instance, digest: $0) } }
            guard let least = intact.map(\.digest).min(),
                let chosen = intact.first(where: { $0.digest == least })?.instance
            else { continue }
            study.series[series].instances[position] = chosen
            study.copies.removeAll { $0.sopInstanceUID == kept.sopInstanceUID && digests[$0.file] != nil }
            let compared = Set(files.map(\.instance.file))
            study.outcomes.removeAll { compared.contains($0.file) }
            for file in files where file.instance.file != chosen.file {
                study.copies.append(file.instance)
                let path = file.instance.file
                switch file.digest {
                case nil: study.outcomes.append(.damagedCopy(path, of: chosen.file))
                case least?: study.outcomes.append(.copy(path, of: chosen.file))
                case _?: study.outcomes.append(.conflict(path, with: chosen.file, "other pixels"))
                }
            }
        }
        study.outcomes.sort { pathPrecedes($0.file, $1.file) }
        return study
    }

    /// The files whose pixels have to be compared, in the order of their paths: those in `scored` that have copies, and
    /// these copies.
    public func filesToCompare(among scored: Set<UID>) -> [String] {
        let relevant = copies.filter { scored.contains($0.sopInstanceUID) }
        let kept = places(of: Set(relevant.map(\.sopInstanceUID))).map { series[$0].instances[$1].file }
        return (kept + relevant.map(\.file)).sorted(by: pathPrecedes)
    }

    /// Where the instances of these UIDs stand: series and position in it.
    private func places(of uids: Set<UID>) -> [(series: Int, position: Int)] {
        guard !uids.isEmpty else { return [] }
        return series.indices.flatMap { index in
            series[index].instances.indices.filter { uids.contains(series[index].instances[$0].sopInstanceUID) }
                .map { (index, $0) }
        }
    }
}

extension FileOutcome {
    /// The end of `file`, which is the same image as `kept`.
    static func copy(_ file: String, of kept: String) -> FileOutcome {
        FileOutcome(
            file: file, reason: .duplicateInstance, detail: "Has the SOP Instance UID of \(kept), which is kept.")
    }

    /// The end of `file`, which has the UID of `kept` and differs in `what`.
    static func conflict(_ file: String, with kept: String, _ what: String) -> FileOutcome {
        FileOutcome(
            file: file, reason: .instanceConflict,
            detail: "Has the SOP Instance UID of \(kept) and \(what): nothing says which of the two is right. Remove "
                + "the wrong one.")
    }

    /// The end of `file`, whose pixels are not all there, while those of its copy `kept` are.
    static func damagedCopy(_ file: String, of kept: String) -> FileOutcome {
        FileOutcome(
            file: file, reason: .damagedCopy,
            detail: "Its pixels cannot be read in full; \(kept), a copy of it, is intact and is used.")
    }
}
