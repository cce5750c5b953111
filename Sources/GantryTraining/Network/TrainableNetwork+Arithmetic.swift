import CGantryKernels
import GantryCore
import GantryInference
import GantryTensors

extension TrainableNetwork {
    /// The arithmetic in which the part of `architecture` behind `freeze` is trained where `precision` is asked for:
    /// f32, which is more exact, where these kernels have no products of bfloat16, or a layer does not fill their
    /// tiles.
    ///
    /// **Throws** `architectureMismatch` as the initialiser does.
    public static func arithmetic(
        for precision: Precision, architecture: ResidualArchitecture, freeze: FreezePoint,
        kernels: ConvolutionKernels = .preferred
    ) throws(WeightsError) -> Precision {
        arithmetic(for: precision, cut: try NetworkCut(architecture, freeze: freeze), kernels: kernels)
    }

    static func arithmetic(for precision: Precision, cut: NetworkCut, kernels: ConvolutionKernels) -> Precision {
        guard precision == .bf16, kernels.arithmetic(for: .bf16) == .bf16, !cut.beginsPooled else { return .f32 }
        let panel = Int(gantry_panel_width(kernels.cpu, Precision.bf16.element))
        let architecture = cut.architecture
        let units = architecture.stages.dropFirst(cut.frozenStages).joined()
            .flatMap { $0.convolutions + ($0.projection.map { [$0] } ?? []) }
        let fills = units.allSatisfy { unit in
            unit.groups == 1 && unit.inputChannels % panel == 0 && unit.outputChannels % panel == 0
                && unit.kernel <= TiledConvolution.largestKernel && PhasedInputGradient.strides.contains(unit.stride)
        }
        let stem = architecture.stemUnit
        let stemFills =
            stem.outputChannels % panel == 0 && stem.kernel <= TiledConvolution.largestKernel
            && TiledWeightGradient.fits(stem, panel: panel)
        return fills && (!cut.hasStem || stemFills) ? .bf16 : .f32
    }
}
