import GantryCore
import GantryInference
import Testing

/// Blocks as `print` of torchvision's modules gives them (torch 2.15, torchvision 0.29; earlier ones leave out the
/// batch norms' bias).
@Suite struct PrintedBlockTests {
    @Test func `a bottleneck with groups and a projection is printed as PyTorch prints resnext50_32x4d's layer2 0`() {
        let expected = """
            Bottleneck(
              (conv1): Conv2d(256, 256, kernel_size=(1, 1), stride=(1, 1), bias=False)
              (bn1): BatchNorm2d(256, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
              (conv2): Conv2d(256, 256, kernel_size=(3, 3), stride=(2, 2), padding=(1, 1), groups=32, bias=False)
              (bn2): BatchNorm2d(256, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
              (conv3): Conv2d(256, 512, kernel_size=(1, 1), stride=(1, 1), bias=False)
              (bn3): BatchNorm2d(512, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
              (relu): ReLU(inplace=True)
              (downsample): Sequential(
                (0): Conv2d(256, 512, kernel_size=(1, 1), stride=(2, 2), bias=False)
                (1): BatchNorm2d(512, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
              )
            )
            """
        let architecture = PublishedNetwork.resNeXt50.architecture(classes: 1000)
        #expect(architecture.printedBlock("layer2.0") == expected)
    }

    @Test func `a basic block is printed as PyTorch prints resnet18's layer1 0`() {
        let expected = """
            BasicBlock(
              (conv1): Conv2d(64, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
              (bn1): BatchNorm2d(64, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
              (relu): ReLU(inplace=True)
              (conv2): Conv2d(64, 64, kernel_size=(3, 3), stride=(1, 1), padding=(1, 1), bias=False)
              (bn2): BatchNorm2d(64, eps=1e-05, momentum=0.1, affine=True, bias=True, track_running_stats=True)
            )
            """
        let architecture = PublishedNetwork.resNet18.architecture(classes: 1000)
        #expect(architecture.printedBlock("layer1.0") == expected)
        #expect(architecture.printedBlock("layer5.0") == nil && architecture.printedBlock("conv1") == nil)
        #expect(architecture.blockNames == (1...4).flatMap { ["layer\($0).0", "layer\($0).1"] })
    }
}
