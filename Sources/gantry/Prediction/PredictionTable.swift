import GantryCore

/// Predictions as a person sees them: a row a picture, with a column a class where there is room for all of them,
/// otherwise the classes by falling probability.
struct PredictionTable {
    private let predictions: [Prediction]
    private let classes: [String]
    private let activation: Activation

    /// A table of predictions, all of this model.
    init(_ predictions: [Prediction], of model: ModelDescription) {
        self.predictions = predictions
        classes = model.classes
        activation = model.activation
    }

    /// Fewest columns that a path is cut to.
    private static let narrowestPath = 24
    /// Columns of `>0.99`.
    private static let probabilityWidth = 5

    /// The table's lines, and one that counts the classes where there are several pictures; a picture with several
    /// labels counts for each.
    func rendered(for terminal: Terminal) -> String {
        var text = table(within: terminal.columns).rendered(for: terminal).replacing(Self.join, with: " ")
        guard predictions.count > 1 else { return text }
        var counts = classes.indices.compactMap { index -> String? in
            let count = predictions.count { $0.holding.contains(index) }
            return count == 0 ? nil : "\(count) \(classes[index].printable)"
        }
        let without = predictions.count { $0.holding.isEmpty }
        if without > 0 { counts.append("\(without) \(Self.none)") }
        let unlike = predictions.count { $0.isUnlike == true }
        if unlike > 0 { counts.append("\(unlike) unlike the training data") }
        text += "\n"
        for line in "\(predictions.count) images: \(counts.joined(separator: ", "))".wrapped(terminal.columns) {
            text += line + "\n"
        }
        return text
    }

    /// What is said in place of the verdict on a picture that is unlike what the network was trained on.
    private static let unlike = "unlike"

    /// What a picture has without a label.
    private static let none = "none"

    /// Holds a name and its number in one line.
    private static let join = "\u{A0}"

    private func table(within columns: Int) -> Table {
        let longest = predictions.map { $0.file.printable.columns }.max() ?? 0
        let names = classes.map(\.printable)
        let title = activation == .softmax ? "class" : classes.count == 1 ? "label" : "labels"
        let isOfOne = activation == .softmax || classes.count == 1
        let said = predictions.map { Self.said($0, names) }
        let widestClass = max(title.columns, said.map(\.columns).max() ?? 0)
        // Thresholds on one class say something of the other where there are two; of a label they say that it holds.
        let isJudged = activation == .softmax ? classes.count == 2 : classes.count == 1
        let judged = isJudged ? 2 + Finding.allCases.map(\.rawValue.columns).reduce("judged".columns, max) : 0
        let wide = names.reduce(0) { $0 + 2 + max($1.columns, Self.probabilityWidth) }
        let isWide = min(longest, Self.narrowestPath) + 2 + widestClass + wide + judged <= columns

        var table = Table(columns: [
            .init(title: "file", fit: .cutInFront), .init(title: title, fit: isOfOne ? .whole : .wrap),
        ])
        if isWide {
            table.columns += names.map { .init(title: $0, isNumeric: true) }
        } else {
            table.columns.append(.init(title: "probabilities", fit: .wrap))
        }
        if isJudged { table.columns.append(.init(title: "judged")) }
        for (prediction, said) in zip(predictions, said) {
            var cells: [(text: String, colour: Terminal.Colour?)] = [
                (prediction.file.printable, nil), (said, .bold),
            ]
            if isWide {
                cells += prediction.probabilities.map { (Presentation.probability($0), nil) }
            } else {
                cells.append((Self.falling(prediction, names), nil))
            }
            let judged = prediction.isUnlike == true ? Self.unlike : prediction.finding.rawValue
            if isJudged { cells.append((judged, Presentation.colour(of: prediction.finding))) }
            table.rows.append(.init(cells: cells))
        }
        return table
    }

    /// The class, or the labels that hold.
    private static func said(_ prediction: Prediction, _ names: [String]) -> String {
        let holding = prediction.holding.map { names[$0] }
        return holding.isEmpty ? none : holding.joined(separator: ", ")
    }

    /// The classes from 0.01 on, the most probable first, and how many there are besides.
    private static func falling(_ prediction: Prediction, _ names: [String]) -> String {
        let order = names.indices.sorted {
            (prediction.probabilities[$1], $0) < (prediction.probabilities[$0], $1)
        }
        let shown = order.filter { prediction.probabilities[$0] >= 0.01 }
        var parts = shown.map {
            names[$0].replacing(" ", with: join) + join + Presentation.probability(prediction.probabilities[$0])
        }
        let rest = order.count - shown.count
        if rest > 0 { parts.append("\(rest)\(join)\(rest == 1 ? "other" : "others")\(join)<0.01") }
        return parts.joined(separator: ", ")
    }
}
