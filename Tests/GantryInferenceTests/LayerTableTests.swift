import GantryCore
import GantryInference
import Testing

@Suite struct LayerTableTests {
    /// Totals as torchvision and Keras print them.
    @Test(arguments: [
        (PublishedNetwork.resNet18, 11_689_512, 9_600), (.resNet34, 21_797_672, 17_024),
        (.resNet50, 25_557_032, 53_120), (.resNet101, 44_549_160, 105_344), (.resNet152, 60_192_808, 151_424),
        (.resNeXt50, 25_028_904, 68_224), (.resNeXt101Of8, 88_791_336, 202_880), (.resNeXt101Of64, 83_455_272, 202_880),
        (.wideResNet50, 68_883_240, 68_224), (.wideResNet101, 126_886_696, 137_856),
        (.kerasResNet50, 25_583_592, 53_120), (.kerasResNet101, 44_601_832, 105_344),
        (.kerasResNet152, 60_268_520, 151_424),
    ])
    func `the totals are those the frameworks report`(
        _ network: PublishedNetwork, _ parameters: Int, _ statistics: Int
    ) {
        let table = LayerTable(network.architecture(classes: 1000))
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

    @Test func `each row names the layers that it reads`() throws {
        let rows = LayerTable(.resNet50(classes: 1000)).rows
        func reads(_ name: String) throws -> [String] { try #require(rows.first { $0.name == name }).connections }
        #expect(try reads("conv1") == ["input"])
        #expect(try reads("layer1.0.conv1") == ["maxpool"])
        #expect(try reads("layer1.0.conv2") == ["layer1.0.relu1"])
        #expect(try reads("layer1.0.downsample.0") == ["maxpool"])
        #expect(try reads("layer1.0") == ["layer1.0.bn3", "layer1.0.downsample.1"])
        #expect(try reads("layer1.1") == ["layer1.1.bn3", "layer1.0"])
        #expect(try reads("fc") == ["avgpool"])
        // A name that is read is a row above.
        for (index, row) in rows.enumerated() {
            for name in row.connections where name != "input" {
                #expect(rows[..<index].contains { $0.name == name }, "\(row.name) reads \(name)")
            }
        }
    }

    @Test func `version 1 halves the image at the first convolution`() throws {
        let rows = LayerTable(.kerasResNet50(classes: 1000)).rows
        let row = try #require(rows.first { $0.name == "layer2.0.conv1" })
        #expect(row.outputShape == [128, 28, 28])
    }
}
