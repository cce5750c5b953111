import GantryCore
import Testing

@Suite struct SaidConventionsTests {
    private static let all = SaidConventions(
        stride: .firstConvolution, epsilon: 1e-3, stemStride: 1, stemPool: .nothing, padding: .same,
        shortcut: .convolution, activationOrder: .activationFirst)

    @Test func `what is said is in the network, and the rest stays`() {
        let plain = PublishedNetwork.resNet50.architecture(classes: 2)
        let said = Self.all.applied(to: plain)
        #expect(said.stridePosition == .firstConvolution && said.batchNormEpsilon == 1e-3)
        #expect(said.stemStride == 1 && said.stemPool == .nothing && said.padding == .same)
        #expect(said.shortcut == .convolution && said.activationOrder == .activationFirst)
        #expect(said.blocksPerStage == plain.blocksPerStage && said.classes == 2)
        #expect(SaidConventions().applied(to: plain) == plain)
    }

    @Test func `a shortcut is said only where a block has one`() {
        let single = ResidualArchitecture(block: .basic, blocksPerStage: [2], classes: 2)
        #expect(SaidConventions(shortcut: .zeros).applied(to: single) == single)
    }

    @Test func `what is said again replaces, and what is not stays`() {
        #expect(Self.all.replaced(by: SaidConventions()) == Self.all)
        #expect(SaidConventions().replaced(by: Self.all) == Self.all)
        var expected = Self.all
        expected.stemPool = .max
        #expect(Self.all.replaced(by: SaidConventions(stemPool: .max)) == expected)
    }

    @Test func `another network forgets stem, shortcuts and order`() {
        var recipe = TrainingNetworkRecipe()
        (recipe.stem, recipe.said) = (.cifar, Self.all)
        recipe.forgetStructure()
        #expect(recipe.stem == nil)
        #expect(recipe.said == SaidConventions(stride: .firstConvolution, epsilon: 1e-3))
    }
}
