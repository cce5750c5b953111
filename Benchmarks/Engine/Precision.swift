/// In what the network is computed.
enum Precision: String, CaseIterable {
    case f32
    case bf16
    case int8
}
