import GantryInference
import Testing

@Suite struct LayerTableTests {
    /// Totals as torchvision and Keras print them.
    @Test(arguments: [
        (ResidualArchitecture.resNet18(classes: 1000), 11_689_512, 9_600),
        (.resNet34(classes: 1000), 21_797_672, 17_024),
        (.resNet50(classes: 1000), 25_557_032, 53_120),
        (.resNet101(classes: 1000), 44_549_160, 105_344),
        (.resNet152(classes: 1000), 60_192_808, 151_424),
        (.kerasResNet50(classes: 1000), 25_583_592, 53_120),
    ])
    func `the totals are those the frameworks report`(
        _ architecture: ResidualArchitecture, _ parameters: Int, _ statistics: Int
    ) {
        let table = LayerTable(architecture)
        #expect(table.parameters == parameters)
        #expect(table.statistics == statistics)
    }

    @Test func `the rows have the checkpoint's names and the shapes at 224 x 224`() throws {
        let rows = LayerTable(.resNet50(classes: 1000)).rows
        func row(_ name: String) throws -> LayerTable.Row { try #require(rows.first { $0.name == name }) }
        #expect(try row("conv1").outputShape == [64, 112, 112])
        #expect(try row("conv1").type == "Conv2d 7x7/2")
        #expect(try row("maxpool").outputShape == [64, 56, 56])
        #expect(try row("layer2.0.conv1").outputShape == [128, 56, 56])
        #expect(try row("layer2.0.conv2").outputShape == [128, 28, 28])
        #expect(try row("layer2.0.downsample.0").outputShape == [512, 28, 28])
        #expect(try row("layer4.2").outputShape == [2048, 7, 7])
        #expect(try row("fc").outputShape == [1000])
    }

    @Test func `version 1 halves the image at the first convolution`() throws {
        let rows = LayerTable(.kerasResNet50(classes: 1000)).rows
        let row = try #require(rows.first { $0.name == "layer2.0.conv1" })
        #expect(row.outputShape == [128, 28, 28])
    }
}
