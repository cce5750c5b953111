import ArgumentParser
import Foundation
import GantryPipeline

/// Whose bundles are used.
struct TrustOptions: ParsableArguments {
    /// The variable that names a key for every command that scores with a bundle, as a service's unit file sets it.
    static let variable = "GANTRY_TRUST"

    @Option(
        help: ArgumentHelp(
            "Public key (PEM) that the bundle must be signed with; may be given several times. An unsigned or altered "
                + "bundle is refused. \(variable) in the environment names one too.", valueName: "key.pem"))
    var trust: [String] = []

    /// The keys that are trusted; nil where none is configured, and every bundle is used. **Throws** `BundleFault`.
    func keys() throws(BundleFault) -> TrustedKeys? {
        let configured = ProcessInfo.processInfo.environment[Self.variable].map { [$0] } ?? []
        // A variable that is set and empty is a mistake, and must not turn the check off.
        guard !configured.contains("") else {
            throw BundleFault(.keyInvalid, subject: Self.variable, explanation: "is set and names no key")
        }
        let paths = trust + configured
        return paths.isEmpty ? nil : try TrustedKeys(paths: paths)
    }
}
