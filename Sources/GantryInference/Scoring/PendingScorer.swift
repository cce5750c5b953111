import Dispatch
import Foundation
import GantryCore
import Synchronization

/// A slice scorer whose network is being loaded on a thread of its own: slices can be prepared meanwhile, and the first score waits for it.
public final class PendingScorer: SliceScorer {
    /// From Hounsfield to the network's input.
    public let preparation: SlicePreparation
    /// Number of classes.
    public let classCount: Int

    private let workers: Int
    private let loading = DispatchGroup()
    private let loaded = Mutex<Result<ResidualNetworkScorer, ScorerFault>?>(nil)

    /// A scorer that begins at once with `load`, and computes with `workers` threads a call.
    public init(
        preparation: SlicePreparation, classCount: Int, workers: Int,
        load: @escaping @Sendable () throws -> ResidualNetwork
    ) {
        self.preparation = preparation
        self.classCount = classCount
        self.workers = workers
        loading.enter()
        let thread = Thread { [self] in
            let result: Result<ResidualNetworkScorer, ScorerFault>
            do {
                result = .success(
                    ResidualNetworkScorer(preparation: preparation, network: try load(), workers: workers))
            } catch {
                result = .failure(ScorerFault(.unavailable, subject: "model", explanation: "\(error)"))
            }
            loaded.withLock { $0 = result }
            loading.leave()
        }
        thread.name = "model"
        thread.start()
    }

    /// The slice's input: windowed, resized by area averaging, normalised. Does not wait for the network.
    public func prepare(_ hounsfield: Span<Int16>, rows: Int, columns: Int) -> SliceTensor {
        preparation.prepare(hounsfield, rows: rows, columns: columns)
    }

    /// See `ResidualNetworkScorer`. Waits for the network; **throws** `unavailable` where it could not be loaded, besides.
    public func probabilities(of tensors: [SliceTensor]) throws(ScorerFault) -> [[Double]] {
        loading.wait()
        guard let loaded = loaded.withLock({ $0 }) else { return [] }
        return try loaded.get().probabilities(of: tensors)
    }
}
