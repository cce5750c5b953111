import GantryGround

/// An `AtomicFile` whose failures are those of a weight file.
struct ReplacedFile: ~Copyable {
    private var file: AtomicFile

    /// **Throws** `cannotWrite`.
    init(path: String) throws(WeightsError) {
        do {
            file = try AtomicFile(path, permissions: 0o644)
        } catch {
            throw WeightsError(error)
        }
    }

    /// **Throws** `cannotWrite`.
    func write<Element: BitwiseCopyable>(_ elements: [Element]) throws(WeightsError) {
        do {
            try file.write(elements)
        } catch {
            throw WeightsError(error)
        }
    }

    /// **Throws** `cannotWrite`.
    mutating func commit() throws(WeightsError) {
        do {
            try file.commit()
        } catch {
            throw WeightsError(error)
        }
    }
}

extension WeightsError {
    fileprivate init(_ failure: FileFailure) {
        let action =
            switch failure.step {
            case .create: "create"
            case .write: "write"
            case .synchronise: "synchronise"
            case .close: "close"
            case .rename: "rename to"
            case .openFolder: "open the directory"
            case .synchroniseFolder: "synchronise the directory"
            }
        self.init(
            .cannotWrite, subject: failure.path, status: Int(failure.status),
            explanation: "cannot \(action): \(failure.reason).")
    }
}
