/// How a picture becomes a square of the network's size: as the code does that the network was trained with.
public enum ResizeConvention: String, Hashable, Sendable, Codable, CaseIterable {
    /// The mean of what a pixel covers; the whole picture, stretched. A picture that has the size is not touched.
    case area
    /// The short side to 256/224 of the size, antialiased bilinear, then the centre: torchvision's evaluation.
    case torchvision
    /// The nearest pixel of the whole picture, stretched: Keras's `flow_from_directory`.
    case keras
}
