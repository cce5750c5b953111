extension TrainingRecipe {
    /// What in the recipe contradicts itself or is missing, a sentence; nil where it can be followed.
    public var contradiction: String? {
        switch (data.images, data.studies) {
        case (nil, nil): return "what is learned from? Give --images or --studies."
        case (_?, _?): return "--images and --studies are two kinds of data: give one of them."
        case (_?, nil):
            if data.truth != nil { return "--truth is for --studies; images have their classes' folders, or --split." }
            if data.pipeline != nil { return "--pipeline is for --studies; images are prepared as --resize says." }
            if data.slicesPerStudy != nil { return "--slices-per-study is for --studies." }
            if augmentation == .ct { return "--augmentation ct is for --studies; pictures have photo." }
        case (nil, _?):
            if data.truth == nil { return "--studies needs --truth: a table of labels." }
            if augmentation == .photo { return "--augmentation photo is for --images; slices have ct." }
        }
        switch (network.model, network.architecture) {
        case (nil, nil): return "which network? Give --model, to begin with one, or --architecture, from nothing."
        case (_?, _?): return "--model begins with a network, --architecture from nothing: give one of them."
        case (nil, _?):
            if network.freeze != .none {
                return "--freeze \(network.freeze.rawValue) keeps what was learned before, and --architecture begins "
                    + "from nothing."
            }
            if network.batchNorm == .frozen {
                return "--batch-norm frozen needs statistics, and --architecture begins without."
            }
            if network.prefix != nil || network.stateDict != nil {
                return "--prefix and --state-dict are for a weight file, and --architecture begins from nothing."
            }
            if network.said.stride != nil { return "--stride is for a weight file; --architecture says it." }
        case (_?, nil):
            if network.stem != nil { return "--stem changes a network that is begun from nothing." }
        }
        if training.warmUpEpochs > training.epochs {
            return "--warm-up-epochs \(training.warmUpEpochs) are more than --epochs \(training.epochs)."
        }
        if let low = training.lowResolutionEpochs {
            if low >= training.epochs {
                return "--low-resolution-epochs \(low) leave none of --epochs \(training.epochs) for the whole size."
            }
            if network.freeze != .none {
                return "--low-resolution-epochs is for networks that are trained whole, not with --freeze."
            }
        }
        if training.classWeights == .balanced, training.sampling == .balanced {
            return "--class-weights balanced and --sampling balanced do the same twice: give one."
        }
        return nil
    }
}
