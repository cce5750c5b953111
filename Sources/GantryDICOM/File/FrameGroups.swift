/// Where the frames of an opened multi-frame object are described. Belongs to one open file, and to one thread at a
/// time as that does.
final class FrameGroups {
    private var frames: [DICOMItem]?
    private var shared: FunctionalGroups?

    /// The items of Per-Frame Functional Groups, one for each frame.
    func items(of topLevel: DICOMItem) -> [DICOMItem] {
        if let frames { return frames }
        let items = Array(topLevel.items(.perFrameFunctionalGroupsSequence))
        frames = items
        return items
    }

    /// What describes frame `number`, from 1; nil where nothing does.
    func attributes(ofFrame number: Int, in topLevel: DICOMItem) -> FrameAttributes? {
        let items = items(of: topLevel)
        guard items.indices.contains(number - 1) else { return nil }
        let shared =
            shared
            ?? FunctionalGroups(of: topLevel.firstItem(.sharedFunctionalGroupsSequence), remembersValues: true)
        self.shared = shared
        return FrameAttributes(frame: items[number - 1], shared: shared)
    }
}
