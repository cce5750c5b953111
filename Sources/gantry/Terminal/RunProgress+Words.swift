import GantryPipeline

/// How far a run has come, for a person.
extension RunProgress.State {
    var label: String { "study \(study)/\(studies)" }

    var fraction: Double { Double(done) / Double(max(all, 1)) }

    /// What stands behind the bar.
    var detail: String {
        var parts = ["slice \(done)/\(all)"]
        if let slicesPerSecond { parts.append("\(Presentation.rate(slicesPerSecond)) slices/s") }
        if let secondsLeft { parts.append("\(Presentation.roughly(seconds: secondsLeft)) left") }
        return parts.joined(separator: "  ")
    }

    /// What a log gets; nil where nothing was done yet.
    var sentence: String? {
        guard done > 0 || study > 1 else { return nil }
        var text = "study \(study) of \(studies)"
        if all > 0 { text += ", slice \(done) of \(all)" }
        if let slicesPerSecond { text += ", \(Presentation.rate(slicesPerSecond)) slices scored a second" }
        if let secondsLeft { text += ", about \(Presentation.roughly(seconds: secondsLeft)) left" }
        return text
    }
}
