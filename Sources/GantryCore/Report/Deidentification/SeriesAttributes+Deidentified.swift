extension SeriesAttributes {
    /// What stays of them without identity: the scanner's make, model, kernel and voltage, and of words that a person
    /// may have typed those that the standard defines.
    ///
    /// **Source** PS3.15 table E.1-1, which names none of these; PS3.3 C.7.3.1.1.1, C.7.3.1.1.2; PS3.16 annex L.
    package var deidentified: SeriesAttributes {
        var other = SeriesAttributes()
        other.modality = Self.known(modality, among: Self.modalities)
        other.seriesNumber = seriesNumber
        other.bodyPartExamined = Self.known(bodyPartExamined, among: Self.bodyParts)
        other.convolutionKernel = convolutionKernel
        other.patientPosition = Self.known(patientPosition, among: Self.positions)
        other.kilovoltPeak = kilovoltPeak
        other.manufacturer = manufacturer
        other.manufacturerModelName = manufacturerModelName
        return other
    }

    private static func known(_ text: String?, among words: Set<String>) -> String? {
        text.flatMap { words.contains($0.uppercased()) ? $0 : nil }
    }

    private static let modalities: Set = [
        "AU", "BI", "CR", "CT", "DOC", "DX", "ECG", "ES", "HD", "IO", "KO", "MG", "MR", "NM", "OT", "PR", "PT", "PX",
        "REG", "RF", "RG", "RTDOSE", "RTIMAGE", "RTPLAN", "RTSTRUCT", "SC", "SEG", "SR", "US", "XA",
    ]

    private static let positions: Set = [
        "HFP", "HFS", "HFDR", "HFDL", "FFDR", "FFDL", "FFP", "FFS", "LFP", "LFS", "RFP", "RFS", "AFDR", "AFDL", "PFDR",
        "PFDL",
    ]

    /// Those of a trunk and what joins it, and what scanners write besides.
    private static let bodyParts: Set = [
        "ABDOMEN", "ABDOMENPELVIS", "AORTA", "BREAST", "BRONCHUS", "CHEST", "CHESTABDOMEN", "CHESTABDPELVIS", "CSPINE",
        "HEAD", "HEADNECK", "HEART", "KIDNEY", "LIVER", "LSPINE", "LUNG", "MEDIASTINUM", "NECK", "NECKCHEST",
        "NECKCHESTABDOMEN", "NECKCHESTABDPELV", "PELVIS", "SHOULDER", "SPINE", "SPLEEN", "STERNUM", "THORAX", "TRACHEA",
        "TSPINE", "WHOLEBODY",
    ]
}
