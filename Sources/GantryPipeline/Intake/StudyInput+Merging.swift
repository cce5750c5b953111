import GantryCore

extension StudyInput {
    /// `earlier` and `later` inputs, where those of one study found below two roots become one, with paths below the
    /// folder that both roots are in.
    static func merging(_ earlier: [StudyInput], _ later: [StudyInput]) -> [StudyInput] {
        var inputs = earlier
        var places = Dictionary(
            earlier.enumerated().map { ($0.element.study.studyInstanceUID, $0.offset) },
            uniquingKeysWith: { first, _ in first })
        for input in later {
            let uid = input.study.studyInstanceUID
            guard let index = places[uid] else {
                places[uid] = inputs.count
                inputs.append(input)
                continue
            }
            let root = RelativePath.commonFolder(of: [inputs[index].root + "/", input.root + "/"])
            let one = inputs[index].rebased(to: root.isEmpty ? "/" : root)
            let other = input.rebased(to: root.isEmpty ? "/" : root)
            let instances = [one.study, other.study].flatMap { $0.series.flatMap(\.instances) + $0.copies }
            guard var study = Study.grouping(instances).first else { continue }
            let grouped = Set(instances.map(\.file))
            study.outcomes += (one.study.outcomes + other.study.outcomes).filter { !grouped.contains($0.file) }
            inputs[index] = StudyInput(
                study: study, root: one.root, rejected: one.rejected + other.rejected,
                unreadableNeighbours: one.unreadableNeighbours + other.unreadableNeighbours,
                takenUnsettled: one.takenUnsettled || other.takenUnsettled, folder: one.folder)
        }
        return inputs
    }

    /// The same input with paths below `root`, which holds the present one.
    private func rebased(to root: String) -> StudyInput {
        guard root != self.root else { return self }
        let prefix = String(self.root.dropFirst(root == "/" ? 1 : root.count + 1)) + "/"
        func moved(_ outcome: FileOutcome) -> FileOutcome {
            FileOutcome(file: prefix + outcome.file, reason: outcome.reason, detail: outcome.detail)
        }
        var input = self
        input.root = root
        input.rejected = rejected.map(moved)
        input.unreadableNeighbours = unreadableNeighbours.map(moved)
        input.study.outcomes = study.outcomes.map(moved)
        for series in input.study.series.indices {
            for instance in input.study.series[series].instances.indices {
                let file = input.study.series[series].instances[instance].file
                input.study.series[series].instances[instance].file = prefix + file
            }
        }
        for copy in input.study.copies.indices { input.study.copies[copy].file = prefix + study.copies[copy].file }
        return input
    }
}
