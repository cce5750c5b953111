import ArgumentParser
import GantryCore

/// `--limit`: what the reader takes on, for one run, over what the pipeline file says.
struct ReaderLimitOptions: ParsableArguments {
    @Option(
        name: .customLong("limit"),
        help: ArgumentHelp(
            "A limit of the reader instead of the pipeline's, such as most-frames=500; may be given several times.",
            valueName: "name=n"))
    var limits: [String] = []

    private func parsed() throws -> [(setting: ReaderLimits.Setting, value: Int)] {
        try limits.map { text in
            let parts = text.split(separator: "=", maxSplits: 1).map(String.init)
            guard parts.count == 2, let setting = ReaderLimits.Setting(rawValue: parts[0]) else {
                let names = ReaderLimits.Setting.allCases.map(\.rawValue).joined(separator: ", ")
                throw ValidationError("--limit \(text): takes name=number; the names are \(names).")
            }
            guard let value = Int(parts[1]), setting.range.contains(value) else {
                let (smallest, largest) = (setting.range.lowerBound, setting.range.upperBound)
                throw ValidationError("--limit \(text): \(setting.rawValue) takes \(smallest) to \(largest).")
            }
            return (setting, value)
        }
    }

    func validate() throws { _ = try parsed() }

    /// `limits` with those of the command line instead.
    func applied(to limits: ReaderLimits) throws -> ReaderLimits {
        var limits = limits
        for (setting, value) in try parsed() { limits[setting] = value }
        return limits
    }
}
