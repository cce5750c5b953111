import GantryCore

/// A study of the catalogue of samples and the case it stands for.
public struct PhantomSample: Sendable, Hashable {
    /// The study.
    public let study: PhantomStudy
    /// What it is a sample of, as a sentence for `README.md`.
    public let purpose: String

    fileprivate init(
        _ patient: PhantomPatient, seed: UInt64, _ severity: DiseaseSeverity?, _ purpose: String,
        _ change: (inout PhantomStudy) -> Void
    ) {
        var study = PhantomStudy(patient: patient, seed: seed, severity: severity)
        if severity == nil { study.confounderRate = 0 }
        change(&study)
        self.study = study
        self.purpose = purpose
    }
}

extension PhantomCatalogue {
    /// The sample studies, nine of six patients, each with the case it stands for.
    public static var samples: [PhantomSample] {
        // thin woman; heavy man; broad man; woman with contrast medium; very heavy man; woman with contrast medium
        let anatomySeeds: [UInt64] = [141, 122, 115, 104, 135, 120]
        let patients = anatomySeeds.enumerated().map { PhantomPatient(number: $0 + 1, anatomySeed: $1) }
        return [
            PhantomSample(
                patients[0], seed: 1101, .easy,
                "Positive: several large opacities. A localizer and a dose report lie in the study. JPEG-LS."
            ) { study in
                study.studyDate = "20240108"
                study.hasLocalizer = true
                study.hasDoseReport = true
                study.transferSyntax = .jpegLSLossless
                study.layout = .disc
            },
            PhantomSample(
                patients[0], seed: 1102, nil, "Negative: the same patient three months later, healed. JPEG-LS."
            ) { study in
                study.studyDate = "20240412"
                study.studyTime = "084030"
                study.transferSyntax = .jpegLSLossless
            },
            PhantomSample(
                patients[1], seed: 1201, nil, "Negative: two series of one scan, soft and lung kernel. JPEG lossless."
            ) { study in
                study.studyDate = "20240110"
                study.sliceCount = 36
                study.kernels = [.soft, .lung]
                study.transferSyntax = .jpegLosslessSV1
            },
            PhantomSample(
                patients[2], seed: 1301, .hard, "Positive, hard: few, small, faint opacities at a low dose. JPEG-LS."
            ) { study in
                study.studyDate = "20240111"
                study.sliceCount = 48
                study.noiseHU = 20
                study.transferSyntax = .jpegLSLossless
                study.layout = .flat
            },
            PhantomSample(
                patients[3], seed: 1401, nil, "Negative: gantry tilted by 12 degrees, contrast medium. Deflated."
            ) { study in
                study.studyDate = "20240112"
                study.sliceCount = 30
                study.tiltDegrees = 12
                study.storage = .signed16
                study.transferSyntax = .deflatedExplicitVRLittleEndian
            },
            PhantomSample(
                patients[4], seed: 1501, .easy, "Positive, but three slices are missing: two gaps. JPEG lossless."
            ) { study in
                study.studyDate = "20240115"
                study.sliceCount = 36
                study.missingSlices = [15, 16, 23]
                study.transferSyntax = .jpegLosslessSV1
                study.layout = .disc
            },
            PhantomSample(
                patients[4], seed: 1502, .easy, "Positive: the same patient the next day, complete. RLE."
            ) { study in
                study.studyDate = "20240116"
                study.studyTime = "153000"
                study.sliceCount = 32
                study.transferSyntax = .rleLossless
                study.layout = .flat
            },
            PhantomSample(
                patients[5], seed: 1601, nil,
                "Negative with confounders (a nodule, dependent atelectasis): 512 x 512, contrast medium. JPEG-LS."
            ) { study in
                study.confounderRate = 1
                study.studyDate = "20240117"
                study.sliceCount = 30
                study.matrix = 512
                study.storage = .signed16
                study.transferSyntax = .jpegLSLossless
            },
            PhantomSample(
                patients[5], seed: 1602, .easy,
                "Positive, but one file is cut short in its pixel data, and a text file lies between the images. "
                    + "JPEG-LS."
            ) { study in
                study.studyDate = "20240203"
                study.sliceCount = 34
                study.truncatedSlice = 17
                study.hasStrayFile = true
                study.transferSyntax = .jpegLSLossless
                study.layout = .flat
            },
        ]
    }

    /// The text of `SampleStudies/README.md`.
    static var sampleGuide: String {
        var lines = [
            "# Sample studies", "",
            "Synthetic chest CT, made by `gantry phantom --samples --output SampleStudies`. No one was scanned: names, "
                + "dates and images come from fixed seeds, and the same command makes the same pixels and UIDs again.",
            "",
            "| folder | patient | slices | what it is |", "|---|---|---|---|",
        ]
        for sample in samples {
            let study = sample.study
            let present = study.sliceCount - study.missingSlices.count
            let slices = study.kernels.count > 1 ? "\(study.kernels.count) x \(present)" : "\(present)"
            lines.append(
                "| `\(study.patient.patientID)/\(study.studyDate)` | \(study.patient.patientName) | \(slices) "
                    + "| \(sample.purpose) |")
        }
        lines += [
            "",
            "`truth.csv` has one line for each axial slice: UIDs, patient, Image Position (Patient) along the plane's "
                + "normal in mm, the share of the lung's area that is ground-glass opacity or consolidation, whether "
                + "at "
                + "least 25 mm2 are (`positive_slice`), and whether the chest has disease anywhere (`positive_study`).",
            "",
        ]
        return lines.joined(separator: "\n")
    }
}
