import GantryCore

/// How findings, states and numbers are shown to a person on a terminal; the same in every command.
enum Presentation {
    /// Two decimals, never rounded to certainty (`>0.99`, `<0.01`); `–` where there is none.
    static func probability(_ value: Double?) -> String {
        guard let value, value.isFinite else { return "–" }
        if value > 0.99, value < 1 { return ">0.99" }
        if value < 0.01, value > 0 { return "<0.01" }
        return decimals(min(max(value, 0), 1), 2)
    }

    /// `value` with a fixed number of decimals.
    static func decimals(_ value: Double, _ places: Int) -> String {
        guard value.isFinite else { return "–" }
        var scale = 1.0
        for _ in 0..<places { scale *= 10 }
        let scaled = (abs(value) * scale).rounded()
        guard scaled < 1e15 else { return "\(value)" }
        let whole = Int(scaled) / Int(scale)
        let rest = String(Int(scaled) % Int(scale))
        let sign = value < 0 && scaled > 0 ? "-" : ""
        return places == 0
            ? sign + String(whole)
            : sign + "\(whole)." + String(repeating: "0", count: places - rest.count) + rest
    }

    /// A rate: a decimal below ten.
    static func rate(_ value: Double) -> String { decimals(value, value < 10 ? 1 : 0) }

    /// `40 s`, `12 min`, `3.5 h`.
    static func roughly(seconds: Double) -> String {
        guard seconds.isFinite else { return "–" }
        if seconds < 100 { return "\(Int(max(1, seconds.rounded()))) s" }
        return seconds < 100 * 60
            ? "\(Int((seconds / 60).rounded())) min" : "\(decimals(seconds / 3600, 1)) h"
    }

    /// `25,557,032`.
    static func grouped(_ number: Int) -> String {
        var groups: [Substring] = []
        var rest = Substring(String(number))
        while rest.count > 3 {
            groups.insert(rest.suffix(3), at: 0)
            rest = rest.dropLast(3)
        }
        groups.insert(rest, at: 0)
        return groups.joined(separator: ",")
    }

    /// `2026-11-22 14:05` of a moment, UTC.
    static func minute(_ moment: Timestamp) -> String {
        String(moment.description.prefix(16)).split(separator: "T").joined(separator: " ")
    }

    /// Colour of a finding; the word always stands beside it.
    static func colour(of finding: Finding) -> Terminal.Colour {
        switch finding {
        case .negative: .green
        case .indeterminate: .yellow
        case .positive: .red
        }
    }

    /// Colour of a state.
    static func colour(of state: StudyState) -> Terminal.Colour {
        switch state {
        case .done, .judged: .green
        case .queued, .running, .waiting: .cyan
        case .failed, .quarantined: .red
        }
    }

    /// Verdict, probability, interval and what was noticed.
    static func printVerdict(_ verdict: StudyVerdict, on terminal: Terminal) {
        var line = "Verdict   " + terminal.painted(verdict.finding.rawValue, colour(of: verdict.finding))
        if let value = verdict.probability { line += ", probability " + probability(value) }
        if let interval = verdict.interval {
            line += " (\(probability(interval.lower))–\(probability(interval.upper)) when slices are resampled)"
        }
        terminal.line(line)
        terminal.line(
            "          \(counted(verdict.scoredSlices, "slice")) scored, "
                + "\(decimals(verdict.fractionPositive * 100, 0)) % of them "
                + "positive, longest run \(verdict.longestRun)")
        for finding in verdict.findings {
            for (index, part) in finding.detail.wrapped(terminal.columns - 12).enumerated() {
                terminal.line(
                    "          " + (index == 0 ? terminal.painted(finding.isFailure ? "! " : "· ", .yellow) : "  ")
                        + part)
            }
        }
    }

    /// What is unusual about a geometry, in words: tilt, gaps, uneven distances.
    static func peculiarities(of geometry: SeriesGeometry) -> [String] {
        var parts: [String] = []
        if geometry.tiltDegrees >= 0.05 { parts.append("tilt \(decimals(geometry.tiltDegrees, 1))°") }
        let steps = geometry.changesOfStep
        if !steps.isEmpty { parts.append("a step of " + steps.map(\.words).listed(2, more: "more")) }
        let gaps = geometry.gaps(apartFrom: steps)
        let missing = gaps.reduce(0) { $0 + $1.missingSlices }
        if !gaps.isEmpty {
            parts.append(
                counted(gaps.count, "gap") + (missing > 0 ? " (\(counted(missing, "slice")) missing)" : ""))
        }
        if !geometry.isRegular, let smallest = geometry.smallestSpacingMillimetres,
            let largest = geometry.largestSpacingMillimetres
        {
            parts.append("uneven steps of \(decimals(smallest, 2)) to \(decimals(largest, 2)) mm")
        }
        return parts
    }

    /// Slices with their positions and probabilities, a bar each.
    static func printSlices(_ slices: [SliceRecord], provenance: Provenance, on terminal: Terminal) {
        let positive = provenance.classes.firstIndex(of: provenance.positiveClass)
        for slice in slices {
            let place =
                "\(slice.index + 1)".rightAligned(6) + (decimals(slice.positionMillimetres, 1) + " mm").rightAligned(12)
            guard let positive, positive < slice.probabilities.count else {
                terminal.line(place + "  " + terminal.painted(slice.reason.words, .faint))
                continue
            }
            let value = slice.probabilities[positive]
            let bar = String(repeating: "▇", count: Int((min(1, max(0, value)) * 30).rounded()))
            terminal.line(place + "  " + probability(value) + "  " + bar)
        }
    }

    /// Most files of one end that are named.
    private static let mostFilesNamed = 20

    /// Files with their ends; those of one and the same end together.
    static func printOutcomes(_ outcomes: [FileOutcome], on terminal: Terminal) {
        for (outcome, files) in outcomes.alike {
            for file in files.prefix(mostFilesNamed) { terminal.line("  \(file.printable.shortened)") }
            if files.count > mostFilesNamed { terminal.line("  and \(files.count - mostFilesNamed) more like it") }
            for part in "\(outcome.reasonInWords): \(outcome.detail.printable)".wrapped(terminal.columns - 4) {
                terminal.line("    " + part)
            }
        }
    }

    /// A remark on slices in words.
    static func words(for remark: SliceRemark) -> String {
        switch remark.code {
        case .strayBits: grouped(remark.count) + " pixels have bits beyond Bits Stored that mean nothing"
        case .wrappedSamples: grouped(remark.count) + " samples leave their range and were taken modulo it"
        case .missingEndMarker: "there is no end marker; what is there gives every sample"
        case .numberOfFramesZero: "Number of Frames is 0"
        case .rescaleDiffers: "the rescale of \(counted(remark.count, "frame")) differs from the shared one"
        }
    }
}

extension [FileOutcome] {
    /// The files of each reason and sentence, in the order of the first.
    var alike: [(outcome: FileOutcome, files: [String])] {
        var places: [FileOutcome: Int] = [:]
        var alike: [(outcome: FileOutcome, files: [String])] = []
        for outcome in self {
            var key = outcome
            key.file = outcome.reasonInWords
            if let place = places[key] {
                alike[place].files.append(outcome.file)
            } else {
                places[key] = alike.count
                alike.append((outcome, [outcome.file]))
            }
        }
        return alike
    }
}
