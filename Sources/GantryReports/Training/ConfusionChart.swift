import GantryCore

/// A confusion matrix: a row for each class, a column for each class that was said. Of many classes those that take
/// part in most confusions, and all others as one.
struct ConfusionChart {
    let matrix: ConfusionMatrix
    let classes: [String]

    /// Most classes that stand for themselves.
    static let mostClasses = 10

    /// The drawing, 380 wide; nil without images.
    func svg() -> String? {
        guard matrix.images > 0 else { return nil }
        let kept = matrix.mostConfusedClasses(Self.mostClasses)
        let others = matrix.classes - kept.count
        var counts = matrix.condensed(to: kept)
        var names = kept.map { name($0) }
        if others > 0 { names.append("\(LearningText.count(others)) others") } else { counts.removeLast() }
        let side = names.count
        let hasNumbers = side > 3
        let left = hasNumbers ? 104.0 : 112.0
        let cellWidth = (378 - left) / Double(side)
        let cellHeight = hasNumbers ? min(cellWidth, 36) : 64
        let top = 40.0
        let height = top + cellHeight * Double(side) + 4
        let accuracy = LearningText.share(matrix.accuracy)
        var drawing = SVGDrawing(
            width: 380, height: height, cssClass: "chart confusion",
            label: "Confusion matrix of \(classes.count) classes: \(LearningText.count(matrix.correct)) of "
                + "\(LearningText.count(matrix.images)) images right, \(accuracy)")
        drawing.text(left, 14, "said \u{2192}", "small start")
        drawing.text(left - 8, top - 6, "true \u{2193}", "small end")
        for (place, name) in names.enumerated() {
            let numbered = place < kept.count && hasNumbers
            let middle = left + cellWidth * (Double(place) + 0.5)
            let head = numbered ? "\(kept[place] + 1)" : hasNumbers ? "oth." : LearningText.fitted(name, cellWidth - 6)
            drawing.text(middle, top - 6, head, "small middle")
            let row = numbered ? "\(kept[place] + 1) \(name)" : name
            drawing.text(
                left - 8, top + cellHeight * (Double(place) + 0.5) + 4, LearningText.fitted(row, left - 10), "small end"
            )
        }
        for row in 0..<side {
            // A share of the row: classes of few images are seen as well as those of many.
            let all = counts[row].prefix(side).reduce(0, +)
            for column in 0..<side {
                let count = counts[row][column]
                let (x, y) = (left + cellWidth * Double(column), top + cellHeight * Double(row))
                let share = all > 0 ? Double(count) / Double(all) : 0
                let isOthers = others > 0 && row == side - 1 && column == side - 1
                let kind = isOthers ? "mixed" : row == column ? "right" : "wrong"
                // The root: few errors are seen too.
                let step = count == 0 ? 0 : max(1, Int((share.squareRoot() * 9).rounded()))
                drawing.rectangle(
                    x: x + 1, y: y + 1, width: cellWidth - 2, height: cellHeight - 2, radius: 2,
                    "cell \(kind) heat\(step)",
                    title: "True \(names[row]), said \(names[column]): \(LearningText.count(count)) of "
                        + "\(LearningText.count(all)), \(LearningText.share(all > 0 ? share : nil))")
                if !hasNumbers {
                    let middle = x + cellWidth / 2
                    drawing.text(middle, y + 30, LearningText.count(count), "value middle")
                    drawing.text(middle, y + 48, LearningText.share(all > 0 ? share : nil), "small middle in-cell")
                } else if count > 0 {
                    drawing.text(
                        x + cellWidth / 2, y + cellHeight / 2 + 4, Self.short(count, width: cellWidth),
                        "cell-word middle")
                }
            }
        }
        return drawing.markup
    }

    private func name(_ index: Int) -> String { classes.indices.contains(index) ? classes[index] : "\(index + 1)" }

    /// The count, in thousands (`12k`) where all its digits have no room; a digit of 11 px is about 6.1 px wide.
    private static func short(_ count: Int, width: Double) -> String {
        let text = String(count)
        if Double(text.count) * 6.1 <= width - 2 { return text }
        return count < 1_000_000 ? "\((count + 500) / 1000)k" : "\((count + 500_000) / 1_000_000)M"
    }
}
