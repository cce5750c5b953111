/// What was fitted behind a network's training, so that its probabilities are as often right as they say.
public struct ModelCalibration: Sendable, Hashable, Codable {
    /// Divides the logits before they become probabilities; above 0. Above 1 it makes a network less sure.
    public var temperature: Double
    /// SHA-256 of the data that it and the thresholds were fitted on, 64 lower-case hexadecimal digits. It decides no
    /// number.
    public var dataSHA256: String

    /// Temperatures that a network can be given.
    public static let temperatures = 0.001...1000.0

    /// A calibration.
    public init(temperature: Double, dataSHA256: String) {
        self.temperature = temperature
        self.dataSHA256 = dataSHA256
    }
}
