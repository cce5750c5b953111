/// Which of some things belong together, as more and more is known of it.
package struct DisjointSets {
    private var parents: [Int]

    /// Things 0 ..< `count`, each on its own.
    package init(_ count: Int) { parents = Array(0..<count) }

    /// The first of those that belong to the same as `index`.
    package mutating func root(of index: Int) -> Int {
        var root = index
        while parents[root] != root { root = parents[root] }
        var step = index
        while parents[step] != root { (step, parents[step]) = (parents[step], root) }
        return root
    }

    /// Says that two belong together.
    package mutating func join(_ first: Int, _ second: Int) {
        let (a, b) = (root(of: first), root(of: second))
        if a != b { parents[max(a, b)] = min(a, b) }
    }

    /// The things that belong together, in the order of their first.
    package mutating func sets() -> [[Int]] {
        var sets: [[Int]] = []
        var places: [Int: Int] = [:]
        for index in parents.indices {
            let root = root(of: index)
            if let place = places[root] {
                sets[place].append(index)
            } else {
                places[root] = sets.count
                sets.append([index])
            }
        }
        return sets
    }
}
