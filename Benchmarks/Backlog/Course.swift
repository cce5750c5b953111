import Foundation
import GantryCore
import GantryPipeline

/// Seconds of each look at which nothing was new, and of each study from the look that shows it to its end.
struct Laps {
    var looks: [Double] = []
    var studies: [Double] = []
}

/// A drop folder that shows the next study when the one before is done, and in between that nothing has happened; it
/// stops the time.
final class Course: DropFolder, RunObserver, @unchecked Sendable {
    // Sendable because everything is touched while `condition` is locked.
    private let condition = NSCondition()
    private let studies: Int
    private var shown = 0
    private var ended = 0
    private var isIdle = false
    private var lookedAt = ContinuousClock.now
    private var measured = Laps()
    private var end: @Sendable () -> Void = {}

    /// A course of so many studies.
    init(studies: Int) { self.studies = studies }

    /// What is done when the last study has ended.
    var atEnd: @Sendable () -> Void {
        get { condition.withLock { end } }
        set { condition.withLock { end = newValue } }
    }

    /// What was measured.
    var laps: Laps { condition.withLock { measured } }

    func look() throws(DropFolderFault) -> DropFolderView {
        condition.withLock {
            var files: [String] = []
            if !isIdle, shown < studies {
                files = MadeStudies.files(of: shown)
                shown += 1
            }
            lookedAt = .now
            return DropFolderView(settled: files, unsettled: [], outcomes: [])
        }
    }

    func wait(seconds: Double) {
        let isOver = condition.withLock {
            let now = ContinuousClock.now
            if isIdle { measured.looks.append((now - lookedAt).inSeconds) }
            while ended < shown { condition.wait() }
            isIdle.toggle()
            return ended == studies && !isIdle
        }
        if isOver { atEnd() }
    }

    func wake() {}

    func note(_ event: RunEvent) {
        guard case .studyEnded = event else { return }
        condition.withLock {
            ended += 1
            measured.studies.append((ContinuousClock.now - lookedAt).inSeconds)
            condition.broadcast()
        }
    }
}

extension Duration {
    /// The duration in seconds.
    var inSeconds: Double { Double(components.seconds) + Double(components.attoseconds) * 1e-18 }
}
