import GantryCore

/// What the parent requires of an answer before it believes it. The child may have been taken over by a file.
extension ReaderAnswer {
    /// Whether this can be the answer to `request`, with every number in the range its attribute allows.
    package func fits(_ request: ReaderRequest) -> Bool {
        switch (self, request.task) {
        case (.instance(let instance), .header):
            instance.file == request.file && instance.hasNumbersInRange
        case (.pixelDigest(let digest), .pixelDigest):
            Hexadecimal.isLowerCase(digest, digits: 64)
        case (.slice(let facts), .slice(let source, _, _)):
            facts.areInRange(pixels: source.rows * source.columns)
        case (.opinion(let opinion), .secondOpinion(let address)):
            opinion.sopInstanceUID == address.sopInstanceUID && opinion.frameNumber == address.frameNumber
                && opinion.isPlausible
        case (.failed(let reason, _), _):
            reason.canComeFromReader
        default:
            false
        }
    }

    /// A sentence of the child without control characters, 300 characters at most.
    package static func cleaned(_ detail: String) -> String {
        String(String.UnicodeScalarView(detail.unicodeScalars.prefix(300).filter { $0.value >= 32 && $0.value != 127 }))
    }

}

extension FileReason {
    /// Whether one file alone can have this end: not those that other files, a pipeline or the parent decide.
    fileprivate var canComeFromReader: Bool {
        switch self {
        case .scored, .seriesNotChosen, .sliceNotSelected, .duplicateInstance, .supersededAtPosition, .patientConflict,
            .instanceConflict, .damagedCopy, .readerDied, .readerTimedOut, .studyNotJudged:
            false
        case .notCTImage, .directoryRecord, .symbolicLink, .notRegularFile, .notDICOM, .unreadable, .damaged,
            .attributeMissing, .attributeInvalid, .transferSyntaxUnsupported, .contentUnsupported,
            .pixelDataIncomplete, .notHounsfield, .limitExceeded:
            true
        }
    }
}

extension SliceOpinion {
    /// Differences or unread attributes of one slice at most: no more attributes are compared.
    fileprivate static let mostDifferences = 32

    /// Whether it says something that an opinion can say: nothing differs where nothing was compared, and what was not
    /// compared is remarked.
    fileprivate var isPlausible: Bool {
        guard max(differences.count, unreadAttributes.count) <= Self.mostDifferences else { return false }
        guard remark == nil else { return compared != .nothing || differences.isEmpty }
        return compared == .pixels && unreadAttributes.isEmpty
    }

    /// This with every text as `ReaderAnswer.cleaned` leaves it.
    package var cleaned: SliceOpinion {
        var opinion = self
        opinion.unreadAttributes = unreadAttributes.map(ReaderAnswer.cleaned)
        opinion.remark = remark.map(ReaderAnswer.cleaned)
        opinion.differences = differences.map {
            Difference(
                attribute: ReaderAnswer.cleaned($0.attribute), ours: ReaderAnswer.cleaned($0.ours),
                theirs: ReaderAnswer.cleaned($0.theirs))
        }
        return opinion
    }
}

extension SliceFacts {
    /// Whether counts lie within the slice, or within a file, and the extremes are ordered and could be rescaled 32-bit
    /// values.
    fileprivate func areInRange(pixels: Int) -> Bool {
        guard (0...pixels).contains(clampedPixels), (0...pixels).contains(paddingPixels),
            (0...(1 << 40)).contains(trailingBytes), remarks.values.allSatisfy({ (1...pixels).contains($0) })
        else { return false }
        let values = Int(Int32.min)...Int(Int32.max)
        guard (paddingHU != nil) == (paddingPixels > 0), paddingHU.map(values.contains) ?? true else { return false }
        switch (smallestHU, largestHU) {
        case (nil, nil): return true
        case (let smallest?, let largest?):
            return smallest <= largest && values.contains(smallest) && values.contains(largest)
        default: return false
        }
    }
}

extension SOPInstance {
    /// Whether no number lies outside what its attribute can hold, so that arithmetic on them cannot overflow.
    ///
    /// **Source** PS3.5 table 6.2-1: US is 0...65535, IS and SL are 32 bit.
    fileprivate var hasNumbersInRange: Bool {
        let ofFrames = frames.flatMap { [$0.acquisitionNumber, $0.temporalPosition] }
        let integers = ([instanceNumber, series.seriesNumber] + ofFrames).compactMap(\.self)
        guard integers.allSatisfy({ Int(exactly: Int32(truncatingIfNeeded: $0)) == $0 }) else { return false }
        guard frames.allSatisfy({ $0.plane?.isPlane ?? true }) else { return false }
        guard let pixels else { return true }
        let shorts = [
            pixels.rows, pixels.columns, pixels.samplesPerPixel, pixels.bitsAllocated, pixels.bitsStored,
            pixels.highBit,
        ]
        let paddings = [pixels.pixelPaddingValue, pixels.pixelPaddingRangeLimit].compactMap(\.self)
        return shorts.allSatisfy { (0...65535).contains($0) }
            && (0...Int(Int32.max)).contains(pixels.numberOfFrames)
            && paddings.allSatisfy { (-65536...65536 * 65536).contains($0) }
    }
}

extension SlicePlane {
    /// Whether this holds what its initialiser requires; decoding does not go through it.
    fileprivate var isPlane: Bool {
        SlicePlane(
            imagePositionPatient: imagePositionPatient, rowDirection: rowDirection, columnDirection: columnDirection,
            rowSpacingMillimetres: rowSpacingMillimetres, columnSpacingMillimetres: columnSpacingMillimetres) != nil
    }
}
