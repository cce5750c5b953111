import GantryCore

/// The shapes of all maps of a packed forward pass.
struct MapsPlan {
    let input: MapsShape
    /// Nil where the stem has no pool: its output is the first block's input.
    let stemOutput: MapsShape?
    /// Rows above and columns before the stem's output that its pool looks at besides.
    let poolTop: Int
    let poolLeft: Int
    /// One for each block, then the last block's output.
    let blockInputs: [MapsShape]
    /// Which of `placeCounts` each of them lies in. A block that adds its input as it is writes over it: the sums are
    /// where the caches have what is added.
    let blockPlaces: [Int]
    /// Words of 32 bits of the buffers for them; the last is where images wait for the others of their group, and the
    /// last block's output may lie.
    let placeCounts: [Int]
    /// One for each block; nil where the shortcut is the input as it is.
    let shortcuts: [MapsShape?]
    /// For each block, the outputs of its convolutions before the last.
    let inner: [[MapsShape]]
    /// One pixel an image.
    let features: MapsShape
    /// One pixel an image.
    let results: MapsShape
    /// The blocks before this one take images one at a time; this one's input is where they gather.
    let firstSharedBlock: Int

    init(
        layers: NetworkLayers<PackedConvolution>, architecture: ResidualArchitecture, kernels: ConvolutionKernels,
        height: Int, width: Int, group: Int, firstSharedBlock: Int
    ) {
        self.firstSharedBlock = firstSharedBlock
        let stem = layers.stem.unit
        input = MapsShape(
            inputHeight: height, width: width, channels: stem.inputChannels, border: stem.padding,
            element: layers.stem.inputElement)
        var (height, width) = (stem.outputSize(height), stem.outputSize(width))
        // Maps are what the convolution that reads them takes. What none reads are real numbers: features, and
        // shortcuts, which are only added.
        func shape(_ channels: Int, border: Int, images: Int, _ element: MapsElement = .float32) -> MapsShape {
            MapsShape(
                images: images, height: height, width: width, channels: channels, border: border, element: element,
                kernels: kernels)
        }
        (poolTop, poolLeft) = (architecture.poolPaddingBefore(height), architecture.poolPaddingBefore(width))
        let firstElement = layers.blocks.first?.convolutions.first?.inputElement ?? .float32
        if architecture.stemPool == .max {
            stemOutput = shape(stem.outputChannels, border: 0, images: 1, firstElement)
            (height, width) = (BufferPlan.pooledSize(height), BufferPlan.pooledSize(width))
        } else {
            stemOutput = nil
        }
        var blockInputs: [MapsShape] = []
        var shortcuts: [MapsShape?] = []
        var inner: [[MapsShape]] = []
        var channels = stem.outputChannels
        for (index, block) in layers.blocks.enumerated() {
            let images = index < firstSharedBlock ? 1 : group
            let first = block.convolutions.first
            blockInputs.append(
                shape(
                    channels, border: first?.unit.padding ?? 0, images: images, first?.inputElement ?? .float32))
            var innerShapes: [MapsShape] = []
            for (convolution, next) in zip(block.convolutions, block.convolutions.dropFirst()) {
                (height, width) = (convolution.unit.outputSize(height), convolution.unit.outputSize(width))
                innerShapes.append(
                    shape(
                        convolution.unit.outputChannels, border: next.unit.padding, images: images, next.inputElement))
            }
            inner.append(innerShapes)
            if let last = block.convolutions.last?.unit {
                (height, width) = (last.outputSize(height), last.outputSize(width))
                channels = last.outputChannels
            }
            shortcuts.append(
                block.projection == nil && block.zeros == nil
                    ? nil
                    : shape(channels, border: 0, images: images, first?.inputElement.ofShortcut ?? .float32))
        }
        blockInputs.append(shape(channels, border: 0, images: group))
        var places = [firstSharedBlock == 0 ? 2 : 0]
        for index in layers.blocks.indices {
            let place = places[index]
            if index + 1 == firstSharedBlock {
                places.append(2)
            } else if shortcuts[index] == nil && blockInputs[index].covers(blockInputs[index + 1]) {
                places.append(place)
            } else if index + 1 == layers.blocks.count && index > firstSharedBlock {
                // What gathered there has been read. Beside bytes the last output is four times as large as the others.
                places.append(2)
            } else {
                places.append(place == 0 ? 1 : 0)
            }
        }
        blockPlaces = places
        placeCounts = (0...2).map { place in
            zip(places, blockInputs).filter { $0.0 == place }.map(\.1.count).max() ?? 0
        }
        self.blockInputs = blockInputs
        self.shortcuts = shortcuts
        self.inner = inner
        (height, width) = (1, 1)
        features = shape(architecture.featureCount, border: 0, images: group)
        results = shape(architecture.classes, border: 0, images: group)
    }
}
