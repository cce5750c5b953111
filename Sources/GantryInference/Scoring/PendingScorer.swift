import GantryCore
import GantryGround
import Synchronization

/// A slice scorer whose network is being loaded on a thread of its own: slices can be prepared meanwhile, and the first
/// score waits for it.
public final class PendingScorer: SliceScorer {
    /// What the loading came to. The thread holds this, not the scorer.
    private final class Loading: Sendable {
        let outcome = Mutex<Result<ResidualNetworkScorer, ScorerFault>?>(nil)
    }

    /// From Hounsfield to the network's input.
    public let preparation: SlicePreparation
    /// Number of classes.
    public let classCount: Int
    /// What the network was trained on; nil where that is not known.
    public let profile: FeatureProfile?

    private let loading = Loading()
    private let thread: JoinableThread?

    /// A scorer that begins at once with `load`, and computes with `workers` threads a call. Its last owner waits for
    /// the end of `load`.
    public init(
        preparation: SlicePreparation, classCount: Int, activation: Activation, temperature: Double = 1,
        profile: FeatureProfile? = nil, workers: Int,
        load: @escaping @Sendable () throws -> ResidualNetwork
    ) {
        self.preparation = preparation
        self.classCount = classCount
        self.profile = profile
        let work: @Sendable () -> Void = { [loading] in
            let result: Result<ResidualNetworkScorer, ScorerFault>
            do {
                result = .success(
                    ResidualNetworkScorer(
                        preparation: preparation, network: try load(), activation: activation,
                        temperature: temperature, profile: profile, workers: workers))
            } catch {
                result = .failure(ScorerFault(.unavailable, subject: "model", explanation: "\(error)"))
            }
            loading.outcome.withLock { $0 = result }
        }
        thread = try? JoinableThread(name: "model", work)
        // Without a thread of its own it is loaded here and now.
        if thread == nil { work() }
    }

    /// The slice's input: windowed, resized by area averaging, normalised. Does not wait for the network.
    public func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor {
        preparation.prepare(hounsfield, rows: rows, columns: columns)
    }

    /// See `ResidualNetworkScorer`. Waits for the network; **throws** `unavailable` where it could not be loaded,
    /// besides.
    public func probabilities(of tensors: [SliceTensor]) throws(ScorerFault) -> [[Double]] {
        try loaded()?.probabilities(of: tensors) ?? []
    }

    /// See `ResidualNetworkScorer`. Waits likewise.
    public func scores(of tensors: [SliceTensor], workers: Int) throws(ScorerFault) -> [SliceScore] {
        try loaded()?.scores(of: tensors, workers: workers) ?? []
    }

    /// Of the profile. Does not wait.
    public var distanceQuantiles: DistanceQuantiles? { profile?.quantiles }

    /// See `ResidualNetworkScorer`. Waits likewise.
    public func activationMaps(
        of tensors: [SliceTensor], classIndex: Int
    ) throws(ScorerFault) -> [ActivationMap] {
        try loaded()?.activationMaps(of: tensors, classIndex: classIndex) ?? []
    }

    private func loaded() throws(ScorerFault) -> ResidualNetworkScorer? {
        thread?.join()
        guard let loaded = loading.outcome.withLock({ $0 }) else { return nil }
        return try loaded.get()
    }
}
