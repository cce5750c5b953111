/// Who runs a store at a moment, as its lock tells: the kernel drops that when the process ends, however it ends.
public enum StoreRunner: Sendable, Hashable {
    /// Nobody.
    case absent
    /// A process that is alive, by what it wrote of itself; nil for what it has not come to write yet.
    case alive(pid: Int?, name: String?)
    /// It cannot be told: why, a sentence.
    case unknown(String)

    /// A live holder of the lock, which wrote `pid 4711 (gantry watch)` into it.
    init(holder text: String) {
        let parts = text.wholeMatch(of: #/pid ([0-9]+) \((.*)\)/#)
        self = .alive(pid: parts.flatMap { Int($0.1) }, name: parts.map { String($0.2) })
    }
}
