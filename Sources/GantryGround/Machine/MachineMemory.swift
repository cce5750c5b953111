import Foundation

/// Memory that this process may still take.
package enum MachineMemory {
    /// Bytes that are free or can be freed, by the system, the limit of the process's control group and that of the
    /// process (`ulimit -v`); nil where none of them says.
    package static var available: Int? {
        let system = file("/proc/meminfo")?.split(separator: "\n").lazy
            .first { $0.hasPrefix("MemAvailable:") }?
            .split(separator: " ").dropFirst().first.flatMap { Int($0) }
            .map { $0 * 1024 }
        let group = number("/sys/fs/cgroup/memory.max").flatMap { most in
            number("/sys/fs/cgroup/memory.current").map { max(0, most - $0) }
        }
        return [system, group, addressSpace].compactMap(\.self).min()
    }

    /// What the limit of the process's address space leaves; nil where there is none.
    private static var addressSpace: Int? {
        var limit = rlimit()
        guard getrlimit(__rlimit_resource_t(RLIMIT_AS.rawValue), &limit) == 0, limit.rlim_cur < rlim_t(Int.max) else {
            return nil
        }
        let pages = file("/proc/self/statm")?.split(separator: " ").first.flatMap { Int($0) }
        return pages.map { max(0, Int(limit.rlim_cur) - $0 * sysconf(Int32(_SC_PAGESIZE))) }
    }

    private static func number(_ path: String) -> Int? {
        file(path).flatMap { Int($0.trimmingCharacters(in: .whitespacesAndNewlines)) }
    }

    private static func file(_ path: String) -> String? { try? String(contentsOfFile: path, encoding: .utf8) }
}
