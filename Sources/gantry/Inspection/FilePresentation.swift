import GantryCore

/// One file for a person: what the header says, what the pixels became, and which rules it fails by itself.
struct FilePresentation {
    let file: InspectedFile
    /// The decisions about the study that this one file makes.
    let decisions: [SeriesDecision]
    let terminal: Terminal

    func show() {
        let size = file.sizeBytes.map { "  \(Presentation.grouped($0)) bytes" } ?? ""
        let path = file.path.printable.tail(max(20, terminal.columns - size.count))
        terminal.line(terminal.painted(path, .bold) + size + "\n")
        if let instance = file.instance {
            identify(instance)
            if let description = instance.pixels { describe(description) }
            describe(instance.frames)
            terminal.line()
        }
        if let outcome = file.outcome {
            failure("\(outcome.reasonInWords): \(outcome.detail)")
        } else {
            showPixels()
            if let opinion = file.secondOpinion { show(opinion) }
            showRules()
        }
    }

    /// One fact, its name in a column of its own.
    private func fact(_ name: String, _ text: String) {
        for (index, part) in text.printable.wrapped(terminal.columns - 16).enumerated() {
            terminal.line(terminal.painted((index == 0 ? name : "").padded(16), .faint) + part)
        }
    }

    private func failure(_ sentence: String) {
        for (index, part) in sentence.printable.wrapped(terminal.columns - 2).enumerated() {
            terminal.line((index == 0 ? terminal.painted("✗", .red) + " " : "  ") + part)
        }
    }

    // MARK: - The header

    private func identify(_ instance: SOPInstance) {
        let syntax = instance.transferSyntax
        fact("object", "\(SOPClass.name(of: instance.sopClassUID.value)) (\(instance.sopClassUID))")
        fact("transfer syntax", "\(syntax.name) (\(syntax.uid))" + (syntax.isLossy ? ", lossy" : ""))
        if instance.wasLossyCompressed {
            let ratio = instance.lossyCompressionRatio.map { ", \(Self.number($0)) to 1" } ?? ""
            fact("compressed", "with loss" + (syntax.isLossy ? "" : ", before it was stored like this") + ratio)
        }
        fact("SOP instance", instance.sopInstanceUID.value)
        fact("series", instance.seriesInstanceUID.value)
        fact("study", instance.studyInstanceUID.value)
        let number = instance.series.seriesNumber.map { "\($0)" } ?? "–"
        let description = instance.series.seriesDescription.map { " “\($0)”" } ?? ""
        let image = instance.instanceNumber.map { ", image \($0)" } ?? ""
        fact("numbers", "series \(number)\(description)\(image)")
        let scanner = [instance.series.manufacturer, instance.series.manufacturerModelName].compactMap(\.self)
        fact(
            "modality",
            ([instance.series.modality ?? "absent"] + (scanner.isEmpty ? [] : [scanner.joined(separator: " ")]))
                .joined(separator: ", "))
        if instance.hasBurnedInAnnotation { fact("burned-in text", "yes") }
    }

    private func describe(_ pixels: PixelDescription) {
        var text = "\(pixels.rows) rows, \(pixels.columns) columns"
        if pixels.numberOfFrames != 1 { text += ", \(pixels.numberOfFrames) frames" }
        if pixels.samplesPerPixel != 1 { text += ", \(pixels.samplesPerPixel) samples a pixel" }
        fact("pixels", text + ", \(pixels.photometricInterpretation)")
        let sign = pixels.isSigned ? "signed" : "unsigned"
        fact(
            "stored values",
            "\(pixels.bitsStored) of \(pixels.bitsAllocated) bits, \(sign), highest bit \(pixels.highBit)")
        if let padding = pixels.pixelPaddingValue {
            fact("padding", "\(padding)" + (pixels.pixelPaddingRangeLimit.map { " to \($0)" } ?? ""))
        }
    }

    /// What all frames share is said once; what differs, as how many there are of it.
    private func describe(_ frames: [ImageFrame]) {
        func shared<Value: Hashable>(
            _ name: String, _ value: KeyPath<ImageFrame, Value?>, of attributes: [String] = [],
            words: (Value) -> String
        ) {
            if let defects = frames.first?.defects(of: attributes) { return fact(name, defects) }
            let values = Set(frames.map { $0[keyPath: value] })
            if values.count > 1 {
                fact(name, "\(values.count) different ones in \(frames.count) frames")
            } else {
                fact(name, values.first.flatMap(\.self).map(words) ?? "absent")
            }
        }
        shared("image type", \.shownImageType) { $0 }
        shared("rescale", \.rescale, of: ["Rescale Slope", "Rescale Intercept"]) { rescale in
            "slope \(Self.number(rescale.rescaleSlope)), intercept \(Self.number(rescale.rescaleIntercept)), "
                + (rescale.rescaleType ?? "no type, which for CT means HU")
        }
        shared("slice thickness", \.sliceThicknessMillimetres, of: ["Slice Thickness"]) { "\(Self.number($0)) mm" }
        shared("pixel spacing", \.shownPixelSpacing, of: ["Pixel Spacing"]) { $0 }
        shared("orientation", \.shownOrientation, of: ["Image Orientation"]) { $0 }
        let positions = frames.compactMap(\.plane).map(\.imagePositionPatient)
        let corner = positions.first.map { "(\(Self.number($0.x)), \(Self.number($0.y)), \(Self.number($0.z))) mm" }
        let missing =
            frames.first?.defects(of: ["Image Position"]) ?? (frames.first?.plane == nil ? "not usable" : "absent")
        fact("position", (corner ?? missing) + (positions.count > 1 ? " in the first of \(positions.count)" : ""))
    }

    private static func number(_ value: Double) -> String {
        var text = value.written(decimals: 4)
        while text.contains("."), text.hasSuffix("0") || text.hasSuffix(".") {
            let wasPoint = text.hasSuffix(".")
            text.removeLast()
            if wasPoint { break }
        }
        return text
    }

    // MARK: - The second reader

    private func show(_ opinion: SecondOpinion) {
        fact("second reader", opinion.summary)
        for (sentence, _) in opinion.remarks { fact("", sentence) }
        for slice in opinion.differing {
            for difference in slice.differences {
                let frame = opinion.slices.count > 1 ? "frame \(slice.frameNumber): " : ""
                failure(
                    "\(frame)\(difference.attribute): Gantry reads \(difference.ours), DCMTK \(difference.theirs)")
            }
        }
    }

    // MARK: - The pixels and the rules

    private func showPixels() {
        guard let pixels = file.pixels else { return failure("has no image") }
        if pixels.decodedFrames > 0 {
            var text = pixels.decodedFrames == 1 ? "decodes" : "\(pixels.decodedFrames) frames decode"
            if let smallest = pixels.smallestHU, let largest = pixels.largestHU, let mean = pixels.meanHU {
                text += ": \(smallest) to \(largest) HU, mean \(mean.written(decimals: 1)) HU"
            } else {
                text += ": padding only"
            }
            if pixels.paddingPixels > 0 { text += "; \(Presentation.grouped(pixels.paddingPixels)) pixels are padding" }
            if pixels.clampedPixels > 0 {
                text += "; \(Presentation.grouped(pixels.clampedPixels)) pixels are clamped to 16 bits"
            }
            for remark in pixels.remarks { text += "; " + Presentation.words(for: remark) }
            for (index, part) in text.wrapped(terminal.columns - 2).enumerated() {
                terminal.line((index == 0 ? terminal.painted("✓", .green) + " " : "  ") + part)
            }
        }
        // Frames that fail in the same way are said once.
        var order: [String] = []
        var frames: [String: [Int]] = [:]
        for failed in pixels.failures {
            let sentence = "\(failed.reason.words): \(failed.detail)"
            if frames[sentence] == nil { order.append(sentence) }
            frames[sentence, default: []].append(failed.frameNumber)
        }
        for sentence in order.prefix(3) {
            let numbers = frames[sentence] ?? []
            let isOne = file.instance.map { $0.frames.count > 1 } != true
            let more = numbers.count > 1 ? " (and \(numbers.count - 1) more like it)" : ""
            failure((isOne ? "" : "frame \(numbers[0]) ") + "does not decode: " + sentence + more)
        }
        let rest = order.dropFirst(3).reduce(0) { $0 + (frames[$1]?.count ?? 0) }
        if rest > 0 { failure("and \(counted(rest, "further frame"))") }
    }

    /// Rules that say something about one image; how many there must be is no matter here.
    private func showRules() {
        for decision in decisions {
            let failed = decision.rules.filter { !$0.passed && $0.rule != .slices }
            if let first = failed.first {
                failure("rule “\(first.rule.rawValue)”: \(first.measured); expected: \(first.expected)")
                let more = failed.count - 1
                if more > 0 {
                    terminal.line(
                        terminal.painted("  and \(counted(more, "further rule")) failed: --rules shows them", .faint))
                }
            } else {
                terminal.line(terminal.painted("✓", .green) + " passes every rule that looks at one image")
            }
        }
    }
}

extension ImageFrame {
    fileprivate var shownImageType: String? { imageType.isEmpty ? nil : imageType.joined(separator: "\\") }

    fileprivate var shownPixelSpacing: String? {
        plane.map {
            "\($0.rowSpacingMillimetres.written(decimals: 4)) mm between rows, "
                + "\($0.columnSpacingMillimetres.written(decimals: 4)) mm between columns"
        }
    }

    /// `axial (rows towards L, columns towards P)`.
    fileprivate var shownOrientation: String? {
        plane.map { plane in
            let normal = plane.normal
            let names = [(normal.x, "sagittal"), (normal.y, "coronal"), (normal.z, "axial")]
            let name = names.first { abs($0.0) >= 0.9 }?.1 ?? "oblique"
            let letters = PatientOrientation(plane)
            return "\(name): to the right \(letters.right), down \(letters.bottom)"
        }
    }
}
