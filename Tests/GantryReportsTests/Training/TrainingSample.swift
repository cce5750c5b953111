import GantryCore
import GantryReports

/// Training runs in every state, with numbers as they come.
enum TrainingSample {
    /// A run that falls from a loss to another; `best` is where the validation loss is lowest.
    static func history(_ count: Int, classes: Int = 2, best: Int? = nil, seconds: Double = 14.2) -> [EpochRecord] {
        var noise = Noise(seed: UInt64(count))
        var lowest = Double.infinity
        return (1...max(count, 1)).prefix(count).map { epoch in
            let place = Double(epoch) / Double(max(count, 10))
            let start = classes == 2 ? 0.69 : 2.3
            let training = start * (0.04 + 0.96 / (1 + 9 * place)) + 0.02 * noise.next()
            let overfitting = best.map { max(0, Double(epoch - $0)) * 0.004 } ?? 0
            let validation = start * (0.13 + 0.87 / (1 + 7 * place)) + overfitting + 0.05 * noise.next()
            let isBest = validation < lowest
            lowest = min(lowest, validation)
            let chance = 1 / Double(classes)
            func accuracy(_ loss: Double) -> Double { min(0.9994, max(chance * 0.9, 1 - (1 - chance) * loss / start)) }
            return EpochRecord(
                epoch: epoch, step: epoch * 61, learningRate: 0.05 * (1 - place) + 0.0005, trainingLoss: training,
                trainingAccuracy: accuracy(training), validationLoss: validation,
                validationAccuracy: accuracy(validation),
                validationAUC: classes == 2 ? min(0.9996, 0.55 + 0.45 * accuracy(validation)) : nil, isBest: isBest,
                imagesPerSecond: 270 + 8 * noise.next(), seconds: seconds + noise.next())
        }
    }

    /// Validation images of as many classes; two in a hundred or so are wrong, the first of them with pictures.
    static func predictions(_ count: Int, classes: Int, pictures: Int = 12) throws -> [TrainingProgressReport
        .Prediction]
    {
        var noise = Noise(seed: 7)
        var predictions = (0..<count).map { index -> TrainingProgressReport.Prediction in
            let label = (index * 7 + index / 5) % classes
            let isWrong = noise.next() > 0.8
            // A class is taken for its neighbour most of the time.
            let said = isWrong ? (label + (noise.next() > 0 ? 1 : classes - 1)) % classes : label
            let top = 0.5 + 0.249 * (1 + noise.next())
            var probabilities = Array(repeating: (1 - top) / Double(max(1, classes - 1)), count: classes)
            probabilities[said] = top
            return .init(
                name: "class_\(label)/person\(1000 + index)_bacteria_\(index).jpeg", label: label,
                probabilities: probabilities)
        }
        let wrong = PredictionRanking.mostWrong(
            labels: predictions.map(\.label), probabilities: predictions.map(\.probabilities), most: pictures)
        for (place, index) in wrong.enumerated() where place != 3 {
            let side = 64
            predictions[index].picture = try PNGPicture.encodeGreyscale(
                pixels: SamplePicture.pixels(side: side, seed: index + 1, hasOpacity: place % 2 == 0), rows: side,
                columns: side)
        }
        return predictions
    }

    static let recipe: [(key: String, value: String)] = [
        ("Network", "resnet18, stem for small images, from nothing (He)"), ("Data", "folders of images, 2 classes"),
        ("Input", "28 x 28, 1 channel, resize area, convention torch"), ("Freeze", "none"),
        ("Optimizer", "SGD, Nesterov momentum 0.9, weight decay 0.0005"),
        ("Learning rate", "0.05, cosine, 1 epoch of warm-up"), ("Batch", "64"), ("Augmentation", "photo"),
        ("Seed", "1"), ("Kernels", "avx512"), ("Split", "given: train, val, test"),
        ("Manifest", "7f83b1657ff1fc53b92dc18148a1d65dfc2d4b1fa3d677284addd200126d9069"),
    ]

    /// A run of two classes.
    static func report(
        _ state: TrainingProgressReport.State, epochs: Int, images: Int = 524, best: Int? = nil,
        planned: Int? = nil, warnings: [String] = []
    ) throws -> TrainingProgressReport {
        TrainingProgressReport(
            name: "pneumonia", state: state, classes: ["normal", "pneumonia"], positiveClass: 1,
            history: history(epochs, best: best), trainingCounts: [1214, 3494], validationCounts: [135, 381],
            predictions: epochs == 0 ? [] : try predictions(images, classes: 2), recipe: recipe, warnings: warnings,
            gantryVersion: "0.9.0", plannedEpochs: planned, madeAt: Timestamp(millisecondsSince1970: 1_795_356_300_000))
    }

    /// A run of many classes.
    static func report(classes names: [String], epochs: Int, images: Int) throws -> TrainingProgressReport {
        TrainingProgressReport(
            name: "many-classes", state: .finished(reason: "All \(epochs) epochs are done."), classes: names,
            positiveClass: nil, history: history(epochs, classes: names.count, best: epochs * 2 / 3),
            trainingCounts: names.indices.map { 4000 + $0 % 37 }, validationCounts: names.indices.map { 900 + $0 % 11 },
            predictions: try predictions(images, classes: names.count), recipe: recipe, warnings: [],
            gantryVersion: "0.9.0")
    }

    static let leaks = [
        "10 pairs of training and validation have the same pixels, and were let through by --allow-leaks: "
            + "train/00012 and val/00007, train/00318 and val/00101, train/01200 and val/00101 and 7 more.",
        "3 of 5,232 pictures could not be read and are left out: train/normal/IM-0115-0001.jpeg (damaged), "
            + "train/normal/IM-0117-0001.jpeg (damaged), train/pneumonia/person1_bacteria_1.jpeg (no image).",
    ]

    /// Every kind of page.
    static func all() throws -> [(name: String, report: TrainingProgressReport)] {
        let ten = ["airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck"]
        let words = [
            "Lungenentzündung (bakteriell)", "正常な胸部", "سليم", "<b>bold</b> & \"quoted\"", "e\u{301}le\u{300}ve",
            String(repeating: "very-long-name-", count: 6), "🫁",
        ]
        var unusual = try report(
            .stopped(reason: "The loss is not a number since step 427, first in layer3.0.conv2."), epochs: 7,
            planned: 20)
        unusual.history[6].trainingLoss = .nan
        unusual.history[6].validationLoss = .infinity
        unusual.history[6].isBest = false
        return [
            ("before-first", try report(.running(epochs: 20), epochs: 0)),
            ("one", try report(.running(epochs: 20), epochs: 1)),
            ("running", try report(.running(epochs: 20), epochs: 8)),
            ("leaks", try report(.running(epochs: 20), epochs: 5, warnings: leaks)),
            (
                "finished",
                try report(
                    .finished(reason: "Stopped early: the validation AUC has not risen for 10 epochs."), epochs: 30,
                    best: 18)
            ),
            ("only", try report(.finished(reason: "All epochs are done."), epochs: 1)),
            (
                "stopped",
                try report(
                    .stopped(reason: "Interrupted by Ctrl-C in epoch 5; saved behind step 291."), epochs: 4, planned: 20
                )
            ),
            ("nan", unusual),
            ("long", try report(.finished(reason: "All 200 epochs are done."), epochs: 200, best: 120)),
            ("ten", try report(classes: ten, epochs: 30, images: 10_000)),
            ("words", try report(classes: words, epochs: 12, images: 700)),
            ("thousand", try report(classes: (0..<1000).map { "n\(2_000_000 + $0)" }, epochs: 5, images: 5000)),
        ]
    }

    /// Numbers between -1 and 1.
    private struct Noise {
        private var state: UInt64

        init(seed: UInt64) { state = seed &* 0x9E37_79B9_7F4A_7C15 | 1 }

        mutating func next() -> Double {
            state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
            return Double(state >> 40) / Double(1 << 23) - 1
        }
    }
}
