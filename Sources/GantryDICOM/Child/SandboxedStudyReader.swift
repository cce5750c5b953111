import GantryCore
import GantryGround
import GantrySandbox

/// Reads studies in child processes, so that no file can harm, stall or exhaust this one.
///
/// Each call starts a child of its own, and another where one dies or stalls: without end in `scan`, where every bad
/// file is rejected by name; in `read` and `contentDigest` the second death is `.quarantined`, the tenth time-out
/// `.timedOut`. The child
/// decodes ahead into shared memory, several slices at once where it has the threads, while the receiver works on
/// earlier ones; memory is bounded by `SandboxLimits.ringBytes` however many slices there are. What comes does not
/// depend on the number of threads.
public struct SandboxedStudyReader: StudyReader {
    private let launch: ReaderLaunch
    /// What `prepareReading` has started, for `read` alone: what else reads is not waited for.
    private let spare = SpareReader()

    /// A reader whose children are `executable` (a path, never guessed) with `arguments`, and take on what `limits`
    /// allow; a child's start may take as long as one file. Each reads up to `threads` files at once, 1 to 16.
    public init(
        executable: String, arguments: [String] = ["reader-child"], limits: ReaderLimits = ReaderLimits(),
        threads: Int = 1
    ) {
        self.init(
            executable: executable, arguments: arguments, limits: limits, threads: threads, childStarted: { _ in })
    }

    /// What this kernel cannot keep reader children from, a sentence; nil where they are confined in full.
    public static var missingConfinement: String? { ChildLimits.missing }

    /// The same with what the children may use, where that is not what `limits` need, and a wall clock in parts of a
    /// second; `childStarted` is told the process identifier of every child.
    package init(
        executable: String, arguments: [String] = ["reader-child"], limits: ReaderLimits = ReaderLimits(),
        sandbox: SandboxLimits? = nil, wallClockSecondsPerFile: Double? = nil, threads: Int = 1,
        childStarted: @escaping @Sendable (Int32) -> Void
    ) {
        launch = ReaderLaunch(
            executable: executable, arguments: arguments, limits: limits,
            sandbox: sandbox ?? SandboxLimits(for: limits),
            wallClockSecondsPerFile: wallClockSecondsPerFile ?? Double(limits.secondsPerFile),
            childStarted: childStarted, threads: min(max(threads, 1), ReaderJob.mostThreads))
    }

    /// See `StudyReader`. Starts the child of a `read` ahead.
    public func prepareReading() { spare.start(launch) }

    /// See `StudyReader`.
    public func endPreparation() { spare.end() }

    /// See `StudyReader`.
    public func scan(
        root: String, files: [String], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> ScanResult? {
        var session = try session(launch, root: root, files: files, ring: nil, patience: nil)
        var result = ScanResult(instances: [], outcomes: [])
        let isWhole = try session.run(count: files.count) { number in
            Self.request(number, file: files[number], task: .header)
        } control: {
            control($0)
        } receive: { number, answer, _ in
            switch answer {
            case .instance(let instance): result.instances.append(instance)
            case .failed(let reason, let detail):
                result.outcomes.append(FileOutcome(file: files[number], reason: reason, detail: detail))
            case .pixelDigest, .slice, .opinion: break  // `fits` has refused them
            }
            return .proceed
        }
        return isWhole ? result : nil
    }

    /// See `StudyReader`.
    public func contentDigest(
        root: String, slices: [SliceSource], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> String? {
        // Frames of one file have the same UID and the same encoded pixel data.
        let sources = Array(Set(slices.map { EncodedSource(file: $0.file, sopInstanceUID: $0.sopInstanceUID) }))
            .sorted { ($0.sopInstanceUID, $0.file) < ($1.sopInstanceUID, $1.file) }
        guard let digests = try pixelDigests(root: root, files: sources.map(\.file), control: control) else {
            return nil
        }
        let entries = zip(sources, digests).map { source, digest in
            source.sopInstanceUID.value + (digest.map { " " + $0 } ?? "") + "\n"
        }
        return SHA256.hash(Set(entries).sorted().joined().utf8).hexadecimal
    }

    /// See `StudyReader`.
    public func pixelDigests(
        root: String, files: [String], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> [String?]? {
        var session = try session(launch, root: root, files: files, ring: nil, patience: ReaderPatience())
        var digests = [String?](repeating: nil, count: files.count)
        let isWhole = try session.run(count: files.count) { number in
            Self.request(number, file: files[number], task: .pixelDigest)
        } control: {
            control($0)
        } receive: { number, answer, _ in
            if case .pixelDigest(let digest) = answer { digests[number] = digest }
            return .proceed
        }
        return isWhole ? digests : nil
    }

    /// See `StudyReader`.
    public func read(
        root: String, slices: [SliceSource], padding: PaddingTreatment, control: (Int) -> ReadControl,
        into receiver: inout some SliceReceiver
    ) throws(ReaderFault) {
        var limits = launch.sandbox
        // More than each thread can be ahead lies there for nothing, half a megabyte each.
        limits.ringSlots = min(limits.ringSlots, Self.slotsPerThread * launch.threads)
        let largest = slices.compactMap { Self.pixels(of: $0, within: limits) }.max()
        let layout = largest.flatMap { RingLayout(largestSlicePixels: $0, limits: limits) }
        var launch = launch
        launch.spare = spare
        var session = try session(
            launch, root: root, files: slices.map(\.file), ring: layout, patience: ReaderPatience())
        try session.run(count: slices.count) { number in
            Self.sliceRequest(number, of: slices[number], padding: padding, layout: layout, limits: limits)
        } control: {
            control($0)
        } receive: { number, answer, ring in
            Self.hand(answer, of: slices[number], slot: number % (layout?.slots ?? 1), in: ring, to: &receiver)
        }
    }

    /// Slices on their way, for each file that a child reads at once: what is read while a group is being scored.
    private static let slotsPerThread = 4

    /// A file of which the encoded pixel data is wanted.
    private struct EncodedSource: Hashable {
        var file: String
        var sopInstanceUID: UID
    }

    /// **Throws** `.rootUnreadable`; `.readerUnavailable` where there is no shared memory.
    private func session(
        _ launch: ReaderLaunch, root: String, files: [String], ring: RingLayout?, patience: ReaderPatience?
    ) throws(ReaderFault) -> ReaderSession {
        let memory: SliceRing?
        do throws(SandboxFault) {
            if let ring { memory = try SliceRing(layout: ring) } else { memory = nil }
        } catch {
            throw ReaderFault(
                .readerUnavailable, subject: "", status: error.status, explanation: error.explanation)
        }
        do {
            return try ReaderSession(
                launch: launch, folder: SafeFolder(path: root), files: files, ring: memory, patience: patience)
        } catch {
            throw ReaderFault(.rootUnreadable, subject: root, status: error.status, explanation: error.explanation)
        }
    }

    private static func request(
        _ number: Int, file: String, task: ReaderTask
    ) -> Result<ReaderRequest, FileOutcome> {
        do {
            try SafeFolder.check(file)
        } catch {
            return .failure(FileOutcome(file: file, error))
        }
        return .success(ReaderRequest(number: number, file: file, task: task))
    }

    private static func sliceRequest(
        _ number: Int, of slice: SliceSource, padding: PaddingTreatment, layout: RingLayout?, limits: SandboxLimits
    ) -> Result<ReaderRequest, FileOutcome> {
        guard let layout, pixels(of: slice, within: limits) != nil else {
            return .failure(
                FileOutcome(
                    file: slice.file, reason: .limitExceeded,
                    detail: "\(slice.rows) x \(slice.columns) pixels are none, or more than are read"))
        }
        guard slice.positionMillimetres.isFinite else {
            return .failure(
                FileOutcome(file: slice.file, reason: .attributeInvalid, detail: "its position is no finite number"))
        }
        return request(
            number, file: slice.file, task: .slice(FrameAddress(slice), padding, slot: number % layout.slots))
    }

    /// Pixels of a slice that fits into a ring; nil for no pixels, or too many.
    private static func pixels(of slice: SliceSource, within limits: SandboxLimits) -> Int? {
        guard (1...65535).contains(slice.rows), (1...65535).contains(slice.columns) else { return nil }
        let pixels = slice.rows * slice.columns
        return RingLayout(largestSlicePixels: pixels, limits: limits) == nil ? nil : pixels
    }

    private static func hand(
        _ answer: ReaderAnswer, of slice: SliceSource, slot: Int, in ring: SliceRing?,
        to receiver: inout some SliceReceiver
    ) -> ReadControl {
        let outcome: FileOutcome
        switch answer {
        case .slice(let facts):
            let decoded = DecodedSlice(source: slice, facts)
            let handed = try? ring?.withSlot(slot, pixels: slice.rows * slice.columns) { hounsfield in
                receiver.receive(decoded, hounsfield: hounsfield)
            }
            if let handed { return handed }
            outcome = FileOutcome(file: slice.file, reason: .limitExceeded, detail: "the ring does not hold it")
        case .failed(let reason, let detail):
            outcome = FileOutcome(file: slice.file, reason: reason, detail: detail)
        case .instance, .pixelDigest, .opinion:  // `fits` has refused them
            outcome = FileOutcome(file: slice.file, reason: .readerDied, detail: "the reader answered something else")
        }
        return receiver.miss(slice, outcome: outcome)
    }
}
