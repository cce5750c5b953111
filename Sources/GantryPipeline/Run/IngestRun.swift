import GantryCore

/// Everything below some paths, once: list, read headers, group, queue, work until the queue is empty.
public struct IngestRun: Sendable {
    private let environment: RunEnvironment
    private let list: FileLister

    /// A run in `environment`, whose files `list` finds.
    public init(_ environment: RunEnvironment, list: @escaping FileLister) {
        self.environment = environment
        self.list = list
    }

    /// Does it. Blocks; ends early after `RunEnvironment.requestStop`.
    ///
    /// With `studies` nothing else below the paths is taken, or said a word about; those that are not there, also for
    /// want of a path, are the summary's `absentStudies`.
    public func run(paths: [String], only studies: Set<UID>? = nil) -> RunSummary {
        var summary = RunSummary()
        let runner = StudyRunner(environment, waitsForDisk: false)
        defer { environment.reader.endPreparation() }
        do {
            var found = try scan(try listings(of: paths, allOfThem: studies == nil), into: &summary)
            if let studies {
                found.removeAll { !studies.contains($0.study.studyInstanceUID) }
                summary.strayFiles = []
                summary.unreadableFolders = []
                // A stop leaves headers unread.
                if environment.stop.stopped == nil {
                    summary.absentStudies = studies.subtracting(found.map(\.study.studyInstanceUID))
                }
            }
            note(summary)
            try runner.recover()
            for input in found where environment.stop.stopped == nil { try runner.submit(input) }
            runner.close()
            runner.run()
        } catch let fault as InputFaultError {
            summary.inputFault = fault.fault
        } catch let fault as StoreFault {
            environment.requestStop(.storeFault(fault))
        } catch {
            // Nothing else is thrown above; were it, the run must not look like a success.
            environment.requestStop(
                .storeFault(StoreFault(.inputOutput, subject: "run", explanation: String(describing: error))))
        }
        return runner.complete(summary)
    }

    private func note(_ summary: RunSummary) {
        if !summary.strayFiles.isEmpty { environment.observer.note(.filesEnded(summary.strayFiles)) }
        for folder in summary.unreadableFolders { environment.observer.note(.folderUnreadable(folder)) }
    }

    private struct InputFaultError: Error {
        var fault: InputFault
    }

    /// One listing a root, no file twice: the same file may be below several of the paths. Unless it has to be
    /// `allOfThem`, paths that cannot be listed are passed over.
    private func listings(of paths: [String], allOfThem: Bool) throws(InputFaultError) -> [FileListing] {
        var listings: [FileListing] = []
        var seen: Set<String> = []
        for path in paths {
            var listing: FileListing
            do {
                listing = try list(path)
            } catch {
                guard allOfThem else { continue }
                throw InputFaultError(fault: .listing(error))
            }
            listing.files.removeAll { !seen.insert(RelativePath.joined(listing.root, $0)).inserted }
            listing.outcomes.removeAll { !seen.insert(RelativePath.joined(listing.root, $0.file)).inserted }
            if let index = listings.firstIndex(where: { $0.root == listing.root }) {
                listings[index].files += listing.files
                listings[index].outcomes += listing.outcomes
            } else {
                listings.append(listing)
            }
        }
        return listings
    }

    private func scan(_ listings: [FileListing], into summary: inout RunSummary) throws(InputFaultError) -> [StudyInput]
    {
        let all = listings.reduce(0) { $0 + $1.files.count }
        let control = WorkControl(environment)
        var done = 0
        var inputs: [StudyInput] = []
        for listing in listings {
            var instances: [SOPInstance] = []
            var outcomes = listing.outcomes
            var rest = listing.files[...]
            while !rest.isEmpty {
                let batch = Array(rest.prefix(max(1, environment.settings.scanBatch)))
                rest = rest.dropFirst(batch.count)
                let before = done
                do {
                    let result = try environment.reader.scan(root: listing.root, files: batch) { read in
                        environment.observer.note(.scanned(files: before + read, of: all))
                        // The scan's own child has started: the first answer is there.
                        if before + read == 1 { environment.reader.prepareReading() }
                        return control.ask()
                    }
                    // A stop leaves headers unread; half a study must not be judged.
                    guard let result else { return [] }
                    instances += result.instances
                    outcomes += result.outcomes
                } catch {
                    throw InputFaultError(fault: .reader(error))
                }
                done += batch.count
                environment.observer.note(.scanned(files: done, of: all))
            }
            let scanned = ScannedStudies(
                instances: instances, outcomes: outcomes, root: listing.root, shown: listing.shown)
            summary.strayFiles += scanned.stray
            summary.unreadableFolders += scanned.unreadable
            inputs = StudyInput.merging(inputs, scanned.inputs)
        }
        return inputs
    }
}
