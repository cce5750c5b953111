import GantrySandbox
import GantryTensors

/// Reads HDF5 files in a child process, because the HDF5 library crashes on damaged ones.
///
/// The child has the open file and a channel, no name of any file; its address space and processor time are limited,
/// and the parent waits no longer than `wallClockSeconds`.
public struct HDF5Reader: Sendable {
    /// Path of the executable that has the hidden subcommand.
    public var executable: String
    /// Arguments that make it an HDF5 child.
    public var arguments: [String]
    /// The child's address space, bytes.
    public var addressSpaceBytes: Int
    /// How long reading one file may take, seconds, of processor time and by the clock.
    public var seconds: Int

    /// A reader that starts `executable`; 1 GiB and 120 s unless said otherwise.
    public init(
        executable: String, arguments: [String] = ["hdf5-child"], addressSpaceBytes: Int = 1 << 30, seconds: Int = 120
    ) {
        self.executable = executable
        self.arguments = arguments
        self.addressSpaceBytes = addressSpaceBytes
        self.seconds = seconds
    }

    /// What is read of a file.
    struct Content {
        /// Every dataset of floats, each group's in the order of their names.
        let datasets: [Dataset]
        /// The bytes of the root's attribute `model_config`, or nil where there is none.
        let modelConfig: [UInt8]?
    }

    /// A dataset with its elements.
    struct Dataset {
        let path: String
        let shape: TensorShape
        let values: [Float]
    }

    /// What the file holds.
    ///
    /// **Throws** `cannotRead` where the child cannot be started; `libraryMissing` where it has no HDF5 library;
    /// `malformedHeader` where the library cannot read the file, or ends on it.
    func content(of file: FileDescriptor) throws(WeightsError) -> Content {
        let received: Received
        do throws(SandboxFault) {
            received = try exchange(file)
        } catch {
            throw WeightsError(
                .cannotRead, subject: executable, status: error.status,
                explanation: "the process that reads HDF5 files could not be started: \(error.explanation).")
        }
        switch received {
        case .content(let content): return content
        case .refusal(let sentence):
            throw WeightsError(.malformedHeader, subject: file.path, explanation: "as an HDF5 file, \(sentence).")
        case .missingLibrary(let why):
            throw WeightsError(
                .libraryMissing, subject: file.path,
                explanation: "an HDF5 file needs the HDF5 library, which cannot be loaded (\(why)). "
                    + "On Debian 12 or Ubuntu 24.04: apt-get install libhdf5-103-1.")
        }
    }

    private enum Received {
        case content(Content)
        /// Why the file cannot be read, without a full stop.
        case refusal(String)
        /// Why the library could not be loaded.
        case missingLibrary(String)
    }

    /// Starts a child and takes what it sends. **Throws** where it cannot be started.
    private func exchange(_ file: FileDescriptor) throws(SandboxFault) -> Received {
        let deadline = Deadline.after(seconds: Double(seconds))
        let pair = try MessageChannel.pair()
        let process = try ChildProcess(
            executable: executable, arguments: arguments,
            environment: ChildProcess.environment + ["HDF5_USE_FILE_LOCKING=FALSE"],
            descriptors: [pair.far.number, file.number])
        let channel = pair.takeNear()
        let job = HDF5Job(
            parentProcessID: ChildLimits.processID, addressSpaceBytes: addressSpaceBytes, processorSeconds: seconds)
        do throws(SandboxFault) {
            try channel.send(job, until: deadline)
            return try Self.receive(channel, until: deadline)
        } catch {
            if error.code == .timedOut { return .refusal("it takes longer than \(seconds) s to read") }
            let end = try process.end()
            return .refusal("it cannot be read: the process that tried \(end.explanation)")
        }
    }

    /// The listing and every dataset of it. What a child sends is not trusted: it may be the file that speaks.
    private static func receive(
        _ channel: borrowing MessageChannel, until deadline: Deadline
    ) throws(SandboxFault) -> Received {
        let listing = try channel.receive(HDF5Listing.self, until: deadline)
        if let why = listing.missingLibrary { return .missingLibrary(why) }
        if let failure = listing.failure { return .refusal(failure) }
        guard listing.datasets.count <= HDF5Listing.mostDatasets else { return .refusal(HDF5Listing.tooMuch) }
        let modelConfig = listing.hasModelConfig == true ? try channel.receiveBody(until: deadline) : nil
        var datasets: [Dataset] = []
        var byteCount = 0
        for told in listing.datasets {
            let shape = TensorShape(told.shape)
            guard let count = shape.elementCount, count <= (HDF5Listing.mostBytes - byteCount) / 4 else {
                return .refusal(HDF5Listing.tooMuch)
            }
            byteCount += 4 * count
            var values: [Float] = []
            while values.count < count {
                let piece = try channel.receiveBody(until: deadline)
                guard !piece.isEmpty, piece.count % 4 == 0, piece.count / 4 <= count - values.count else {
                    throw SandboxFault(.malformedMessage, subject: "", explanation: "a piece does not fit its dataset")
                }
                piece.withUnsafeBytes { values.append(contentsOf: $0.bindMemory(to: Float.self)) }
            }
            datasets.append(Dataset(path: told.path, shape: shape, values: values))
        }
        return .content(Content(datasets: datasets, modelConfig: modelConfig))
    }
}
