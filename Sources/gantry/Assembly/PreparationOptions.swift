import ArgumentParser
import Foundation
import GantryCore
import GantryModelling
import GantryPipeline
import GantryWeightImport

/// What a network was trained to see, as `bundle create` is told it.
struct PreparationOptions: ParsableArguments {
    @Option(help: "What is scored: ct (studies) or images (PNG and JPEG files).")
    var input: InputKind = .ct

    @Option(
        parsing: .unconditionalSingleValue,
        help: ArgumentHelp(
            "Of ct, required: centre and width in HU. Three times for a network that sees one window a channel, red "
                + "first.", valueName: "c,w"))
    var window: [String] = []

    @Option(
        help: ArgumentHelp(
            "Of images: how a picture becomes a square. area: the mean of what a pixel covers; torchvision: short "
                + "side, then centre; keras: nearest. (default: area)", valueName: "name"))
    var resize: ResizeConvention?

    @Option(
        name: .customLong("input-convention"),
        help: ArgumentHelp("What the network was trained to see: torch, caffe (BGR) or tf.", valueName: "name"))
    var inputConvention: InputConvention?

    @Option(
        parsing: .unconditional,
        help: ArgumentHelp(
            "Instead of a convention: means of the windowed or coloured channels (0 to 1), one number or one a "
                + "channel.", valueName: "m"))
    var mean: String?

    @Option(
        name: .customLong("standard-deviation"),
        help: ArgumentHelp("With --mean: standard deviations.", valueName: "s"))
    var standardDeviation: String?

    @Option(
        name: .customLong("input-size"),
        help: ArgumentHelp(
            "Side of the network's input. (default: what a folder's settings say, or 224)", valueName: "pixels"))
    var inputSize: Int?

    private var windows: [Window] { window.compactMap(Window.init(argument:)) }

    func validate() throws {
        switch input {
        case .ct:
            guard resize == nil else { throw ValidationError("--resize has a meaning with --input images alone.") }
            guard window.count == 1 || window.count == 3, windows.count == window.count else {
                throw ValidationError(
                    "--window takes \(Window.argumentForm); give it once, or three times. A network for PNG and JPEG "
                        + "files has none: --input images.")
            }
        case .images:
            guard window.isEmpty else {
                throw ValidationError("--window has no meaning with --input images: a picture has no Hounsfield units.")
            }
        }
        guard inputConvention == nil || mean == nil, (mean == nil) == (standardDeviation == nil) else {
            throw Self.normalisationMissing
        }
        for (option, text) in [("--mean", mean), ("--standard-deviation", standardDeviation)] {
            if let text, Self.numbers(text) == nil {
                throw ValidationError("\(option) takes numbers separated by commas, not \(text).")
            }
        }
    }

    /// **Throws** `ValidationError` where nothing says what the network was trained to see.
    func requireNormalisation() throws {
        guard inputConvention != nil || mean != nil else { throw Self.normalisationMissing }
    }

    private static var normalisationMissing: ValidationError {
        ValidationError(
            """
            What was the network trained to see? Give --input-convention, or --mean and --standard-deviation:
              torch  \(InputConvention.torch.explanation.dropFirst(7))
              caffe  \(InputConvention.caffe.explanation.dropFirst(7))
              tf     \(InputConvention.tf.explanation.dropFirst(4))
            """)
    }

    private static func numbers(_ text: String) -> [Double]? {
        let parts = text.split(separator: ",", omittingEmptySubsequences: false).map {
            Double($0.trimmingCharacters(in: .whitespaces))
        }
        let numbers = parts.compactMap { $0 }.filter(\.isFinite)
        return numbers.count == parts.count ? numbers : nil
    }

    /// Windows or resize, and normalisation, in the order of the network's channels; `model` is what messages call the
    /// weight file, `folder` what its folder's settings say, which options override. **Throws** `CommandFault` (64, 65)
    /// where they do not fit its number of channels.
    func preparation(
        channels: Int, of model: String, folder: ModelFolder.Images?
    ) throws(CommandFault) -> PreparationDefinition {
        let inputSize = inputSize ?? folder?.size ?? 224
        guard channels == 1 || channels == 3 else {
            throw CommandFault(
                ExitStatus.badData,
                "\(model): its input has \(channels) channels; slices and pictures are scored with 1 or 3.")
        }
        guard windows.count <= channels else {
            throw CommandFault(ExitStatus.usage, "\(model): its input has one channel: give one --window.")
        }
        let (mean, deviation) = try normalisation(channels: channels, of: model, folder: folder)
        let isBlueFirst = inputConvention?.isBlueFirst == true
        switch input {
        case .ct:
            return PreparationDefinition(
                windows: isBlueFirst ? windows.reversed() : windows, inputSize: inputSize, mean: mean,
                standardDeviation: deviation)
        case .images:
            return PreparationDefinition(
                images: ImagePreparation(
                    resize: resize ?? .area, inputSize: inputSize, colourOrder: isBlueFirst ? .bgr : .rgb, mean: mean,
                    standardDeviation: deviation))
        }
    }

    private func normalisation(
        channels: Int, of model: String, folder: ModelFolder.Images?
    ) throws(CommandFault) -> (mean: [Double], standardDeviation: [Double]) {
        func each(_ values: [Double]) -> [Double] {
            values.count == 1 ? [Double](repeating: values[0], count: channels) : values
        }
        if let mean = mean.flatMap(Self.numbers), let deviation = standardDeviation.flatMap(Self.numbers) {
            return (each(mean), each(deviation))
        }
        if inputConvention == nil {
            guard let mean = folder?.mean, let deviation = folder?.standardDeviation else {
                throw CommandFault(ExitStatus.usage, "\(model): \(Self.normalisationMissing.message)")
            }
            guard each(mean).count == channels, each(deviation).count == channels else {
                throw CommandFault(
                    ExitStatus.badData,
                    "\(model): its settings have \(mean.count) means and \(deviation.count) standard deviations, its "
                        + "input \(channels == 1 ? "one channel" : "\(channels) channels"). Say --mean and "
                        + "--standard-deviation.")
            }
            return (each(mean), each(deviation))
        }
        guard let normalisation = inputConvention?.normalisation(channels: channels) else {
            throw CommandFault(
                ExitStatus.usage,
                "\(model): its input has \(channels == 1 ? "one channel" : "\(channels) channels"), which the "
                    + "convention \(inputConvention?.rawValue ?? "") does not know. Say --mean and "
                    + "--standard-deviation.")
        }
        return normalisation
    }
}

extension InputKind: ExpressibleByArgument {}
extension InputConvention: ExpressibleByArgument {}
extension ResizeConvention: ExpressibleByArgument {}
