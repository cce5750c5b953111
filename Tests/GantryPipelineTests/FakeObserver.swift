import GantryPipeline
import Synchronization

final class FakeObserver: RunObserver {
    private let all = Mutex<[RunEvent]>([])
    var events: [RunEvent] { all.withLock { $0 } }
    func note(_ event: RunEvent) { all.withLock { $0.append(event) } }
}
