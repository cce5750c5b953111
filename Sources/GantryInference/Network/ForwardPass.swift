/// One thread's passage of images through a network: the network and the thread's own buffers, for one image size.
protocol ForwardPass: AnyObject {
    /// Takes an image, `[channels, height, width]`, as number `index` of a group; ends where the group is taken on
    /// together. Writes into `early`, where it is given, the mean of each channel of the early stage.
    func begin(_ image: UnsafePointer<Float>, index: Int, early: UnsafeMutablePointer<Float>?)

    /// The pooled features of the first `count` images that were begun: `[count, features]`.
    func pooledFeatures(count: Int, into rows: UnsafeMutablePointer<Float>)

    /// The last block's output, or the stem's where there is no block, of the first `count` images that were begun,
    /// each CHW.
    func lastMaps(count: Int, into rows: UnsafeMutablePointer<Float>)

    /// The logits of the first `count` images that were begun: `[count, classes]`; and, where `features` are given,
    /// into these what `pooledFeatures` gives.
    func logits(count: Int, into rows: UnsafeMutablePointer<Float>, features: UnsafeMutablePointer<Float>?)

    /// The output of the stem and of each stage for one image, `stages + 1` arrays in CHW. For tests.
    func stageOutputs(_ image: UnsafePointer<Float>) -> [[Float]]

    /// Takes one image through the network and shows what each convolution but the last layer reads, in depth order:
    /// the unit and CHW. For calibration.
    func convolutionInputs(_ image: UnsafePointer<Float>, observe: @escaping (ConvolutionUnit, [Float]) -> Void)
}
