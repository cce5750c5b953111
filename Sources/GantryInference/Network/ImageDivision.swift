/// Which images of a call the workers compute apart, a group each, and which together, layer by layer.
package struct ImageDivision: Hashable {
    /// Groups that one worker computes.
    package let apart: [Range<Int>]
    /// Groups that all workers compute together.
    package let together: [Range<Int>]
    /// Threads, at least one.
    package let workers: Int

    /// The division of `count` images in groups of at most `largestGroup`. Each worker has as many images as the
    /// others; what is left is computed together, unless it is so many that hardly a worker would have none of them.
    package init(_ count: Int, workers: Int, largestGroup: Int, together: Bool = true) {
        let workers = max(workers, 1)
        self.workers = workers
        // Waiting for each other costs about a quarter of the time on many cores.
        let rest = count % workers
        let shared = together && 4 * rest <= 3 * workers ? rest : 0
        let alone = count - shared
        let rounds = (alone + workers * largestGroup - 1) / (workers * largestGroup)
        apart = Self.groups(min(alone, rounds * workers), of: 0..<alone)
        self.together = Self.groups((shared + largestGroup - 1) / largestGroup, of: alone..<count)
    }

    /// As equal as they can be.
    private static func groups(_ count: Int, of images: Range<Int>) -> [Range<Int>] {
        (0..<count).map { group in
            images.lowerBound + group * images.count / count..<images.lowerBound + (group + 1) * images.count / count
        }
    }
}
