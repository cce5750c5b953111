/// The arithmetic in which a network's convolutions are computed. What a layer adds up, and the last layer, are Float32
/// at least in each.
public enum Precision: String, Sendable, Hashable, Codable, CaseIterable {
    /// Float32.
    case f32
    /// bfloat16 weights and feature maps; products are summed in Float32.
    case bf16
    /// 8-bit weights and feature maps, quantised by `gantry model quantize`; products are summed exactly.
    case int8
}
