import GantryCore
import GantryGround
import Glibc
import Synchronization

/// A `StudyReader` without files, for tests of what stands above it; held to the same suite as the real one. Unless it
/// is given pixels, a slice is one number. It notes what it is asked, and can be told to break down.
package final class InMemoryStudyReader: StudyReader {
    /// What lies there, and what goes wrong.
    package struct Content: Sendable {
        /// Folders that are there; nil: all.
        package var roots: Set<String>?
        package var instances: [String: SOPInstance] = [:]
        /// Files that are no DICOM objects, and why.
        package var rejected: [String: FileReason] = [:]
        /// Probability of a file's slice in thousandths, its second pixel; 500 unless given.
        package var thousandths: [String: Int] = [:]
        /// Pixels of files, in place of those that are made of what is said here.
        package var pixels: [String: Pixels] = [:]
        /// Files whose pixels cannot be decoded.
        package var undecodable: Set<String> = []
        /// Files whose slices enclose air: 16 of 64 pixels.
        package var airy: Set<String> = []
        /// Why a file's pixels cannot be decoded, where it is not that they are too few.
        package var missReasons: [String: FileReason] = [:]
        /// Lowest value of every slice, HU.
        package var lowestHU: Int16 = -1000
        /// The same of a file's slice, where it is another one.
        package var lowestHUOfFiles: [String: Int16] = [:]
        /// Called by `read` before each slice.
        package var beforeSlice: (@Sendable () -> Void)?
        /// Faults that `contentDigest` throws first, one a call.
        package var digestFaults: [ReaderFault] = []
        /// What `read` throws after its first slice.
        package var readFault: ReaderFault?
        /// Called over and over by a digest that comes to no end of its own; nil for one that does.
        package var stalledDigest: (@Sendable () -> Void)?

        package init() {}
    }

    /// Pixels of a file, row by row.
    package struct Pixels: Sendable {
        package var hounsfield: [Int16]
        /// Whether each is padding.
        package var isPadding: [Bool]

        package init(hounsfield: [Int16], isPadding: [Bool]) {
            self.hounsfield = hounsfield
            self.isPadding = isPadding
        }
    }

    package let content: Mutex<Content>
    package let reads = Mutex<[[String]]>([])
    package let scans = Mutex<[[String]]>([])
    package let compared = Mutex<[[String]]>([])
    /// Calls of `prepareReading` (true) and `endPreparation` (false).
    package let preparations = Mutex<[Bool]>([])
    package let paddings = Mutex<Set<PaddingTreatment>>([])
    /// Counts the threads it is called on.
    package let ends = Mutex<ThreadEnds?>(nil)

    package init(_ content: Content = Content()) { self.content = Mutex(content) }

    private func open(_ root: String) throws(ReaderFault) {
        guard content.withLock({ $0.roots?.contains(root) ?? true }) else {
            throw ReaderFault(.rootUnreadable, subject: root, explanation: "it is not there")
        }
    }

    package func prepareReading() { preparations.withLock { $0.append(true) } }
    package func endPreparation() { preparations.withLock { $0.append(false) } }

    // MARK: - Headers

    package func scan(
        root: String, files: [String], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> ScanResult? {
        try open(root)
        scans.withLock { $0.append(files) }
        for done in 0..<files.count where control(done) == .stop { return nil }
        let content = content.withLock { $0 }
        var result = ScanResult(instances: [], outcomes: [])
        for file in files {
            if let instance = content.instances[file] {
                result.instances.append(instance)
            } else {
                result.outcomes.append(content.refusal(of: file))
            }
        }
        return control(files.count) == .stop ? nil : result
    }

    // MARK: - Digests

    /// What `contentDigest` makes of `uid=thousandths` of each slice.
    package static func digest(of slices: [String]) -> String {
        SHA256.hash(slices.sorted().joined(separator: ",").utf8).hexadecimal
    }

    package func contentDigest(
        root: String, slices: [SliceSource], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> String? {
        try open(root)
        ends.withLock { $0?.note() }
        for done in 1...max(1, slices.count) where control(done) == .stop { return nil }
        if let stalled = content.withLock({ $0.stalledDigest }) {
            while control(0) == .proceed {
                stalled()
                sched_yield()
            }
            return nil
        }
        let fault = content.withLock { $0.digestFaults.isEmpty ? nil : $0.digestFaults.removeFirst() }
        if let fault { throw fault }
        let content = content.withLock { $0 }
        return Self.digest(
            of: slices.map { slice in
                // What could not be read for another reason has its bytes all the same.
                let isCut = content.undecodable.contains(slice.file) && content.missReasons[slice.file] == nil
                return "\(slice.sopInstanceUID)=" + (isCut ? "" : content.encodedPixels(of: slice.file) ?? "")
            })
    }

    package func pixelDigests(
        root: String, files: [String], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> [String?]? {
        try open(root)
        compared.withLock { $0.append(files) }
        for done in 0..<files.count where control(done) == .stop { return nil }
        let content = content.withLock { $0 }
        return files.map { file in
            guard !content.undecodable.contains(file), let pixels = content.encodedPixels(of: file) else { return nil }
            return SHA256.hash(pixels.utf8).hexadecimal
        }
    }

    // MARK: - Pixels

    package func read(
        root: String, slices: [SliceSource], padding: PaddingTreatment, control: (Int) -> ReadControl,
        into receiver: inout some SliceReceiver
    ) throws(ReaderFault) {
        try open(root)
        reads.withLock { $0.append(slices.map(\.file)) }
        paddings.withLock { _ = $0.insert(padding) }
        let content = content.withLock { $0 }
        for (number, source) in slices.enumerated() {
            content.beforeSlice?()
            if control(number) == .stop { return }
            if number == 1, let fault = content.readFault { throw fault }
            let answer: ReadControl
            if let outcome = content.miss(of: source) {
                answer = receiver.miss(source, outcome: outcome)
            } else if let made = content.pixels[source.file] {
                let values = made.treated(padding)
                answer = receiver.receive(made.facts(of: source), hounsfield: values.span)
            } else {
                let values = content.madePixels(of: source)
                let slice = DecodedSlice(
                    source: source, clampedPixels: 0, paddingPixels: 0, smallestHU: Int(values[0]), largestHU: 1000)
                answer = receiver.receive(slice, hounsfield: values.span)
            }
            if answer == .stop { return }
        }
    }
}

extension InMemoryStudyReader.Content {
    /// Why a file is no instance.
    fileprivate func refusal(of file: String) -> FileOutcome {
        if let reason = rejected[file] { return FileOutcome(file: file, reason: reason, detail: "bad file") }
        return FileOutcome(file: file, reason: .unreadable, detail: "it is not there")
    }

    /// Why a slice cannot be decoded; nil where it can.
    fileprivate func miss(of source: SliceSource) -> FileOutcome? {
        guard let instance = instances[source.file] else { return refusal(of: source.file) }
        if undecodable.contains(source.file) {
            return FileOutcome(
                file: source.file, reason: missReasons[source.file] ?? .pixelDataIncomplete, detail: "too short")
        }
        if let pixels = instance.pixels, pixels.rows != source.rows || pixels.columns != source.columns {
            return FileOutcome(file: source.file, reason: .attributeInvalid, detail: "it has another size")
        }
        return nil
    }

    /// A text that stands for the encoded pixels of a file; nil where there is no such instance.
    fileprivate func encodedPixels(of file: String) -> String? {
        guard instances[file] != nil else { return nil }
        return pixels[file].map { "\($0.hounsfield)" } ?? "\(thousandths[file] ?? 500)"
    }

    /// The lowest value first, then the probability; nothing, or air, otherwise.
    fileprivate func madePixels(of source: SliceSource) -> [Int16] {
        var pixels = [Int16](repeating: 0, count: source.rows * source.columns)
        pixels[0] = lowestHUOfFiles[source.file] ?? lowestHU
        pixels[1] = Int16(thousandths[source.file] ?? 500)
        if airy.contains(source.file) {
            for row in 2..<6 { for column in 2..<6 { pixels[row * source.columns + column] = -800 } }
        }
        return pixels
    }
}

extension InMemoryStudyReader.Pixels {
    fileprivate func treated(_ padding: PaddingTreatment) -> [Int16] {
        switch padding {
        case .keep: hounsfield
        case .air: zip(hounsfield, isPadding).map { $1 ? -1024 : $0 }
        case .mask: isPadding.map { $0 ? 1 : 0 }
        }
    }

    fileprivate func facts(of source: SliceSource) -> DecodedSlice {
        func values(padding: Bool) -> [Int] {
            zip(hounsfield, isPadding).filter { $1 == padding }.map { Int($0.0) }
        }
        let (kept, others) = (values(padding: true), values(padding: false))
        let paddingHU: ClosedRange<Int>? =
            if let smallest = kept.min(), let largest = kept.max() { smallest...largest } else { nil }
        return DecodedSlice(
            source: source, clampedPixels: 0, paddingPixels: kept.count, paddingHU: paddingHU,
            smallestHU: others.min(), largestHU: others.max())
    }
}
