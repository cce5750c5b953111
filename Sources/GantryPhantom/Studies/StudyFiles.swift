/// The files of one study and where each lies below the output folder.
public struct StudyFiles: Sendable {
    /// What a file holds.
    public enum Content: Sendable, Hashable {
        /// The axial slice of an index, reconstructed with a kernel.
        case slice(Int, Reconstruction.Kernel)
        /// All slices that were sent, reconstructed with a kernel, as the frames of one object.
        case volume(Reconstruction.Kernel)
        /// The localizer.
        case localizer
        /// The dose report.
        case doseReport
        /// A text file.
        case stray
    }

    /// One file.
    public struct File: Sendable, Hashable {
        /// Below the output folder, `/` between components.
        public let path: String
        /// (0020,0011); 0 for a file that is no DICOM object.
        public let seriesNumber: Int
        /// What it holds.
        public let content: Content
    }

    /// The study.
    public let study: PhantomStudy
    /// Its files: series after series, slices from head to feet.
    public let files: [File]

    /// The files of a study.
    public init(_ study: PhantomStudy) {
        self.study = study
        var contents: [(seriesNumber: Int, content: Content)] = []
        if study.hasLocalizer { contents.append((1, .localizer)) }
        for (number, kernel) in study.kernels.enumerated() {
            contents +=
                study.isEnhanced
                ? [(2 + number, .volume(kernel))]
                : study.sentSlices.map { (2 + number, .slice($0, kernel)) }
        }
        if study.hasDoseReport { contents.append((999, .doseReport)) }

        // scanners number files as they come, which is no order to rely on
        var numbers = Array(1...max(contents.count, 1))
        var draw = DeviateSequence(CounterHash(seed: study.seed).stream("file order"))
        for index in numbers.indices.dropFirst() { numbers.swapAt(index, draw.integer(0...index)) }

        let uids = PhantomUID(study)
        var files = zip(contents, numbers).map { entry, number in
            File(
                path: Self.path(study, entry.seriesNumber, entry.content, number: number, uids: uids),
                seriesNumber: entry.seriesNumber, content: entry.content)
        }
        if study.hasStrayFile {
            files.append(File(path: Self.folder(study) + "/notes.txt", seriesNumber: 0, content: .stray))
        }
        self.files = files
    }

    private static func folder(_ study: PhantomStudy) -> String {
        "\(study.patient.patientID)/\(study.studyDate)"
    }

    private static func path(
        _ study: PhantomStudy, _ seriesNumber: Int, _ content: Content, number: Int, uids: PhantomUID
    ) -> String {
        switch study.layout {
        case .byUID:
            let instance = if case .slice(let index, _) = content { index + 1 } else { 1 }
            return folder(study) + "/\(seriesNumber)/\(uids.sopInstanceUID(seriesNumber, instance)).dcm"
        case .disc:
            return folder(study) + "/DICOM/ST000001/SE\(digits(seriesNumber, 6))/IM\(digits(number, 6))"
        case .flat:
            return folder(study) + "/IMG\(digits(number, 4)).dcm"
        }
    }

    private static func digits(_ number: Int, _ width: Int) -> String {
        let text = String(number)
        return String(repeating: "0", count: max(0, width - text.count)) + text
    }
}
