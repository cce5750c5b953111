import ArgumentParser
import GantryCore

/// The flags of `gantry train`: what is said overrides the recipe.
struct TrainingOptions: ParsableArguments {
    @OptionGroup(title: "Data") var data: TrainingDataOptions
    @OptionGroup(title: "Network") var network: TrainingNetworkOptions
    @OptionGroup(title: "Training") var training: TrainingScheduleOptions

    /// Puts what is said into `recipe`.
    func apply(to recipe: inout TrainingRecipe) {
        data.apply(to: &recipe.data)
        network.apply(to: &recipe.network)
        training.apply(to: &recipe.training)
    }

    /// Whether nothing is said.
    var isEmpty: Bool {
        var recipe = TrainingRecipe()
        apply(to: &recipe)
        return recipe == TrainingRecipe()
    }
}

/// What is learned from.
struct TrainingDataOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Images: a folder with a folder for each class, as torchvision's ImageFolder and Keras read it, with "
                + "train/, val/ and test/ above the classes where they are there; or an .npz file as MedMNIST has it.",
            valueName: "folder"))
    var images: String?

    @Option(
        help: ArgumentHelp(
            "CT studies, whose series and slices are chosen and prepared as when they are scored.", valueName: "folder")
    )
    var studies: String?

    @Option(
        help: ArgumentHelp(
            "With --studies: labels, as study_instance_uid,label[,sop_instance_uid], or the truth.csv of `gantry "
                + "phantom`.", valueName: "labels.csv"))
    var truth: String?

    @Option(
        help: ArgumentHelp(
            "Who is on which side: a CSV of file,label[,split,group], or a list of names.", valueName: "split.csv"))
    var split: String?

    @Option(
        help: ArgumentHelp(
            "With --studies: pipeline file whose preparation, series, slices and judging are used.",
            valueName: "settings.yaml"))
    var pipeline: String?

    @Option(
        help: ArgumentHelp(
            "Share of the patients that validate, where nobody says which. (default: 0.2)", valueName: "fraction"))
    var validation: Double?

    @Option(
        name: .customLong("positive-class"),
        help: ArgumentHelp("The class whose probability is judged. (default: the last)", valueName: "name"))
    var positiveClass: String?

    @Option(
        name: .customLong("slices-per-study"),
        help: ArgumentHelp("The most slices of a study, spread evenly. (default: all selected)", valueName: "n"))
    var slicesPerStudy: Int?

    @Option(
        name: .customLong("largest-unreadable"),
        help: ArgumentHelp("Share of images that may be unreadable. (default: 0.01)", valueName: "fraction"))
    var largestUnreadable: Double?

    @Flag(
        name: .customLong("allow-leaks"),
        help: "Go on where a patient, a study or a picture is on two sides, and write it into the card.")
    var allowLeaks = false

    func validate() throws {
        if let validation, !(0.01...0.9 ~= validation) {
            throw ValidationError("--validation takes 0.01 to 0.9, not \(validation).")
        }
        if let slicesPerStudy, slicesPerStudy < 1 { throw ValidationError("--slices-per-study takes 1 or more.") }
        if let largestUnreadable, !(0...1 ~= largestUnreadable) {
            throw ValidationError("--largest-unreadable takes 0 to 1.")
        }
        guard images == nil || studies == nil else {
            throw ValidationError("--images and --studies are two kinds of data: give one of them.")
        }
    }

    func apply(to recipe: inout TrainingDataRecipe) {
        // What belongs to the other kind of data, or of beginning, goes with it.
        if let images {
            (recipe.images, recipe.studies, recipe.truth, recipe.pipeline) = (images, nil, nil, nil)
            recipe.slicesPerStudy = nil
        }
        if let studies { (recipe.studies, recipe.images, recipe.split) = (studies, nil, nil) }
        if let truth { recipe.truth = truth }
        if let split { recipe.split = split }
        if let pipeline { recipe.pipeline = pipeline }
        if let validation { recipe.validation = validation }
        if let positiveClass { recipe.positiveClass = positiveClass }
        if let slicesPerStudy { recipe.slicesPerStudy = slicesPerStudy }
        if let largestUnreadable { recipe.largestUnreadable = largestUnreadable }
        if allowLeaks { recipe.allowsLeaks = true }
    }
}

/// What learns.
struct TrainingNetworkOptions: ParsableArguments {
    @Option(
        help: ArgumentHelp(
            "Begin with this network: a weight file of any format that is read, a folder of Hugging Face or timm, or a "
                + "bundle.", valueName: "model"))
    var model: String?

    @Option(
        help: ArgumentHelp("Begin from nothing, with this network: resnet18, resnet50-v1.5, ...", valueName: "name"))
    var architecture: PublishedNetwork?

    @Option(
        help: ArgumentHelp(
            "With --architecture: imagenet (7x7, then a pool) or cifar (3x3, for small images).", valueName: "stem"))
    var stem: ResidualArchitecture.Stem?

    @OptionGroup var conventions: ConventionOptions

    @Option(
        name: .customLong("input-size"),
        help: ArgumentHelp(
            "Side of the input. (default: the bundle's, 224, or 32 with CIFAR's stem)", valueName: "pixels"))
    var inputSize: Int?

    @Option(
        help: ArgumentHelp(
            "How images become squares: area, torchvision or keras. (default: the bundle's, or area)",
            valueName: "how"))
    var resize: ResizeConvention?

    @Option(
        name: .customLong("input-convention"),
        help: ArgumentHelp(
            "What the network sees: torch, caffe (BGR) or tf. (default: the bundle's, or torch)", valueName: "name"))
    var inputConvention: InputConvention?

    @Option(
        help: ArgumentHelp(
            "Do not train the beginning, up to and including stem, layer1 to layer4, or backbone: all but the last "
                + "layer. Its batch norms keep their statistics.", valueName: "where"))
    var freeze: FreezePoint?

    @Option(
        name: .customLong("batch-norm"),
        help: ArgumentHelp(
            "live: batch norms that are trained use the batch's statistics; frozen: the stored ones. (default: live)",
            valueName: "how"))
    var batchNorm: BatchNormMode?

    func validate() throws {
        guard model == nil || architecture == nil else {
            throw ValidationError("--model begins with a network, --architecture from nothing: give one of them.")
        }
        guard stem == nil || model == nil else {
            throw ValidationError("--stem changes a network that is begun from nothing; --model has its own.")
        }
        guard architecture == nil || conventions.stride == nil else {
            throw ValidationError("--stride is for a weight file; --architecture says it: resnet50-v1 or -v1.5.")
        }
        if let inputSize, !(8...1024 ~= inputSize) { throw ValidationError("--input-size takes 8 to 1024.") }
    }

    func apply(to recipe: inout TrainingNetworkRecipe) {
        // What is said of one network is not said of another.
        if model != nil || architecture != nil { recipe.forgetStructure() }
        if let model { (recipe.model, recipe.architecture) = (model, nil) }
        if let architecture {
            (recipe.architecture, recipe.model, recipe.said.stride) = (architecture, nil, nil)
            (recipe.prefix, recipe.stateDict) = (nil, nil)
        }
        if let stem { recipe.stem = stem }
        recipe.said = recipe.said.replaced(by: conventions.said)
        if let prefix = conventions.prefix { recipe.prefix = prefix }
        if let key = conventions.stateDict { recipe.stateDict = key }
        if let inputSize { recipe.inputSize = inputSize }
        if let resize { recipe.resize = resize }
        if let inputConvention { recipe.inputConvention = inputConvention }
        if let freeze { recipe.freeze = freeze }
        if let batchNorm { recipe.batchNorm = batchNorm }
    }
}

/// How is learned.
struct TrainingScheduleOptions: ParsableArguments {
    @Option(help: ArgumentHelp("Times that every image is met. (default: 20)", valueName: "n"))
    var epochs: Int?

    @Option(help: ArgumentHelp("Images of a step. (default: 32)", valueName: "n"))
    var batch: Int?

    @Option(help: ArgumentHelp("sgd (Nesterov), adam or adamw. (default: sgd)", valueName: "name"))
    var optimizer: TrainingScheduleRecipe.OptimizerKind?

    @Option(
        name: .customLong("learning-rate"),
        help: ArgumentHelp("The highest. (default: 0.01 with sgd, 0.001 with the others)", valueName: "x"))
    var learningRate: Double?

    @Option(help: ArgumentHelp("Momentum of sgd. (default: 0.9)", valueName: "x"))
    var momentum: Double?

    @Option(
        name: .customLong("weight-decay"),
        help: ArgumentHelp(
            "Not on batch norms and biases. (default: 0.0001 with sgd, 0 with adam, 0.01 with adamw)", valueName: "x"))
    var weightDecay: Double?

    @Option(help: ArgumentHelp("constant, cosine or step. (default: cosine)", valueName: "name"))
    var schedule: TrainingScheduleRecipe.ScheduleKind?

    @Option(
        name: .customLong("warm-up-epochs"),
        help: ArgumentHelp("Epochs in which the learning rate rises from 0. (default: 0)", valueName: "n"))
    var warmUpEpochs: Int?

    @Option(
        name: .customLong("low-resolution-epochs"),
        help: ArgumentHelp(
            "Of the epochs so many, the first, see pictures of half the side: four times as fast. (default: 0)",
            valueName: "n"))
    var lowResolutionEpochs: Int?

    @Option(
        help: ArgumentHelp(
            "f32, or bf16: maps and products of bfloat16, summed in Float32, on CPUs that have them. (default: f32)",
            valueName: "name"))
    var precision: TrainingScheduleRecipe.Arithmetic?

    @Option(
        name: .customLong("stored-weights"),
        help: ArgumentHelp(
            "f32, or f16: weights of convolutions and the last layer in half the size. (default: f32)",
            valueName: "name"))
    var storedWeights: TrainingScheduleRecipe.StoredWeights?

    @Option(
        help: ArgumentHelp(
            "none, ct or photo. (default: that of the data; none with --freeze, which is then computed once)",
            valueName: "kind"))
    var augmentation: Augmentation?

    @Flag(name: .customLong("no-shuffle"), help: "Meet the images by class, then file name, in every epoch.")
    var noShuffle = false

    @Option(help: ArgumentHelp("Of all randomness. (default: 1)", valueName: "n"))
    var seed: UInt64?

    @Option(
        name: .customLong("label-smoothing"),
        help: ArgumentHelp("Share of the target that is spread over all classes. (default: 0)", valueName: "x"))
    var labelSmoothing: Double?

    @Option(
        name: .customLong("class-weights"),
        help: ArgumentHelp("none, or balanced: every class counts the same in the loss.", valueName: "how"))
    var classWeights: TrainingScheduleRecipe.ClassWeighting?

    @Option(help: ArgumentHelp("none, or balanced: images of every class are met equally often.", valueName: "how"))
    var sampling: TrainingScheduleRecipe.ClassWeighting?

    @Option(
        name: .customLong("clip-norm"),
        help: ArgumentHelp("The largest norm of a step's gradient. (default: no clipping)", valueName: "x"))
    var clipNorm: Double?

    @Option(
        help: ArgumentHelp(
            "Stop after so many epochs without a better validation. (default: never)", valueName: "n"))
    var patience: Int?

    func validate() throws {
        func require(_ holds: Bool?, _ sentence: String) throws {
            if holds == false { throw ValidationError(sentence) }
        }
        try require(epochs.map { 1...100_000 ~= $0 }, "--epochs takes 1 to 100000.")
        try require(batch.map { 1...4096 ~= $0 }, "--batch takes 1 to 4096.")
        try require(learningRate.map { 1e-9...1000 ~= $0 }, "--learning-rate takes a number above 0.")
        try require(momentum.map { 0...0.9999 ~= $0 }, "--momentum takes 0 to 0.9999.")
        try require(weightDecay.map { 0...10 ~= $0 }, "--weight-decay takes 0 to 10.")
        try require(warmUpEpochs.map { 0...10_000 ~= $0 }, "--warm-up-epochs takes 0 or more.")
        try require(
            lowResolutionEpochs.map { 1...100_000 ~= $0 }, "--low-resolution-epochs takes 1 or more.")
        try require(seed.map { $0 <= UInt64(Int.max) }, "--seed takes 0 to \(Int.max).")
        try require(labelSmoothing.map { 0...0.99 ~= $0 }, "--label-smoothing takes 0 to 0.99.")
        try require(clipNorm.map { 1e-9...1e9 ~= $0 }, "--clip-norm takes a number above 0.")
        try require(patience.map { $0 >= 1 }, "--patience takes 1 or more.")
        guard momentum == nil || optimizer == nil || optimizer == .sgd else {
            throw ValidationError("--momentum is sgd's; \(optimizer?.rawValue ?? "") has its own.")
        }
        guard classWeights != .balanced || sampling != .balanced else {
            throw ValidationError("--class-weights balanced and --sampling balanced do the same twice: give one.")
        }
    }

    func apply(to recipe: inout TrainingScheduleRecipe) {
        if let epochs { recipe.epochs = epochs }
        if let batch { recipe.batch = batch }
        if let optimizer { recipe.optimizer = optimizer }
        if let learningRate { recipe.learningRate = learningRate }
        if let momentum { recipe.momentum = momentum }
        if let weightDecay { recipe.weightDecay = weightDecay }
        if let schedule { recipe.schedule = schedule }
        if let warmUpEpochs { recipe.warmUpEpochs = warmUpEpochs }
        if let lowResolutionEpochs { recipe.lowResolutionEpochs = lowResolutionEpochs }
        if let precision { recipe.precision = precision }
        if let storedWeights { recipe.storedWeights = storedWeights }
        if let augmentation { recipe.augmentation = augmentation }
        if noShuffle { recipe.shuffle = false }
        if let seed { recipe.seed = seed }
        if let labelSmoothing { recipe.labelSmoothing = labelSmoothing }
        if let classWeights { recipe.classWeights = classWeights }
        if let sampling { recipe.sampling = sampling }
        if let clipNorm { recipe.clipNorm = clipNorm }
        if let patience { recipe.patience = patience }
    }
}

extension PublishedNetwork: ExpressibleByArgument {}
extension ResidualArchitecture.Stem: ExpressibleByArgument {}
extension FreezePoint: ExpressibleByArgument {}
extension BatchNormMode: ExpressibleByArgument {}
extension Augmentation: ExpressibleByArgument {}
extension TrainingScheduleRecipe.OptimizerKind: ExpressibleByArgument {}
extension TrainingScheduleRecipe.Arithmetic: ExpressibleByArgument {}
extension TrainingScheduleRecipe.StoredWeights: ExpressibleByArgument {}
extension TrainingScheduleRecipe.ScheduleKind: ExpressibleByArgument {}
extension TrainingScheduleRecipe.ClassWeighting: ExpressibleByArgument {}
