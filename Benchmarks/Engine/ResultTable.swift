import BenchmarkSupport
import Foundation
import GantryCore

/// The figures of a comparison as text, 100 columns wide.
struct ResultTable {
    let comparison: Comparison
    /// Of a plain computation of the network, without the savings of algorithms.
    let operationsPerImage: Double

    /// Columns after precision and name: images/s of the four loads, share, memory, times.
    private static let widths = [8, 8, 8, 8, 9, 7, 8, 8, 9]

    func print() {
        heading()
        for precision in Precision.allCases {
            let group = comparison.figures.filter { $0.precision == precision }
            for figures in group { line(figures) }
            if let own = group.first(where: \.isOwn) { ratios(own, to: group.filter { !$0.isOwn }) }
        }
        notes()
        fflush(nil)
    }

    private func heading() {
        Swift.print(
            "images/s".rightPadded(26) + "batch 1".leftPadded(16) + "batch 8".leftPadded(16) + "share".leftPadded(9)
                + "resident, MB".leftPadded(15) + "first score, s".leftPadded(17))
        let columns = ["1 thr.", "2 thr.", "1 thr.", "2 thr.", "of peak", "now", "peak", "start", "loading"]
        Swift.print("".rightPadded(26) + zip(columns, Self.widths).map { $0.leftPadded($1) }.joined())
    }

    private func line(_ figures: Comparison.Figures) {
        let share = rate(figures, .largest).flatMap { rate in
            peak(figures.precision, threads: 2).map { rate * operationsPerImage / $0 }
        }
        let label = figures.precision.rawValue.rightPadded(6) + figures.name.rightPadded(20)
        if let absence = figures.absence { return Swift.print(label + "  " + absence) }
        var cells = Load.all.map { rate(figures, $0).map { format($0, 1) } }
        cells.append(share.map { format($0 * 100, 0) + " %" })
        let start = figures.startAndMemory
        cells += [start?.resident, start?.peak].map { $0.map(megabytes) }
        cells += [start?.start, start?.loading].map { $0.map { format($0, 2) } }
        print(label, cells)
    }

    private func print(_ label: String, _ cells: [String?]) {
        Swift.print(label + zip(cells, Self.widths).map { ($0 ?? "-").leftPadded($1) }.joined())
    }

    /// Gantry's images/s as a multiple of the fastest peer's, for each load.
    private func ratios(_ own: Comparison.Figures, to peers: [Comparison.Figures]) {
        guard own.absence == nil, peers.contains(where: { $0.absence == nil }) else { return }
        print(
            "".rightPadded(6) + "times the best peer".rightPadded(20),
            Load.all.map { load in
                guard let mine = rate(own, load), let best = peers.compactMap({ rate($0, load) }).max() else {
                    return nil
                }
                return format(mine / best, 2)
            })
    }

    private func notes() {
        let peaks = Precision.allCases.compactMap { precision in
            peak(precision, threads: 1).map { one in
                "\(precision.rawValue) \(format(one / 1e9, 0)) (\(format((peak(precision, threads: 2) ?? 0) / 1e9, 0)))"
            }
        }
        Swift.print("Multiply-add peak, Gop/s on one thread (on two): " + peaks.joined(separator: ", "))
        Swift.print("Share of the peak: batch 8, two threads, a plain convolution's operations; Winograd does fewer.")
        for figures in comparison.figures where !figures.isOwn {
            guard let way = figures.way, let before = figures.startAndMemory?.before else { continue }
            Swift.print(
                "\(figures.precision.rawValue) \(figures.name): batch 8 on two threads as \(way); "
                    + "\(megabytes(before)) MB are Python and its libraries")
        }
    }

    private func rate(_ figures: Comparison.Figures, _ load: Load) -> Double? { figures.rates[load]?.median }

    private func peak(_ precision: Precision, threads: Int) -> Double? {
        comparison.peaks[precision]?[threads]?.median
    }

    private func format(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }

    private func megabytes(_ bytes: Int) -> String { "\(bytes / 1_000_000)" }
}
