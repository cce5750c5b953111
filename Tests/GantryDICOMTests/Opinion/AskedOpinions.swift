import GantryCore
import GantryDICOM
import GantryTestSupport
import Testing

/// An opinion, with the file that it is on.
typealias AskedOpinion = (file: String, opinion: SliceOpinion)

/// What the second reader says of the first and the last frame of every file below `root` that scans as an image.
func askedOpinions(_ files: [String], root: String) throws -> [AskedOpinion] {
    let scan = try SandboxedStudyReader(executable: builtExecutable()).scan(root: root, files: files) { _ in }
    let slices = try scan.instances.flatMap { try sourcesOfEnds($0) }
    let opinions = try SandboxedSecondReader(executable: builtExecutable())
        .opinions(root: root, slices: slices) { .proceed }
    #expect(opinions.count == slices.count)
    return zip(slices, opinions).map { ($0.file, $1) }
}

/// The first and the last frame.
private func sourcesOfEnds(_ instance: SOPInstance) throws -> [SliceSource] {
    guard let pixels = instance.pixels else { return [] }
    return try Set([1, max(1, instance.frames.count)]).sorted().map { frame in
        var source = try MadeSlice(
            file: instance.file, uid: instance.sopInstanceUID.value, rows: pixels.rows, columns: pixels.columns
        ).source()
        source.frameNumber = frame
        return source
    }
}
