import ArgumentParser
import GantryInference

/// `gantry model inspect`: the layer table.
struct ModelInspectCommand: ParsableCommand {
    static let configuration = CommandConfiguration(
        commandName: "inspect",
        abstract: "Prints the layer table: name, type, output shape, parameters; totals.",
        discussion: "The tensors are checked against the architecture first: what is missing or misshapen is named."
    )

    @OptionGroup var source: ModelSource

    @Flag(help: "Print one JSON object.")
    var json = false

    func run() throws {
        try command {
            let layers = LayerTable(try source.network().architecture)
            if json { return try JSONLines.print("model", Layers(layers)) }
            var table = Table(columns: [
                .init(title: "layer"), .init(title: "type"), .init(title: "output shape"),
                .init(title: "parameters", isNumeric: true),
            ])
            for row in layers.rows {
                table.rows.append(
                    .init(cells: [
                        (row.name, nil), (row.type, nil), (row.outputShape.description, nil),
                        (row.parameters == 0 ? "–" : Presentation.grouped(row.parameters), nil),
                    ]))
            }
            Terminal.output.write(table.rendered(for: .output))
            Terminal.output.line(
                "\n\(layers.rows.count) layers, \(Presentation.grouped(layers.parameters)) parameters, "
                    + "\(Presentation.grouped(layers.statistics)) batch-norm statistics")
        }
    }
}

private struct Layers: Encodable {
    struct Layer: Encodable {
        var name: String
        var type: String
        var outputShape: [Int]
        var parameters: Int
    }
    var layers: [Layer]
    var parameters: Int
    var statistics: Int

    init(_ table: LayerTable) {
        layers = table.rows.map {
            Layer(name: $0.name, type: $0.type, outputShape: $0.outputShape.dimensions, parameters: $0.parameters)
        }
        parameters = table.parameters
        statistics = table.statistics
    }
}
