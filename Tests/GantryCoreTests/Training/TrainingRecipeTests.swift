import GantryCore
import Testing

/// What a recipe comes to, and what contradicts itself in one.
struct TrainingRecipeTests {
    /// A recipe of images, changed.
    private static func images(_ change: (inout TrainingRecipe) -> Void) -> TrainingRecipe {
        var recipe = TrainingRecipe()
        recipe.data.images = "photos"
        recipe.network.model = "model.pth"
        change(&recipe)
        return recipe
    }

    /// A recipe of studies, changed.
    private static func studies(_ change: (inout TrainingRecipe) -> Void) -> TrainingRecipe {
        var recipe = TrainingRecipe()
        (recipe.data.studies, recipe.data.truth) = ("studies", "truth.csv")
        recipe.network.model = "bundle"
        change(&recipe)
        return recipe
    }

    /// A recipe of a network that begins from nothing, changed.
    private static func fresh(_ change: (inout TrainingRecipe) -> Void) -> TrainingRecipe {
        images { recipe in
            (recipe.network.model, recipe.network.architecture) = (nil, .resNet18)
            change(&recipe)
        }
    }

    /// Recipes that contradict themselves, and a part of the sentence.
    private static let contradictions: [(TrainingRecipe, String)] = [
        (images { $0.data.images = nil }, "what is learned from?"),
        (images { $0.data.studies = "studies" }, "two kinds of data"),
        (images { $0.data.truth = "truth.csv" }, "--truth is for --studies"),
        (images { $0.data.pipeline = "settings.yaml" }, "--pipeline is for --studies"),
        (images { $0.data.slicesPerStudy = 3 }, "--slices-per-study is for --studies"),
        (images { $0.training.augmentation = .ct }, "--augmentation ct"),
        (studies { $0.data.truth = nil }, "--studies needs --truth"),
        (studies { $0.training.augmentation = .photo }, "--augmentation photo"),
        (images { $0.network.model = nil }, "which network?"),
        (images { $0.network.architecture = .resNet18 }, "give one of them"),
        (images { $0.network.stem = .cifar }, "--stem"),
        (fresh { $0.network.freeze = .stem }, "--freeze stem"),
        (fresh { $0.network.batchNorm = .frozen }, "--batch-norm frozen"),
        (fresh { $0.network.said.stride = .firstConvolution }, "--stride is for a weight file"),
        (images { ($0.training.epochs, $0.training.warmUpEpochs) = (3, 4) }, "--warm-up-epochs 4 are more"),
        (images { ($0.training.classWeights, $0.training.sampling) = (.balanced, .balanced) }, "same twice"),
    ]

    @Test(arguments: contradictions.indices) func `what contradicts itself is said in a sentence`(_ index: Int) throws {
        let (recipe, part) = Self.contradictions[index]
        let sentence = try #require(recipe.contradiction, "\(part)")
        #expect(sentence.contains(part) && (sentence.hasSuffix(".") || sentence.hasSuffix("labels.")))
    }

    @Test func `what can be followed contradicts nothing`() {
        #expect(Self.images { _ in }.contradiction == nil)
        #expect(Self.studies { $0.data.slicesPerStudy = 3 }.contradiction == nil)
        #expect(Self.fresh { $0.network.stem = .cifar }.contradiction == nil)
        #expect(Self.images { ($0.training.epochs, $0.training.warmUpEpochs) = (3, 3) }.contradiction == nil)
    }

    @Test func `augmentation is that of the data, and none with a frozen beginning, unless it is said`() {
        #expect(Self.images { _ in }.augmentation == .photo)
        #expect(Self.studies { _ in }.augmentation == .ct)
        #expect(Self.images { $0.network.freeze = .layer1 }.augmentation == .none)
        #expect(
            Self.images { ($0.network.freeze, $0.training.augmentation) = (.layer1, .photo) }.augmentation == .photo)
        #expect(Self.studies { $0.training.augmentation = Augmentation.none }.augmentation == .none)
    }

    @Test func `learning rate and weight decay follow the optimiser, unless they are said`() {
        for (optimizer, rate, decay) in [
            (TrainingScheduleRecipe.OptimizerKind.sgd, 0.01, 1e-4), (.adam, 0.001, 0), (.adamw, 0.001, 0.01),
        ] {
            var training = TrainingScheduleRecipe()
            training.optimizer = optimizer
            #expect(training.usedLearningRate == rate && training.usedWeightDecay == decay)
            (training.learningRate, training.weightDecay) = (0.5, 0.25)
            #expect(training.usedLearningRate == 0.5 && training.usedWeightDecay == 0.25)
        }
    }

    @Test(arguments: [(FreezePoint.none, 0), (.stem, 0), (.layer1, 1), (.layer3, 3), (.backbone, 4)])
    func `a point says how many stages are frozen`(_ point: FreezePoint, _ stages: Int) {
        #expect(point.frozenStages(of: 4) == stages)
    }

    @Test func `a stage that a network has not is none, and points are in the network's order`() {
        #expect(FreezePoint.layer4.frozenStages(of: 3) == nil && FreezePoint.backbone.frozenStages(of: 3) == 3)
        #expect(FreezePoint.allCases.sorted() == FreezePoint.allCases)
        #expect(FreezePoint.none < .stem && FreezePoint.layer4 < .backbone)
    }
}
