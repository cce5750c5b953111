import GantryCore
import GantryPipeline
import Testing

/// `recipe.yaml`: what it says, and back.
struct TrainingRecipeTextTests {
    /// A recipe of images in which nothing is as usual.
    private var images: TrainingRecipe {
        var recipe = TrainingRecipe()
        (recipe.data.images, recipe.data.split) = ("a \"folder\"\\of pictures", "split: 1.csv")
        (recipe.data.validation, recipe.data.largestUnreadable) = (0.125, 0.1)
        (recipe.data.positiveClass, recipe.data.allowsLeaks) = ("1", true)
        (recipe.network.architecture, recipe.network.stem) = (.kerasResNet50, .cifar)
        (recipe.network.said.stemStride, recipe.network.said.stemPool) = (2, .nothing)
        (recipe.network.said.padding, recipe.network.said.shortcut) = (.same, .zeros)
        recipe.network.said.activationOrder = .activationFirst
        (recipe.network.inputSize, recipe.network.resize) = (28, .keras)
        (recipe.network.inputConvention, recipe.network.said.epsilon) = (.caffe, 1.001e-5)
        (recipe.training.epochs, recipe.training.batch) = (3, 17)
        (recipe.training.optimizer, recipe.training.learningRate) = (.adamw, 1.0 / 3)
        (recipe.training.momentum, recipe.training.weightDecay) = (0.8, 1e-7)
        (recipe.training.schedule, recipe.training.warmUpEpochs) = (.step, 2)
        (recipe.training.augmentation, recipe.training.shuffle) = (Augmentation.none, false)
        (recipe.training.seed, recipe.training.labelSmoothing) = (UInt64(Int.max), 0.1)
        (recipe.training.classWeights, recipe.training.clipNorm) = (.balanced, 1.5)
        (recipe.training.patience, recipe.training.precision) = (4, .bf16)
        (recipe.training.lowResolutionEpochs, recipe.training.storedWeights) = (2, .f16)
        return recipe
    }

    /// A recipe of studies.
    private var studies: TrainingRecipe {
        var recipe = TrainingRecipe()
        (recipe.data.studies, recipe.data.truth) = ("/data/studies", "truth.csv")
        (recipe.data.pipeline, recipe.data.slicesPerStudy) = ("settings.yaml", 12)
        (recipe.network.model, recipe.network.said.stride) = ("resnet50.pth", .middleConvolution)
        (recipe.network.freeze, recipe.network.batchNorm) = (.layer3, .frozen)
        recipe.training.sampling = .balanced
        return recipe
    }

    private func problems(_ yaml: String) -> [PipelineFileProblem] {
        do {
            _ = try TrainingRecipe(yaml: yaml)
            return []
        } catch {
            return error.problems
        }
    }

    @Test func `what is written is read as the same recipe`() throws {
        for recipe in [TrainingRecipe(), images, studies] {
            #expect(try TrainingRecipe(yaml: recipe.yaml) == recipe, "\(recipe.yaml)")
        }
        #expect(images.yaml != TrainingRecipe().yaml)
    }

    @Test func `what decides a run is told without a word about what it means`() throws {
        for recipe in [TrainingRecipe(), images, studies] {
            #expect(!recipe.settingsText.contains("# ") && recipe.yaml.contains("# "))
            #expect(try TrainingRecipe(yaml: recipe.settingsText) == recipe)
        }
    }

    @Test func `every number of a run is written, also the usual ones`() {
        let text = TrainingRecipe().yaml
        for line in ["epochs: 20", "batch: 32", "optimizer: sgd", "momentum: 0.9", "validation: 0.2", "seed: 1"] {
            #expect(text.contains("  \(line)"), "\(line)")
        }
    }

    @Test func `an empty recipe, or one of a few words, takes the defaults`() throws {
        #expect(try TrainingRecipe(yaml: "{}") == TrainingRecipe())
        var recipe = TrainingRecipe()
        recipe.training.epochs = 7
        #expect(try TrainingRecipe(yaml: "training:\n  epochs: 7\n") == recipe)
    }

    @Test func `every problem is told with its line`() {
        let found = problems(
            """
            data:
              nonsense: 1
              validation: 2
            network:
              freeze: layer9
              architecture: vgg16
              input-size: 4
            training:
              epochs: 0
              batch: many
              learning-rate: -1
              seed: -1
            else: {}
            """)
        #expect(found.map(\.line) == [2, 3, 5, 6, 7, 9, 10, 11, 12, 13], "\(found)")
        #expect(found.first?.description.hasPrefix("recipe.yaml:2:") == true)
    }

    @Test func `what is no YAML is a problem, too`() {
        #expect(problems("data: [").count == 1)
        #expect(!problems("- a\n").isEmpty)
    }

    @Test func `what a run notes beside it is read by itself, and is nothing of the recipe`() throws {
        let record = TrainingRecord(
            classes: ["low, or: not", "high"], positiveClass: "high", kernels: "packed, OpenBLAS 0.3.29 Haswell, avx2",
            modelSHA256: String(repeating: "a", count: 64), splitSHA256: String(repeating: "b", count: 64),
            pipelineSHA256: nil, origin: "`model.pth`, \"from there\"", remarks: ["a: b", "c\nd"], version: "0.6.0")
        let text = images.yaml + record.yaml
        #expect(try TrainingRecord(yaml: text) == record)
        #expect(try TrainingRecipe(yaml: text) == images)
        var bare = record
        (bare.modelSHA256, bare.pipelineSHA256, bare.remarks) = (nil, String(repeating: "c", count: 64), [])
        #expect(try TrainingRecord(yaml: images.yaml + bare.yaml) == bare)
    }

    @Test func `a recipe without notes is none that a run wrote`() {
        #expect(throws: PipelineFileProblems.self) { try TrainingRecord(yaml: images.yaml) }
        let damaged = images.yaml + "made:\n  classes: [a, b]\n"
        let problems = #expect(throws: PipelineFileProblems.self) { try TrainingRecord(yaml: damaged) }
        #expect((problems?.problems.count ?? 0) >= 4)
    }
}
