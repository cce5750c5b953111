import ArgumentParser
import GantryCore
import GantryInference
import GantryPipeline

/// `gantry model inspect`: the layer table, or one block.
struct ModelInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Prints the layer table: name, type, output shape, parameters, what each layer reads; totals.",
        discussion: """
            The architecture is told by the tensors' names and shapes, which are checked: what is missing, too many or \
            misshapen is named, and so is every tensor with NaN, infinity or numbers of a type that no network has \
            (65, of a bundle 78). Shapes are those of a bundle's input size, of a weight file those of 224x224. Within \
            a block the last column leaves the block's name out.
            """
    )

    @OptionGroup var source: ModelSource

    @Option(
        help: ArgumentHelp(
            "Print one block as PyTorch prints the module, such as layer1.0, instead of the table.", valueName: "name"))
    var block: String?

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        try command {
            let model = try source.open()
            if let block { return try printBlock(block, of: model.architecture) }
            let side = model.inputSize ?? Self.usualInputSize
            let table = LayerTable(model.architecture, height: side, width: side)
            let check = Result { () throws(CommandFault) in try model.requireUsableValues() }
            if json {
                try JSONLines.print(
                    "model", Layers(model.architecture, table, inputSize: side, calibration: model.calibration))
                return try check.get()
            }
            let input = "Shapes are those of an input of \(side)x\(side)."
            let temperature = Self.sentence(model.calibration).map { [$0] } ?? []
            for sentence in [model.architecture.summary] + model.sources + temperature + [input] {
                for line in sentence.wrapped(Terminal.output.columns) { Terminal.output.line(line) }
            }
            Terminal.output.line("")
            Terminal.output.write(Self.rows(of: table).rendered(for: .output))
            Terminal.output.line(
                "\n\(table.rows.count) layers, \(Presentation.grouped(table.parameters)) parameters, "
                    + "\(Presentation.grouped(table.statistics)) batch-norm statistics")
            try check.get()
        }
    }

    /// What divides the logits.
    private static func sentence(_ calibration: ModelCalibration?) -> String? {
        calibration.map {
            "Temperature \(Presentation.decimals($0.temperature, 4)), which divides the logits; fitted on data of "
                + "SHA-256 \($0.dataSHA256)."
        }
    }

    /// Of ImageNet's networks; a weight file does not say what it was trained on.
    private static let usualInputSize = 224

    private func printBlock(_ name: String, of architecture: ResidualArchitecture) throws {
        guard let text = architecture.printedBlock(name) else {
            let names = architecture.blockNames
            throw CommandFault(
                ExitStatus.usage,
                "--block \(name): there is no such block; they go from \(names.first ?? "") to \(names.last ?? "").")
        }
        Terminal.output.line(text)
    }

    private static func rows(of layers: LayerTable) -> Table {
        var table = Table(columns: [
            .init(title: "layer"), .init(title: "type", fit: .wrap), .init(title: "output"),
            .init(title: "parameters", isNumeric: true), .init(title: "reads", fit: .wrap),
        ])
        for row in layers.rows {
            let block = row.name.split(separator: ".").prefix(2).joined(separator: ".") + "."
            let reads = row.connections.map { $0.hasPrefix(block) ? String($0.dropFirst(block.count)) : $0 }
            table.rows.append(
                .init(cells: [
                    (row.name, nil), (row.type, nil),
                    (row.outputShape.dimensions.map(String.init).joined(separator: "x"), nil),
                    (row.parameters == 0 ? "–" : Presentation.grouped(row.parameters), nil),
                    (reads.joined(separator: " + "), nil),
                ]))
        }
        return table
    }
}

private struct Layers: Encodable {
    struct Layer: Encodable {
        var name: String
        var type: String
        var outputShape: [Int]
        var parameters: Int
        var connections: [String]
    }
    var variant: String?
    var architecture: ResidualArchitecture
    /// Side of the images that the output shapes are for.
    var inputSize: Int
    /// Divides the logits; absent where the bundle has none, and of a weight file.
    var temperature: Double?
    /// SHA-256 of the data that it was fitted on.
    var calibrationSHA256: String?
    var layers: [Layer]
    var parameters: Int
    var statistics: Int

    init(
        _ architecture: ResidualArchitecture, _ table: LayerTable, inputSize: Int, calibration: ModelCalibration?
    ) {
        self.inputSize = inputSize
        temperature = calibration?.temperature
        calibrationSHA256 = calibration?.dataSHA256
        variant = PublishedNetwork(architecture)?.rawValue
        self.architecture = architecture
        layers = table.rows.map {
            Layer(
                name: $0.name, type: $0.type, outputShape: $0.outputShape.dimensions, parameters: $0.parameters,
                connections: $0.connections)
        }
        parameters = table.parameters
        statistics = table.statistics
    }
}
