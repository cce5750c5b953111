import Foundation
import GantryInference
import Synchronization
import Testing

/// Threads that compute together: they meet, and they end.
@Suite struct WorkerTeamTests {
    /// The states (`R`, `S`, ...) of this process's threads whose name begins with `name`.
    private static func states(_ name: String) -> [Character] {
        let tasks = (try? FileManager.default.contentsOfDirectory(atPath: "/proc/self/task")) ?? []
        return tasks.compactMap { task in
            guard let stat = try? String(contentsOfFile: "/proc/self/task/\(task)/stat", encoding: .utf8),
                let opening = stat.firstIndex(of: "("), let closing = stat.lastIndex(of: ")"),
                stat[stat.index(after: opening)..<closing].hasPrefix(name)
            else { return nil }
            return stat[closing...].dropFirst(2).first
        }
    }

    @Test(arguments: [1, 2, 3, 5]) func `nobody goes on before all have come`(_ workers: Int) {
        let team = WorkerTeam(workers: workers, name: "meeting")
        #expect(team.workers == workers)
        let (rounds, calls) = (200, 20)
        // Each worker's number is written by that one, and read by the others when they have met.
        let counts = Mutex<[Int]>(Array(repeating: 0, count: workers))
        let mistakes = Atomic<Int>(0)
        for call in 0..<calls {
            team.together { share in
                for round in 0..<rounds {
                    counts.withLock { $0[share.worker] += 1 }
                    share.meet()
                    let expected = call * rounds + round + 1
                    let isRight = counts.withLock { $0.allSatisfy { $0 == expected } }
                    if !isRight { mistakes.add(1, ordering: .relaxed) }
                    share.meet()
                }
            }
        }
        #expect(mistakes.load(ordering: .relaxed) == 0)
        #expect(counts.withLock { $0 } == Array(repeating: rounds * calls, count: workers))
    }

    @Test(arguments: [1, 2, 3, 7]) func `the workers' parts are all of it, and nearly equal`(_ workers: Int) {
        let team = WorkerTeam(workers: workers, name: "parting")
        for count in [0, 1, 5, 56] {
            let parts = Mutex<[Int: Range<Int>]>([:])
            team.together { share in
                let part = share.part(of: count)
                parts.withLock { $0[share.worker] = part }
            }
            let found = parts.withLock { $0 }.sorted { $0.key < $1.key }.map(\.value)
            #expect(found.flatMap(Array.init) == Array(0..<count))
            #expect(found.allSatisfy { $0.count <= (count + workers - 1) / workers })
        }
    }

    @Test func `one who comes late wakes those who fell asleep`() {
        let team = WorkerTeam(workers: 3, name: "sleeping")
        team.together { share in
            // The others look for the first for a while, and sleep then.
            while share.worker == 0, Self.states("sleeping") != ["S", "S"] { sched_yield() }
            share.meet()
        }
        let items = Atomic<Int>(0)
        // The same between two calls, and for shared items.
        while Self.states("sleeping") != ["S", "S"] { sched_yield() }
        team.forEach(100) { _, item in items.add(item, ordering: .relaxed) }
        #expect(items.load(ordering: .relaxed) == 4950)
    }

    @Test func `the threads have ended when the team is gone`() {
        var team: WorkerTeam? = WorkerTeam(workers: 4, name: "ending")
        team?.together { $0.meet() }
        #expect(Self.states("ending").count == 3)
        team = nil
        #expect(Self.states("ending").isEmpty)
    }
}
