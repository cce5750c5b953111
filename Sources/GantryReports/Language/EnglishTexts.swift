import GantryCore

/// The pages' texts in English.
///
/// `{name}` is a hole. Of a text that is counted there are two forms, with a bar between them: the first of one, the
/// second of every other number, which stands in the hole `count`.
enum EnglishTexts: LanguageTexts {
    static let decimalSign = "."

    static func text(_ text: ReportText) -> String {
        switch text {
        // Everywhere
        case .notice: Notice.text
        case .sheetNumber: "page {page} of {pages}"
        case .notGiven: "not given"
        case .none: "none"
        case .undated: "undated"
        case .noDescription: "no description"
        case .moment: "{day} {time} UTC"
        case .minute: "{day} at {time} UTC"
        case .range: "{lower} to {upper}"
        case .slices: "{count} slice|{count} slices"
        case .notANumber: "not a number"
        case .deidentified: Deidentification.sentence
        case .momentLeftOut: "[date left out]"

        // Who
        case .nameNotGiven: "Name not given"
        case .patientID: "Patient ID"
        case .birthDate: "Birth date"
        case .birthDateAndAge: "{date} ({count} y at study)|{date} ({count} y at study)"
        case .sex: "Sex"
        case .female: "female"
        case .male: "male"
        case .otherSex: "other"
        case .headID: "ID {id}"
        case .headBorn: "born {date}"
        case .headNoID: "no patient ID"
        case .headStudy: "CT study {when}"
        case .headUndatedStudy: "CT study undated"
        case .headAccession: "accession number {number}"
        case .headRevision: "revision {revision}"
        case .headFailed: "the study failed since"

        // Failed since
        case .failedThis: "This study failed on {when}:"
        case .failedOf: "The study of {date} failed on {when}:"
        case .failedOfDescribed: "The study of {date}, {description}, failed on {when}:"
        case .failedUndated: "The undated study failed on {when}:"
        case .failedUndatedDescribed: "The undated study, {description}, failed on {when}:"
        case .standsHere: "What follows is revision {revision}, judged on {when}, from what lay there then."
        case .standsBelow:
            "What is shown of it below is revision {revision}, judged on {when}, from what lay there then."

        // The study
        case .studyTitle: "CT report {date} \u{2013} {name}"
        case .studyReport: "CT study report"
        case .allStudies: "All studies of this patient"
        case .studyDate: "Study date"
        case .description: "Description"
        case .accessionNumber: "Accession number"
        case .revisionJudged: "Revision {revision}, judged {moment}"
        case .newerRevision: "A newer revision ({revision}) of this study exists."
        case .otherRevision: "Revision {revision} of this study, judged {moment}: {verdict}."
        case .otherRevisionWithProbability:
            "Revision {revision} of this study, judged {moment}: {verdict}, probability {probability}."
        case .forPrograms: "The same in a form for programs: {file} ({schema})."

        // Verdict
        case .verdictOf: "Verdict for \u{201C}{class}\u{201D}"
        case .verdictBeforeFailure:
            "Verdict of revision {revision}, before the study failed, for \u{201C}{class}\u{201D}"
        case .positiveSummary: "The probability is at or above {threshold}, and no quality check failed."
        case .negativeSummary: "The probability is below {threshold}, and no quality check failed."
        case .indeterminateSummary: "This study has no clear answer. It must not be read as negative."
        case .probability: "Probability"
        case .interval: "interval {interval}"
        case .why: "Why"
        case .tooFewScored: "Too few slices were scored."
        case .betweenThresholds: "The probability lies between the thresholds {lower} and {upper}."
        case .noNumber: "Too few slices were scored to give the study a number."
        case .numberMeaning:
            "The network gives each scored slice a probability of \u{201C}{class}\u{201D}. The study\u{2019}s number "
                + "is the {rule}. It is the network\u{2019}s output, not the chance that this patient has the disease."
        case .numberMeaningOfLabels:
            "The network gives each scored slice a probability of \u{201C}{class}\u{201D}, one of {labels} labels, any "
                + "number of which may hold. The study\u{2019}s number is the {rule}. It is the network\u{2019}s "
                + "output, not the chance that this patient has the disease."
        case .intervalMeaning:
            "When the scored slices are drawn again at random, with replacement, 90 of 100 draws give a number within "
                + "the interval: it shows how much the result hangs on single slices. It is not a diagnostic "
                + "confidence interval."
        case .slicesScored: "Slices scored"
        case .slicesFrom: "Slices at or above {threshold}"
        case .slicesFromValue: "{number} ({percent} %)"
        case .longestRun: "Longest run of such slices"
        case .slicesUnlike: "Slices unlike the training data"
        case .scaleLabel:
            "Probability {probability} on a scale from 0 to 1: negative below {lower}, positive from {upper}"

        // Rules of aggregation
        case .highestProbability: "highest slice probability"
        case .meanOfHighest: "mean of the {number} highest slice probabilities"
        case .growingWithSpacing: "{rule} ({number} at {spacing} mm between slices, more where slices are thinner)"
        case .meanOfAll: "mean of all slice probabilities"
        case .percentile: "percentile {percentile} of the slice probabilities"
        case .noisyOr: "noisy-or: one minus the product of (1 \u{2212} p) over all scored slices"
        case .fractionPositive: "fraction of slices at or above {threshold}"

        // Slices
        case .slicesHeading: "Slices along the body"
        case .scoredOf: "{scored} of {slices} scored"
        case .slicesLine: "{scored}."
        case .slicesLineOfSeries: "{scored}; series of {geometry}."
        case .dotsKey: "scored slice, at or above / below {threshold}"
        case .pictureKey: "picture below, highest first"
        case .scoredKey: "scored"
        case .leftOutKey: "left out (no lung)"
        case .notReadableKey: "not readable"
        case .missingKey: "slices missing"
        case .noSlices: "No slice of this study reached the network."
        case .everySlice: "Every slice"
        case .everySliceSummary: "{scored}: all as a table"
        case .slice: "Slice"
        case .positionColumn: "Position, mm"
        case .lungColumn: "Lung in body"
        case .distanceColumn: "Distance to training data"
        case .outcomeColumn: "Outcome"
        case .instanceColumn: "SOP Instance UID"
        case .unlikeDistance: "{distance}, unlike"
        case .percent: "{number} %"

        // Geometry of a stack
        case .positions: "{count} position|{count} positions"
        case .spacing: "{distance} mm apart"
        case .spacingRange: "{distance} mm apart ({smallest} to {largest} mm)"
        case .nothingMissing: "no slice missing"
        case .irregularSpacing: "irregular spacing, no whole slice missing"
        case .missingSlices: "{count} slice missing in {gaps}|{count} slices missing in {gaps}"
        case .gaps: "{count} gap|{count} gaps"
        case .tilt: "tilt {degrees}\u{B0}"

        // Charts
        case .sliceChartLabel: "Probability of each of {scored} scored slices among {all} along the body"
        case .missingInGap: "{count} missing|{count} missing"
        case .sliceDot: "Slice {number}, {position} mm: {probability}"
        case .sliceStrip: "Slice {number}: {reason}"
        case .sliceRunStrip: "Slices {first} to {last}: {reason}"
        case .pictureFlag: "Picture {rank}, slice {number}"
        case .probabilityAxis: "probability"
        case .feet: "feet"
        case .head: "head"
        case .lower: "lower"
        case .higher: "higher"
        case .slicePositionAxis: "slice position, mm"
        case .positionAxis: "position, mm"
        case .studyPositiveFrom: "study positive from {threshold}"
        case .slicePositiveFrom: "slice positive from {threshold}"
        case .studyNegativeBelow: "study negative below {threshold}"
        case .trendLabel: "Probability of {number} studies over time"
        case .positiveFrom: "positive from {threshold}"
        case .negativeBelow: "negative below {threshold}"
        case .trendStudy: "Study of {date}"
        case .studyDateAxis: "study date"

        // Pictures
        case .picturesHeading: "Slices with the highest probability"
        case .edgeLetters:
            "Letters at the edges: R right, L left, A anterior, P posterior, H head, F feet of the patient."
        case .showMaps: "Show where the network looked"
        case .mapColours: "colours from dark blue to yellow"
        case .mapMeaning:
            "Colour marks what speaks for \u{201C}{class}\u{201D} in the network\u{2019}s last stage (Grad-CAM), on a "
                + "grid of {rows} x {columns} parts: it says roughly where, and nothing of why. All slices of this "
                + "study share the scale, in units of the network\u{2019}s output before it becomes a probability."
        case .noPictures: "No pictures were kept for this study."
        case .picturesWithText:
            "No picture is shown: the images say that text is burnt into them, which may name the patient."
        case .picturesPerhapsWithText:
            "No picture is shown: the images are not known to be free of text burnt into them, which may name the "
                + "patient."
        case .picturePlace: "Slice {number} of {all}"
        case .pictureAlternative: "{place}, axial CT picture"
        case .picturePosition: "position {position} mm"
        case .pictureWindow: "window C {center} / W {width} HU"
        case .pictureWindowFunction: "window C {center} / W {width} HU ({function})"
        case .outsideBody: "{percent} % of the map outside the body"
        case .inNumber: "in the study\u{2019}s number"
        case .notInNumber: "not in the study\u{2019}s number"
        case .numberOfAll: "The study\u{2019}s number comes from all {number} scored slices."
        case .numberOfOne: "The study\u{2019}s number is that of this slice."
        case .numberOfFirst: "The study\u{2019}s number is that of the first; the others come next."
        case .numberOfThese: "The study\u{2019}s number is the mean of these {number}."
        case .numberOfFirstOnes: "The study\u{2019}s number is the mean of the first {number}; the others come next."
        case .numberOfMoreThanOne:
            "The study\u{2019}s number is the mean of the {number} highest slices; the first of them is shown."
        case .numberOfMoreThanShown:
            "The study\u{2019}s number is the mean of the {number} highest slices; the first {shown} of them are shown."

        // Quality
        case .qualityHeading: "Quality findings"
        case .makesIndeterminate: "Makes indeterminate"
        case .noted: "Noted"
        case .nothingNoticed: "Nothing was noticed: slices are complete, evenly spaced and readable."

        // Series
        case .seriesHeading: "Series of the study"
        case .noSeries: "No series was found."
        case .seriesName: "Series {number}: {description}"
        case .images: "Images"
        case .thickness: "Thickness, mm"
        case .spacingColumn: "Spacing, mm"
        case .kernel: "Kernel"
        case .chosen: "Chosen"
        case .triedAndLeft: "Tried and left: {reason}"
        case .suitable: "Suitable, rank {rank}"
        case .notSuitable: "Not suitable"
        case .rules: "{count} rule|{count} rules"
        case .rulesPassed: "{passed} of {rules} passed"
        case .rule: "Rule"
        case .expected: "Expected"
        case .ruleFound: "Found"
        case .passed: "Passed"
        case .yes: "\u{2713} yes"
        case .no: "\u{2717} no"
        case .measured: "Measured: {geometry}."
        case .enclosedAir: "Air enclosed by the body: {volume} ml."
        case .equipment: "Equipment: {equipment}."
        case .transferSyntax: "Transfer syntax: {names}."
        case .kilovolts: "{voltage} kVp"
        case .patientPosition: "position {position}"

        // Files
        case .filesHeading: "Files"
        case .filesScored: "{number} scored"
        case .filesSkipped: "{number} skipped"
        case .filesRejected: "{number} rejected"
        case .filesSeen: "{number} seen"
        case .filesMeaning:
            "Skipped files are sound and not what the pipeline looks at. Something is wrong with rejected ones."
        case .filesOfReason: "Files: {reason}"
        case .file: "File"
        case .fileFound: "What was found"
        case .noFiles: "No file was recorded for this study."

        // Provenance
        case .provenanceHeading: "Where the numbers come from"
        case .software: "Software"
        case .pipeline: "Pipeline"
        case .pipelineVersion: "{name}, version {version}"
        case .classes: "Classes"
        case .label: "Label"
        case .labels: "Labels"
        case .labelsApart: "{labels}; each has a probability of its own"
        case .aggregation: "Aggregation"
        case .thresholds: "Thresholds"
        case .thresholdsValue: "negative below {lower}, positive from {upper}; at least {slices}"
        case .scoredSlices: "{count} scored slice|{count} scored slices"
        case .processed: "Processed"
        case .processedValue: "{moment}, in {seconds} s"
        case .processedFromStore: "{moment}, in {seconds} s, scores taken from the store"
        case .arithmetic: "Arithmetic"
        case .temperature: "Temperature"
        case .temperatureValue: "{temperature}: the network's logits were divided by it"
        case .calibrationData: "Calibration data (SHA-256)"
        case .trainingData: "Training data"
        case .distanceNoProfile: "Distance not measured: the bundle does not say what its network was trained on."
        case .distanceNoSlice: "Distance not measured: no slice was scored."
        case .distanceLimit:
            "A slice beyond a distance of {limit} is unlike them (quantile {quantile} of {samples}); more than "
                + "{share} % such slices make a study indeterminate."
        case .validationSamples: "{count} validation sample|{count} validation samples"
        case .secondReader: "Second reader"
        case .secondReaderNone: "Not asked."
        case .secondReaderNoSlice: "No slice was read a second time."
        case .secondReaderNothing: "DCMTK was asked about {slices}, and nothing was compared."
        case .secondReaderAgain: "DCMTK read {slices} again: {parts}; no difference."
        case .secondReaderDiffering:
            "DCMTK read {slices} again: {parts}; {count} differs.|DCMTK read {slices} again: {parts}; {count} differ."
        case .comparedWholly: "{number} compared in attributes and every pixel"
        case .comparedPixels: "{number} compared in every pixel and those attributes that DCMTK reads"
        case .comparedAttributes: "{number} compared in attributes alone"
        case .comparedSomeAttributes: "{number} compared in those attributes alone that DCMTK reads"
        case .alsoWholly: "{number} in attributes and every pixel"
        case .alsoPixels: "{number} in every pixel and those attributes that DCMTK reads"
        case .alsoAttributes: "{number} in attributes alone"
        case .alsoSomeAttributes: "{number} in those attributes alone that DCMTK reads"
        case .notCompared: "{number} not compared"
        case .model: "Model (SHA-256)"
        case .scoringDigest: "Scoring digest"
        case .judgingDigest: "Judging digest"
        case .contentDigest: "Content digest"
        case .studyUID: "Study Instance UID"
        case .studyKey: "Study key"

        // The patient
        case .patientTitle: "CT studies \u{2013} {name}"
        case .patientReport: "CT studies of a patient"
        case .studyCount: "{count} study|{count} studies"
        case .trendHeading: "Probability over time"
        case .trendMeaning:
            "Each mark is a study, with its interval; the broken lines are the thresholds, positive from {upper} and "
                + "negative below {lower}. A change of the number is a change of the network\u{2019}s output, which "
                + "also hangs on the scan itself."
        case .otherThresholds:
            "The studies were judged by different thresholds; their probabilities have no line in common."
        case .otherNetworks:
            "The studies were judged by different networks or rules; their probabilities cannot be compared."
        case .studiesHeading: "Studies"
        case .date: "Date"
        case .study: "Study"
        case .verdict: "Verdict"
        case .revision: "Revision"
        case .report: "Report"
        case .accession: "Accession {number}"
        case .failedSince: "failed since: see above"
        case .openReport: "Open report"
        case .replaced: "replaced by a later revision"

        // Change since the study before
        case .changeHeading: "Change since the study before"
        case .comparedWith: "Compared with"
        case .lungInPositive: "Lung in positive slices"
        case .positiveSlices: "Positive slices"
        case .bandMeaning:
            "A difference is called {more} or {less} only beyond its band: what two scans of the same lungs, between "
                + "which nothing changed, differ by in 95 of 100 cases (95 % repeatability coefficient of this "
                + "pipeline). Within it there is {noClearChange}. A slice is positive from {limit} on. Lung is aerated "
                + "lung, in the part of the body that these slices stand for; their number is compared as the length "
                + "of that part."
        case .fromProbability: "a probability of {probability}"
        case .fromPipelineThreshold: "the threshold of its pipeline"
        case .noBand:
            "No band was measured for this pipeline, so that differences are not called more or less: {command} "
                + "measures it."
        case .noVolume:
            "Where the lung in positive slices is not known, the study was scored by a version of Gantry that did not "
                + "keep the area of lung on its slices, or the distance of these is not known."
        case .passedOver: "The study of {date} is passed over: {reason}."
        case .noDate: "no date"
        case .notKnown: "not known"
        case .was: "was {value}"
        case .band: "band {value}"
        case .millilitres: "{number} mL"
        case .millimetres: "{number} mm"
        case .lengthNotKnown: "length not known"
        case .sliceCountAndLength: "{number} ({length})"
        case .differentSpacing: "slices {spacing} mm apart, before {former} mm: lengths are compared"

        // Only printed
        case .maker: "Gantry {gantry}, pipeline {pipeline}, version {version}"
        case .printedPage: "Page {page} of {pages}"
        case .moreReasons:
            "{count} more below, under quality findings.|{count} more below, under quality findings."
        case .whereItLooked: "Where the network looked"
        case .morePictures: "The first {shown} of {all} are shown; the others are in report.html."
        case .comparedWithStudy: "Compared with the study of {date}."
        case .comparedWithNone: "Comparison: {reason}."
        case .bandInShort:
            "A difference is called {more} or {less} only beyond its band: what two scans of the same "
                + "lungs, between which nothing changed, differ by in 95 of 100 cases."
        case .noBandInShort:
            "No band was measured for this pipeline, so that differences are not called more or less."
        case .moreFindings:
            "{count} more finding in report.html and report.json.|{count} more findings in report.html and "
                + "report.json."
        case .seriesAndFiles: "Series and files"
        case .scoredSeries: "Scored series"
        case .otherSeries: "{count} other series in report.html.|{count} other series in report.html."
        case .elsewhere:
            "Every slice, series, rule and file, and every number in full: report.html and report.json of "
                + "study {key}."
        }
    }

    static func finding(_ finding: Finding) -> String {
        switch finding {
        case .negative: "Negative"
        case .indeterminate: "Indeterminate"
        case .positive: "Positive"
        }
    }

    static func zone(_ finding: Finding) -> String { finding.rawValue }

    static func quality(_ code: QualityFinding.Code) -> String {
        switch code {
        case .missingSlices: "Slices are missing"
        case .unreadableSlices: "Slices could not be read"
        case .irregularSpacing: "Irregular slice spacing"
        case .acquisitionConflict: "More than one image at one position"
        case .tooFewSlices: "Too few slices scored"
        case .takenUnsettled: "Taken before the study was complete"
        case .tiltedGantry: "Tilted gantry"
        case .lossyCompression: "Lossy compression"
        case .clampedValues: "Hounsfield values out of range"
        case .strayBits: "Pixels with bits that mean nothing"
        case .wrappedSamples: "Pixel values outside their range"
        case .missingEndMarker: "Compressed data without an end mark"
        case .numberOfFramesZero: "A file says that it holds no image"
        case .rescaleDiffers: "Two conversions to Hounsfield units"
        case .betweenThresholds: "Probability between the thresholds"
        case .rejectedFiles: "Files were rejected"
        case .patientConflict: "Files name another patient"
        case .slicesWithdrawn: "Slices of an earlier revision are not here"
        case .notAChest: "Too little air for a chest"
        case .seriesContinues: "Another series goes on where this one ends"
        case .sparseSlices: "Much is left out between the slices"
        case .secondOpinionDiffers: "A second reader reads it differently"
        case .mapOutsideBody: "The network looked outside the body"
        case .unlikeTraining: "Unlike what the network was trained on"
        }
    }

    static func reason(_ reason: FileReason) -> String { reason.heading }

    static func disposition(_ disposition: FileDisposition) -> String { disposition.rawValue }

    static func rule(_ rule: RuleName) -> String { rule.rawValue }

    static func precision(_ precision: Precision) -> String {
        switch precision {
        case .f32: "32-bit floating point (f32)"
        case .bf16: "16-bit floating point (bf16)"
        case .int8: "8-bit integers (int8)"
        }
    }

    static func left(_ reason: CandidateTrial.Reason) -> String {
        switch reason {
        case .nothingDecodable: "nothing could be decoded"
        case .notHounsfield: "no Hounsfield units"
        case .notAChest: "too little air for a chest"
        }
    }

    static func absence(_ absence: Progression.Absence) -> String {
        switch absence {
        case .firstStudy: "the first study"
        case .undated: "with none: it has no date, and what came before it is not known"
        case .nothingScored: "with none: no slice of it was scored"
        case .nothingComparable: "with none"
        }
    }

    static func obstacle(_ obstacle: Progression.Obstacle) -> String {
        switch obstacle {
        case .otherBundle: "it was judged by another network or other rules"
        case .nothingScored: "no slice of it was scored"
        case .orderUnknown: "it is of the same day, and which came first is not known"
        }
    }

    static func reservation(_ reservation: Progression.Reservation) -> String {
        switch reservation {
        case .otherScanner: "Scanned by another make or model: not called more or less."
        case .scannerUnknown: "Whether the scanner was the same is not known: not called more or less."
        case .doubtful: "This study is incomplete or doubtful: not called more or less."
        case .previousDoubtful: "The study before is incomplete or doubtful: not called more or less."
        case .failedSince: "This study failed since: not called more or less."
        case .previousFailedSince: "The study before failed since: not called more or less."
        }
    }

    static func change(_ change: Progression.Change) -> String {
        switch change {
        case .more: "more"
        case .less: "less"
        case .noClearChange: "no clear change"
        case .notMeasured: "no band measured"
        case .notCalled: "not called"
        case .unknown: "change not known"
        }
    }
}
