import GantryCore
import GantrySandbox

/// DCMTK as a second reader, in a child process of its own: the reader child under the same limits and the same
/// confinement, which loads each file with both readers and holds them against each other.
public struct SandboxedSecondReader: SecondReader {
    private let launch: ReaderLaunch

    /// Children that end without an opinion before the rest of a study is left without one.
    private static let mostDeaths = 3

    /// Longest time for one slice, seconds: DCMTK is known to hang on damaged pixels, and nothing waits for it but a
    /// study whose slices are scored.
    private static let mostSecondsPerSlice = 20

    /// A reader whose children are `executable` (a path, never guessed) with `arguments`, and take on what `limits`
    /// allow.
    public init(
        executable: String, arguments: [String] = ["reader-child"], limits: ReaderLimits = ReaderLimits()
    ) {
        self.init(executable: executable, arguments: arguments, limits: limits, childStarted: { _ in })
    }

    /// The same with another wall clock; `childStarted` is told the process identifier of every child.
    package init(
        executable: String, arguments: [String] = ["reader-child"], limits: ReaderLimits = ReaderLimits(),
        wallClockSecondsPerSlice: Double? = nil, childStarted: @escaping @Sendable (Int32) -> Void
    ) {
        let seconds = min(limits.secondsPerFile, Self.mostSecondsPerSlice)
        var sandbox = SandboxLimits(for: limits)
        sandbox.processorSecondsPerFile = seconds
        launch = ReaderLaunch(
            executable: executable, arguments: arguments, limits: limits, sandbox: sandbox,
            wallClockSecondsPerFile: wallClockSecondsPerSlice ?? Double(seconds), childStarted: childStarted,
            isSecondOpinion: true)
    }

    /// See `SecondReader`.
    public func opinions(root: String, slices: [SliceSource], waiting: () -> ReadControl) -> [SliceOpinion]? {
        var opinions: [SliceOpinion] = []
        var isWhole = true
        do {
            var session = try ReaderSession(
                launch: launch, folder: SafeFolder(path: root), files: slices.map(\.file), ring: nil,
                patience: ReaderPatience(deaths: Self.mostDeaths, timeOuts: Self.mostDeaths))
            isWhole = try session.run(count: slices.count) { number in
                Self.request(number, on: slices[number])
            } control: { _ in
                waiting()
            } receive: { number, answer, _ in
                opinions.append(Self.opinion(answer, on: slices[number]))
                return .proceed
            }
        } catch let fault as ReaderFault {
            opinions += slices.dropFirst(opinions.count).map {
                .missing(on: $0, because: Self.sentence(fault.explanation))
            }
        } catch {
            opinions += slices.dropFirst(opinions.count).map {
                .missing(on: $0, because: "the folder of the study can no longer be opened")
            }
        }
        return isWhole ? opinions : nil
    }

    private static func request(_ number: Int, on slice: SliceSource) -> Result<ReaderRequest, FileOutcome> {
        do {
            try SafeFolder.check(slice.file)
        } catch {
            return .failure(FileOutcome(file: slice.file, error))
        }
        return .success(ReaderRequest(number: number, file: slice.file, task: .secondOpinion(FrameAddress(slice))))
    }

    private static func opinion(_ answer: ReaderAnswer, on slice: SliceSource) -> SliceOpinion {
        switch answer {
        case .opinion(let opinion): opinion
        case .failed(_, let detail): .missing(on: slice, because: sentence(detail))
        case .instance, .pixelDigest, .slice:  // `fits` has refused them
            .missing(on: slice, because: "the second reader answered something else")
        }
    }

    private static func sentence(_ detail: String) -> String { "no second opinion: " + detail }
}
