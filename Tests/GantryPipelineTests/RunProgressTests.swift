import GantryCore
import GantryPipeline
import Testing

@Suite struct RunProgressTests {
    private let start = ContinuousClock.now
    private let first: StudyKey
    private let second: StudyKey

    init() throws {
        first = try #require(StudyKey("00000000000000aa"))
        second = try #require(StudyKey("00000000000000bb"))
    }

    private func at(_ seconds: Double) -> ContinuousClock.Instant { start + .seconds(seconds) }

    @Test func `slices that were left out are no scored slices`() {
        var progress = RunProgress()
        progress.queued(first, files: 40)
        progress.noted(first, done: 0, of: 40, scored: 0, now: at(0))
        #expect(progress.state(now: at(1)).slicesPerSecond == nil)
        progress.noted(first, done: 20, of: 40, scored: 8, now: at(4))
        let state = progress.state(now: at(4))
        #expect(state.done == 20 && state.all == 40 && state.slicesPerSecond == 2)
    }

    @Test func `the time left is that of all studies that are known`() {
        var progress = RunProgress()
        progress.queued(first, files: 40)
        progress.queued(second, files: 80)
        progress.noted(first, done: 0, of: 40, scored: 0, now: at(0))
        #expect(progress.state(now: at(1)).secondsLeft == nil)
        progress.noted(first, done: 20, of: 40, scored: 20, now: at(10))
        // 20 of 120 files in 10 s.
        #expect(progress.state(now: at(10)).secondsLeft == 50)
        progress.noted(first, done: 40, of: 40, scored: 40, now: at(20))
        progress.ended(first, now: at(20))
        let between = progress.state(now: at(3600))
        // Nothing is worked on meanwhile: that is no time that slices take.
        #expect(between.study == 2 && between.studies == 2 && between.slicesPerSecond == 2 && between.secondsLeft == 40)
    }

    @Test func `studies that were found unchanged say nothing about the time that slices take`() {
        var progress = RunProgress()
        progress.queued(first, files: 1000)
        progress.queued(second, files: 40)
        progress.ended(first, now: at(0.1))
        progress.noted(second, done: 0, of: 40, scored: 0, now: at(0.2))
        progress.noted(second, done: 20, of: 40, scored: 20, now: at(10.2))
        let left = progress.state(now: at(10.2)).secondsLeft ?? 0
        #expect(abs(left - 10) < 1e-6)
    }
}
