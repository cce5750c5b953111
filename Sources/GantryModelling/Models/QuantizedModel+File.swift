import GantryCore

extension QuantizedModel {
    /// What `gantry model quantize` calls the file in a bundle.
    package static let usualFile = "model.int8.safetensors"
    /// Key of the file's metadata: SHA-256 of the model that it was made from.
    package static let sourceKey = "gantry.source-sha256"
}
