import GantryCore

/// Where a training run is within an epoch, for a person: the line with the bar.
struct TrainingProgress {
    /// What is being done.
    enum Work: Sendable, Hashable {
        /// Steps are made.
        case training
        /// The validation images are looked at.
        case validation
    }

    /// From 1.
    var epoch: Int
    var epochs: Int
    var work = Work.training
    /// Images of the work that are done, and all of them.
    var done: Int
    var all: Int
    /// Mean loss of the epoch so far; nil before the first step.
    var loss: Double?
    /// Share found right so far, 0 to 1.
    var accuracy: Double?
    /// How fast images go; nil where that is not known yet.
    var imagesPerSecond: Double?
    /// What all of the run will still take; nil where that is not known yet.
    var secondsLeft: Double?
}

extension TrainingProgress {
    /// What stands in front of the bar: `epoch 3/20`.
    var label: String {
        switch work {
        case .training: "epoch \(epoch)/\(epochs)"
        // As long as the other, so that the bar does not jump.
        case .validation: "valid \(epoch)/\(epochs)"
        }
    }

    /// Of the work that goes on.
    var fraction: Double { Double(done) / Double(max(all, 1)) }

    /// What stands behind the bar: `loss 0.2312  91.4 %  812 images/s  4 min left`.
    var detail: String {
        var parts: [String] = []
        if let loss { parts.append("loss \(Presentation.loss(loss))") }
        if let accuracy { parts.append(Presentation.share(accuracy)) }
        if parts.isEmpty { parts.append("\(done)/\(all)") }
        if let imagesPerSecond { parts.append("\(Presentation.rate(imagesPerSecond)) images/s") }
        if let secondsLeft { parts.append("\(Presentation.roughly(seconds: secondsLeft)) left") }
        return parts.joined(separator: "  ")
    }
}

/// A line an epoch, as a table of at most 80 columns that is printed row by row.
struct EpochLines {
    /// Epochs of the run: the width of the first column.
    let epochs: Int
    /// Whether there are areas under the ROC curve: two classes.
    let hasAUC: Bool

    /// The headings, in two lines.
    var head: [String] {
        let epoch = max(5, width)
        let above =
            String(repeating: " ", count: epoch + 2) + "training".padded(19) + "validation".padded(hasAUC ? 26 : 19)
        let below =
            "epoch".padded(epoch) + "    loss  accuracy      loss  accuracy" + (hasAUC ? "    AUC" : "")
            + "  images/s     time"
        return [above.trimmed, below]
    }

    /// The line of an epoch; the best so far is marked at its end.
    func line(_ record: EpochRecord) -> String {
        var cells = [
            (saysAll ? "\(record.epoch)/\(epochs)" : "\(record.epoch)").rightAligned(width).padded(max(5, width)),
            Presentation.loss(record.trainingLoss).rightAligned(6),
            Presentation.share(record.trainingAccuracy).rightAligned(8),
            Presentation.loss(record.validationLoss).rightAligned(8),
            Presentation.share(record.validationAccuracy).rightAligned(8),
        ]
        if hasAUC {
            cells.append(Presentation.area(record.validationAUC).rightAligned(5))
        }
        cells.append(Presentation.rate(record.imagesPerSecond).rightAligned(8))
        cells.append(Presentation.roughly(seconds: record.seconds).rightAligned(7))
        return cells.joined(separator: "  ") + (record.isBest ? "  best" : "")
    }

    /// The same as a sentence, for a log in which no table stands.
    func sentence(_ record: EpochRecord) -> String {
        var text =
            "epoch \(record.epoch) of \(epochs): training loss \(Presentation.loss(record.trainingLoss)), "
            + "\(Presentation.share(record.trainingAccuracy)) right; validation loss "
            + "\(Presentation.loss(record.validationLoss)), \(Presentation.share(record.validationAccuracy)) right"
        if let area = record.validationAUC { text += ", AUC \(Presentation.area(area))" }
        text +=
            "; \(Presentation.rate(record.imagesPerSecond)) images/s, \(Presentation.roughly(seconds: record.seconds))"
        return text + (record.isBest ? "; the best so far" : "")
    }

    /// Whether there is room for `20/20`.
    private var saysAll: Bool { epochs < 1000 }

    /// Of `20/20`, or of `10000`.
    private var width: Int { saysAll ? 2 * String(epochs).count + 1 : String(epochs).count }
}

extension Presentation {
    /// A loss: four decimals below ten, fewer above, six characters wide at most.
    static func loss(_ value: Double) -> String {
        guard value.isFinite else { return value.isNaN ? "NaN" : value < 0 ? "-inf" : "inf" }
        if value > 0, value < 0.000_05 { return "<.0001" }
        switch value.magnitude {
        case ..<9.999_95: return decimals(value, 4)
        case ..<999.95: return decimals(value, 2)
        case ..<99_999: return decimals(value, 0)
        default: return value < 0 ? "<-9999" : ">99999"
        }
    }

    /// An area under a ROC curve: three decimals, never rounded to 0 or 1, five characters wide; `–` where there is
    /// none.
    static func area(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        let text = decimals(value, 3)
        if text == "1.000", value < 1 { return ">.999" }
        return text == "0.000" && value > 0 ? "<.001" : text
    }

    /// A share of 0 to 1: `91.4 %`; what is not all or nothing is never rounded to it.
    static func share(_ value: Double) -> String {
        let text = decimals(value * 100, 1)
        if text == "100.0" { return value < 1 ? ">99.9 %" : "100 %" }
        if text == "0.0" { return value > 0 ? "<0.1 %" : "0 %" }
        return text + " %"
    }
}

extension String {
    /// Without spaces at its end.
    fileprivate var trimmed: String {
        var rest = Substring(self)
        while rest.last == " " { rest.removeLast() }
        return String(rest)
    }
}

/// An epoch for a program: `gantry.epoch/1` of `gantry train --json`. What is not finite is absent, since JSON has no
/// such numbers.
struct EpochLine: Encodable {
    let epoch: Int
    let epochs: Int
    let step: Int
    let learningRate: Double?
    let trainingLoss: Double?
    let trainingAccuracy: Double?
    let validationLoss: Double?
    let validationAccuracy: Double?
    let validationAUC: Double?
    let best: Bool
    let imagesPerSecond: Double?
    let seconds: Double?

    init(_ record: EpochRecord, epochs: Int) {
        func finite(_ value: Double?) -> Double? { value.flatMap { $0.isFinite ? $0 : nil } }
        epoch = record.epoch
        self.epochs = epochs
        step = record.step
        learningRate = finite(record.learningRate)
        trainingLoss = finite(record.trainingLoss)
        trainingAccuracy = finite(record.trainingAccuracy)
        validationLoss = finite(record.validationLoss)
        validationAccuracy = finite(record.validationAccuracy)
        validationAUC = finite(record.validationAUC)
        best = record.isBest
        imagesPerSecond = finite(record.imagesPerSecond)
        seconds = finite(record.seconds)
    }

    /// Prints the line.
    func print() throws { try JSONLines.print("epoch", self) }
}
