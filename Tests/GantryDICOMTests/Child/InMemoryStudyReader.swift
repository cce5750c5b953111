import GantryCore
import GantryGround

/// A `StudyReader` over a dictionary, for tests of what stands on the port.
struct InMemoryStudyReader: StudyReader {
    enum File: Sendable {
        case slice(MadeSlice)
        case broken(FileReason)
    }

    /// Folders by path, files by their path below.
    var folders: [String: [String: File]]

    private func folder(_ root: String) throws(ReaderFault) -> [String: File] {
        guard let files = folders[root] else {
            throw ReaderFault(.rootUnreadable, subject: root, explanation: "it is not there")
        }
        return files
    }

    private func outcome(_ file: String, _ entry: File?) -> FileOutcome {
        guard case .broken(let reason) = entry else {
            return FileOutcome(file: file, reason: .unreadable, detail: "it is not there")
        }
        return FileOutcome(file: file, reason: reason, detail: "made broken")
    }

    func scan(
        root: String, files: [String], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> ScanResult? {
        let folder = try folder(root)
        guard control(0) == .proceed else { return nil }
        var result = ScanResult(instances: [], outcomes: [])
        for (number, file) in files.enumerated() {
            if case .slice(let made) = folder[file], let uid = UID(made.uid), let ct = UID("1.2.840.10008.5.1.4.1.1.2"),
                let study = UID("1.2.3"), let series = UID("1.2.3.4")
            {
                result.instances.append(
                    SOPInstance(
                        file: file, sopInstanceUID: uid, sopClassUID: ct, studyInstanceUID: study,
                        seriesInstanceUID: series, transferSyntax: .explicitVRLittleEndian))
            } else {
                result.outcomes.append(outcome(file, folder[file]))
            }
            guard control(number + 1) == .proceed else { return nil }
        }
        return result
    }

    func contentDigest(
        root: String, slices: [SliceSource], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> String? {
        let folder = try folder(root)
        for done in 0...slices.count where control(done) == .stop { return nil }
        let entries = slices.map { source in
            source.sopInstanceUID.value + (Self.pixels(folder[source.file]).map { " " + $0 } ?? "") + "\n"
        }
        return SHA256.hash(Set(entries).sorted().joined().utf8).hexadecimal
    }

    func pixelDigests(
        root: String, files: [String], control: (Int) -> ReadControl
    ) throws(ReaderFault) -> [String?]? {
        let folder = try folder(root)
        for done in 0...files.count where control(done) == .stop { return nil }
        return files.map { file in
            Self.pixels(folder[file]).map { SHA256.hash($0.utf8).hexadecimal }
        }
    }

    private static func pixels(_ made: File?) -> String? {
        guard case .slice(let made) = made else { return nil }
        return "\(made.hounsfield(.keep))"
    }

    func read(
        root: String, slices: [SliceSource], padding: PaddingTreatment, control: (Int) -> ReadControl,
        into receiver: inout some SliceReceiver
    ) throws(ReaderFault) {
        let folder = try folder(root)
        for (number, source) in slices.enumerated() {
            guard control(number) == .proceed else { return }
            let answer: ReadControl
            if case .slice(let made) = folder[source.file], made.rows == source.rows, made.columns == source.columns {
                let values = made.hounsfield(padding)
                let kept = made.hounsfield(.keep)
                let others = kept.indices.filter { $0 % made.columns != 0 }.map { Int(kept[$0]) }
                let padding = Int(kept[0])...Int(kept[0])
                answer = receiver.receive(
                    DecodedSlice(
                        source: source, clampedPixels: 0, paddingPixels: made.rows, paddingHU: padding,
                        smallestHU: others.min(), largestHU: others.max()),
                    hounsfield: values.span)
            } else {
                answer = receiver.miss(source, outcome: outcome(source.file, folder[source.file]))
            }
            if answer == .stop { return }
        }
    }
}

extension StudyReader {
    /// The digest of all `slices`, without a stop.
    func contentDigest(root: String, slices: [SliceSource]) throws(ReaderFault) -> String {
        try contentDigest(root: root, slices: slices) { _ in .proceed } ?? ""
    }
}
