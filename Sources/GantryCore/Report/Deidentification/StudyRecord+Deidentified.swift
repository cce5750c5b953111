extension StudyRecord {
    /// This record without what leads to its patient: what every report without identity is made from.
    ///
    /// - Names, numbers, dates and every text of the images are gone, and those of Gantry's own that may quote them: a
    ///   code's sentence stands in their place. What stays of the images is their geometry and make and model of the
    ///   scanner.
    /// - Keys, UIDs and paths are replaced by `pseudonyms`; the patient's key stands for the Patient ID.
    /// - A moment is `Timestamp.leftOut`; how long the analysis took is kept.
    /// - Pictures go where text in them may name somebody (`WithheldPictures`).
    /// - What names program, pipeline and model is kept.
    ///
    /// **Source** PS3.15 annex E.
    public func deidentified(by pseudonyms: any Pseudonyms) -> StudyRecord {
        let withheld = result.withheldPictures
        var other = StudyRecord(
            studyKey: pseudonyms.key(for: studyKey), patientKey: pseudonyms.key(for: patientKey),
            studyInstanceUID: pseudonyms.uid(for: studyInstanceUID), patient: Patient(), study: StudyAttributes(),
            revision: revision, judgedAt: .leftOut,
            result: result.deidentified(by: pseudonyms, showsPictures: withheld == nil))
        other.patient.patientID = other.patientKey.value
        other.preceding = preceding.map {
            PrecedingRevision(
                revision: $0.revision, contentDigest: pseudonyms.digits(for: $0.contentDigest),
                scoringDigest: $0.scoringDigest, judgingDigest: $0.judgingDigest)
        }
        other.failedSince = failedSince.map {
            StudyFailureSince(at: .leftOut, code: $0.code, detail: $0.code.sentence)
        }
        other.deidentification = Deidentification(withheldPictures: withheld)
        return other
    }
}

extension StudyResult {
    fileprivate func deidentified(by pseudonyms: any Pseudonyms, showsPictures: Bool) -> StudyResult {
        var verdict = verdict
        verdict.findings = verdict.findings.map {
            QualityFinding(code: $0.code, isFailure: $0.isFailure, detail: $0.code.sentence)
        }
        return StudyResult(
            verdict: verdict, seriesDecisions: seriesDecisions.map { $0.deidentified(by: pseudonyms) },
            slices: slices.map { slice in
                var slice = slice
                slice.sopInstanceUID = pseudonyms.uid(for: slice.sopInstanceUID)
                return slice
            },
            files: files.map {
                FileOutcome(file: pseudonyms.digits(for: $0.file), reason: $0.reason, detail: "")
            },
            keyPictures: showsPictures ? keyPictures : [], provenance: provenance.deidentified(by: pseudonyms),
            secondOpinion: secondOpinion.map { opinion in
                SecondOpinion(
                    extent: opinion.extent, slices: opinion.slices.map { $0.deidentified(by: pseudonyms) })
            },
            source: source?.deidentified(by: pseudonyms))
    }
}

extension SeriesDecision {
    fileprivate func deidentified(by pseudonyms: any Pseudonyms) -> SeriesDecision {
        var other = self
        other.seriesInstanceUID = pseudonyms.uid(for: seriesInstanceUID)
        // `stack 1 of 2 (Stack ID 1)`: what is in brackets comes from the images.
        other.part = part?.prefixMatch(of: /(?:stack|phase|part) [0-9]+ of [0-9]+/).map { String($0.output) }
        other.attributes = attributes.deidentified
        other.rules = rules.map {
            RuleOutcome(
                rule: $0.rule, expected: $0.expected, measured: Deidentification.leftOut, passed: $0.passed)
        }
        other.trial?.detail = Deidentification.leftOut
        other.transferSyntaxes = transferSyntaxes.filter { TransferSyntax.names[$0.uid] != nil }
        let failed = rules.filter { !$0.passed }.map(\.rule.rawValue)
        other.reason =
            if isChosen {
                "It was chosen."
            } else if trial?.left != nil {
                "It was tried and left."
            } else if failed.isEmpty {
                "It passes every rule."
            } else {
                "It does not pass: \(failed.joined(separator: ", "))."
            }
        return other
    }
}

extension SliceOpinion {
    fileprivate func deidentified(by pseudonyms: any Pseudonyms) -> SliceOpinion {
        SliceOpinion(
            sopInstanceUID: pseudonyms.uid(for: sopInstanceUID), frameNumber: frameNumber, compared: compared,
            unreadAttributes: unreadAttributes, remark: remark.map { _ in Deidentification.leftOut },
            differences: differences.map {
                Difference(
                    attribute: $0.attribute, ours: Deidentification.leftOut, theirs: Deidentification.leftOut)
            })
    }
}

extension Provenance {
    fileprivate func deidentified(by pseudonyms: any Pseudonyms) -> Provenance {
        var other = self
        // Whoever has the images can make the digest of their UIDs and pixels.
        other.contentDigest = pseudonyms.digits(for: contentDigest)
        let milliseconds = finishedAt.millisecondsSince1970 &- startedAt.millisecondsSince1970
        other.startedAt = .leftOut
        other.finishedAt = Timestamp(millisecondsSince1970: max(0, milliseconds))
        return other
    }
}

extension StudySource {
    fileprivate func deidentified(by pseudonyms: any Pseudonyms) -> StudySource {
        var attributes = SourceAttributes()
        attributes.lossyImageCompressionMethod = self.attributes.lossyImageCompressionMethod.flatMap {
            LossyCompression.methods.contains($0) ? $0 : nil
        }
        return StudySource(
            attributes: attributes,
            images: images.map { image in
                var image = image
                image.seriesInstanceUID = pseudonyms.uid(for: image.seriesInstanceUID)
                image.frameOfReferenceUID = image.frameOfReferenceUID.map { pseudonyms.uid(for: $0) }
                return image
            }, minutesAheadOfUTC: 0)
    }
}
