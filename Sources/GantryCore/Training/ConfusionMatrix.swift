/// How many images of each class were said to be of each class.
///
/// Only pairs that occur take memory, so that a thousand classes are no million numbers.
public struct ConfusionMatrix: Sendable, Hashable {
    /// A class and the class that was said.
    public struct Pair: Sendable, Hashable {
        /// Index of the true class.
        public var label: Int
        /// Index of the class that was said.
        public var said: Int
    }

    /// Number of classes.
    public let classes: Int
    /// Images counted.
    public private(set) var images = 0
    /// Those whose class was said.
    public private(set) var correct = 0
    private var counts: [Pair: Int] = [:]
    private var imagesOfClass: [Int]

    /// A matrix of no images; fewer classes than none are none.
    public init(classes: Int) {
        self.classes = max(0, classes)
        imagesOfClass = Array(repeating: 0, count: self.classes)
    }

    /// Counts an image; false, and nothing is counted, where one of the classes is none of them.
    @discardableResult
    public mutating func add(label: Int, said: Int) -> Bool {
        guard (0..<classes).contains(label), (0..<classes).contains(said) else { return false }
        images += 1
        correct += label == said ? 1 : 0
        imagesOfClass[label] += 1
        counts[Pair(label: label, said: said), default: 0] += 1
        return true
    }

    /// Images of class `label` that were said to be of class `said`.
    public subscript(label label: Int, said said: Int) -> Int { counts[Pair(label: label, said: said)] ?? 0 }

    /// Images of a class; 0 where there is no such class.
    public func images(of label: Int) -> Int { imagesOfClass.indices.contains(label) ? imagesOfClass[label] : 0 }

    /// Share of the images whose class was said, 0 to 1; nil without images.
    public var accuracy: Double? { images == 0 ? nil : Double(correct) / Double(images) }

    /// Share of a class's images whose class was said, 0 to 1; nil where it has none.
    public func recall(of label: Int) -> Double? {
        let all = images(of: label)
        return all == 0 ? nil : Double(self[label: label, said: label]) / Double(all)
    }

    /// Pairs of different classes with their counts, the most frequent first, equal ones in the order of the classes.
    public var confusions: [(pair: Pair, count: Int)] {
        counts.filter { $0.key.label != $0.key.said }.map { (pair: $0.key, count: $0.value) }.sorted {
            ($1.count, $0.pair.label, $0.pair.said) < ($0.count, $1.pair.label, $1.pair.said)
        }
    }

    /// At most `most` classes: all of them where they are no more, otherwise those that take part in most confusions,
    /// in the order of the classes.
    public func mostConfusedClasses(_ most: Int) -> [Int] {
        guard classes > most else { return Array(0..<classes) }
        var errors = Array(repeating: 0, count: classes)
        for (pair, count) in counts where pair.label != pair.said {
            errors[pair.label] += count
            errors[pair.said] += count
        }
        let order = (0..<classes).sorted { (errors[$1], $0) < (errors[$0], $1) }
        return order.prefix(max(0, most)).sorted()
    }

    /// The matrix of `kept` alone with everything else as one class behind them: `[kept + 1][kept + 1]`, rows the true
    /// classes. A class that is named twice counts where it stands first.
    public func condensed(to kept: [Int]) -> [[Int]] {
        var places: [Int: Int] = [:]
        for (place, label) in kept.enumerated() where places[label] == nil { places[label] = place }
        var rows = Array(repeating: Array(repeating: 0, count: kept.count + 1), count: kept.count + 1)
        for (pair, count) in counts {
            rows[places[pair.label] ?? kept.count][places[pair.said] ?? kept.count] += count
        }
        return rows
    }
}
