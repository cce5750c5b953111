import Foundation
import Testing

extension EndToEnd {
    @Suite struct `A run that is killed` {
        /// A moment of a run, as something that is seen from outside.
        enum Moment: CustomTestStringConvertible, CaseIterable {
            case readingHeaders
            case firstSlices
            case thirdStudyBegun
            case studyJudged
            case secondStudyJudged

            var testDescription: String { "\(self)" }

            /// Starts the run and returns when the moment has come; false where the run ended before.
            func reached(_ folder: RunFolder) throws -> (RunningProcess, Bool) {
                let json = self == .studyJudged || self == .secondStudyJudged
                let process = try Executable.start(folder.ingest(json: json), watching: json ? .output : .terminal)
                return switch self {
                case .readingHeaders: (process, process.waits(for: "reading headers"))
                case .firstSlices: (process, process.waits(for: "slice "))
                // The bar is drawn anew for each study: no study is done within a tenth of a second.
                case .thirdStudyBegun: (process, process.waits(for: "study 3/3"))
                case .studyJudged: (process, process.waits(for: "\"end\":\"judged\""))
                case .secondStudyJudged: (process, process.waits(for: "\"end\":\"judged\"", times: 2))
                }
            }
        }

        /// The reports of a run that nobody disturbed.
        private static let undisturbed = Result<[String: JSON], any Error> {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let end = try Executable.run(folder.ingest())
                try #require(end.status == 0, "\(end.description)")
                return try folder.comparableReports()
            }
        }

        private func expectAsUndisturbed(_ folder: RunFolder) throws {
            let end = try Executable.run(folder.ingest())
            #expect(end.status == 0, "\(end.description)")
            let expected = try Self.undisturbed.get()
            #expect(expected.count == 3)
            #expect(try folder.comparableReports() == expected)
            for summary in try folder.status() {
                #expect(summary["state"].text == "done" && summary["revision"].integer == 1)
                let page = "patients/\(summary["patientKey"].key)/\(summary["studyKey"].key)/report.html"
                #expect(folder.output.appending(path: page).exists)
                let study = try folder.status(of: summary["studyKey"].key)
                #expect(study["audit"].list.count { $0["event"].text == "judged" } == 1)
            }
            #expect(!folder.output.everythingBelow.contains { $0.hasSuffix(".tmp") || $0.contains("/.") })
        }

        @Test(arguments: Moment.allCases)
        func `at any moment and run again ends with the same verdicts, none twice`(moment: Moment) throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let (process, isReached) = try moment.reached(folder)
                #expect(isReached)
                process.send(SIGKILL)
                #expect(try process.finish().status == 128 + SIGKILL)
                try expectAsUndisturbed(folder)
            }
        }

        @Test func `again and again on one store ends with the same verdicts, none twice`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                var killed = 0
                for moment in [Moment.readingHeaders, .firstSlices, .studyJudged, .firstSlices] {
                    let (process, _) = try moment.reached(folder)
                    process.send(SIGKILL)
                    if try process.finish().status == 128 + SIGKILL { killed += 1 }
                    // What a killed run leaves can be looked at.
                    let status = try Executable.run(["status", "--store", folder.store.path])
                    #expect(status.status == 0, "\(status.description)")
                }
                #expect(killed >= 3)
                try expectAsUndisturbed(folder)
            }
        }

        @Test(arguments: [(SIGTERM, Int32(143)), (SIGINT, Int32(130))])
        func `by a signal it can hear hands its studies back within 30 s`(signal: Int32, status: Int32) throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let (process, isReached) = try Moment.firstSlices.reached(folder)
                #expect(isReached)
                let asked = ContinuousClock.now
                process.send(signal)
                let end = try process.finish()
                #expect(ContinuousClock.now - asked < .seconds(30))
                #expect(end.status == status, "\(end.description)")
                #expect(end.output.contains("handed back"))
                let summaries = try folder.status()
                #expect(summaries.count == 3)
                #expect(summaries.contains { $0["state"].text == "queued" })
                for summary in summaries where summary["state"].text != "done" {
                    #expect(summary["state"].text == "queued" && summary["retryAt"] == .null)
                    let study = try folder.status(of: summary["studyKey"].key)
                    #expect(
                        study["attempts"].list.allSatisfy { $0["outcome"].text == "released" }, "\(study["attempts"])")
                }
                try expectAsUndisturbed(folder)
            }
        }

        @Test func `by a second signal ends at once`() throws {
            try RunFolder.use { folder in
                try SmallStudies.copy(to: folder.input)
                let (process, isReached) = try Moment.firstSlices.reached(folder)
                #expect(isReached)
                process.send(SIGTERM)
                #expect(process.waits(for: "Once more to end at once"))
                process.send(SIGTERM)
                #expect(try process.finish().status == 143)
                try expectAsUndisturbed(folder)
            }
        }
    }
}
