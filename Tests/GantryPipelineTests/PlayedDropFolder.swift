import GantryCore
import GantryTestSupport
import Glibc
import Synchronization

/// A drop folder in which things happen, one after the other; a wait costs its seconds.
final class PlayedDropFolder: DropFolder {
    /// What happens before a look.
    enum Step: Sendable {
        /// Nothing: what came before comes to rest.
        case rest
        case put([String])
        /// A file goes on growing.
        case grow(String)
        case remove([String])
    }

    private struct Play: Sendable {
        var steps: [Step]
        /// The first of `steps` has happened.
        var isDone = false
    }

    private let folder = InMemoryDropFolder()
    private let play: Mutex<Play>
    private let time: FakeTime
    private let movesOn: @Sendable () -> Bool
    private let timePasses: @Sendable () -> Bool
    private let atEnd: @Sendable () -> Void
    private let failing: @Sendable (_ look: Int) -> DropFolderFault?
    let looks = Mutex(0)

    /// Before each look the next of `steps` happens, once `movesOn` has said so at the look before. From the look on
    /// after which only the last one is left, `atEnd` is called at each. A wait costs its seconds while `timePasses`:
    /// without it, looks that outrun the runner would take a study's whole time from it. A look that is `failing`,
    /// counted from 1, shows nothing.
    init(
        _ steps: [Step], time: FakeTime, movesOn: @escaping @Sendable () -> Bool = { true },
        timePasses: @escaping @Sendable () -> Bool = { true },
        failing: @escaping @Sendable (_ look: Int) -> DropFolderFault? = { _ in nil },
        atEnd: @escaping @Sendable () -> Void = {}
    ) {
        play = Mutex(Play(steps: steps))
        self.time = time
        self.movesOn = movesOn
        self.timePasses = timePasses
        self.failing = failing
        self.atEnd = atEnd
    }

    func look() throws(DropFolderFault) -> DropFolderView {
        let look = looks.withLock { looks in
            looks += 1
            return looks
        }
        if let fault = failing(look) { throw fault }
        let isDue = movesOn()
        let (step, isLast) = play.withLock { play -> (Step?, Bool) in
            let step = play.isDone ? nil : play.steps.first
            play.isDone = true
            if play.steps.count > 1 && isDue {
                play.steps.removeFirst()
                play.isDone = false
            }
            return (step, play.steps.count <= 1)
        }
        if let step { happen(step, at: look) }
        let view = try folder.look()
        if isLast { atEnd() }
        return view
    }

    private func happen(_ step: Step, at look: Int) {
        switch step {
        case .rest: break
        case .put(let files): for file in files { folder.put(file, "whole") }
        case .grow(let file): folder.put(file, "grown till look \(look)")
        case .remove(let files): for file in files { folder.remove(file) }
        }
    }

    func wait(seconds: Double) {
        if timePasses() {
            time.advance(seconds: seconds)
        } else {
            sched_yield()
        }
    }

    func wake() { folder.wake() }
}
