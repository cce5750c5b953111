/// What a reader takes on: a file beyond one of these caps is rejected (`limitExceeded`) before anything is allocated
/// for it.
///
/// The defaults lie far above any CT that a scanner writes. Each cap is a setting of the pipeline file (`reader:`) and
/// of the commands, named by `Setting`.
public struct ReaderLimits: Sendable, Hashable, Codable {
    /// Size of a file, bytes.
    public var largestFileBytes: Int = 2048 << 20
    /// (0028,0010) and (0028,0011), each.
    public var largestRowsOrColumns: Int = 16_384
    /// Rows times columns of one frame.
    public var mostPixels: Int = 64 << 20
    /// (0028,0008)
    public var mostFrames: Int = 32_768
    /// Fragments of encapsulated pixel data, the offset table not counted.
    public var mostFragments: Int = 262_144
    /// Sequences inside sequences; an item of a sequence at the top level has depth 1.
    public var deepestNesting: Int = 128
    /// Elements of a data set, those inside sequences and the items themselves included.
    public var mostElements: Int = 1_000_000
    /// What a deflated data set becomes, bytes.
    public var mostInflatedBytes: Int = 512 << 20
    /// Wall clock for one file or slice, seconds.
    public var secondsPerFile: Int = 60

    /// The defaults.
    public init() {}
}

extension ReaderLimits {
    /// The caps by the names that the pipeline file, the commands and the sentences of refusals give them.
    public enum Setting: String, Sendable, Hashable, CaseIterable {
        /// `largestFileBytes`, in MiB.
        case largestFileMebibytes = "largest-file-mebibytes"
        /// `largestRowsOrColumns`
        case largestRowsOrColumns = "largest-rows-or-columns"
        /// `mostPixels`
        case mostPixels = "most-pixels"
        /// `mostFrames`
        case mostFrames = "most-frames"
        /// `mostFragments`
        case mostFragments = "most-fragments"
        /// `deepestNesting`
        case deepestNesting = "deepest-nesting"
        /// `mostElements`
        case mostElements = "most-elements"
        /// `mostInflatedBytes`, in MiB.
        case mostInflatedMebibytes = "most-inflated-mebibytes"
        /// `secondsPerFile`
        case secondsPerFile = "seconds-per-file"

        /// What it can be set to, ends included.
        ///
        /// Upper ends: what DICOM can say in 16 bits (rows), in 32 bits (values, integer strings), and what the
        /// reader's library can nest without running out of stack.
        public var range: ClosedRange<Int> {
            switch self {
            case .largestFileMebibytes, .mostInflatedMebibytes: 1...(1 << 20)
            case .largestRowsOrColumns: 1...65_535
            case .mostPixels: 1...(1 << 30)
            case .mostFrames, .mostFragments, .mostElements: 1...Int(Int32.max)
            case .deepestNesting: 1...1024
            case .secondsPerFile: 1...86_400
            }
        }

        /// The unit that its name says; nil where it counts.
        var unit: String? {
            switch self {
            case .largestFileMebibytes, .mostInflatedMebibytes: "mebibytes"
            case .largestRowsOrColumns, .mostPixels, .mostFrames, .mostFragments, .deepestNesting, .mostElements: nil
            case .secondsPerFile: "seconds"
            }
        }

        /// What it means, in the words of docs/pipeline.md.
        var meaning: String {
            switch self {
            case .largestFileMebibytes: "size of a file"
            case .largestRowsOrColumns: "of an image, each"
            case .mostPixels: "rows times columns"
            case .mostFrames: "Number of Frames"
            case .mostFragments: "of encapsulated pixel data"
            case .deepestNesting: "sequences inside sequences"
            case .mostElements: "of a data set, those inside sequences included"
            case .mostInflatedMebibytes: "what a deflated data set becomes"
            case .secondsPerFile: "wall clock for a file or a slice"
            }
        }
    }

    /// The section `reader`, but for `second-opinion`.
    public static let settings = SettingTable(
        "reader", entering: nil, usual: ReaderLimits(),
        Setting.allCases.map { setting in
            PipelineSetting(
                setting.rawValue, .wholeNumber(\.[setting], setting.range), unit: setting.unit, setting.meaning)
        })

    /// A cap in the unit of its setting.
    public subscript(setting: Setting) -> Int {
        get {
            switch setting {
            case .largestFileMebibytes: largestFileBytes >> 20
            case .largestRowsOrColumns: largestRowsOrColumns
            case .mostPixels: mostPixels
            case .mostFrames: mostFrames
            case .mostFragments: mostFragments
            case .deepestNesting: deepestNesting
            case .mostElements: mostElements
            case .mostInflatedMebibytes: mostInflatedBytes >> 20
            case .secondsPerFile: secondsPerFile
            }
        }
        set {
            switch setting {
            case .largestFileMebibytes: largestFileBytes = newValue.mebibytes
            case .largestRowsOrColumns: largestRowsOrColumns = newValue
            case .mostPixels: mostPixels = newValue
            case .mostFrames: mostFrames = newValue
            case .mostFragments: mostFragments = newValue
            case .deepestNesting: deepestNesting = newValue
            case .mostElements: mostElements = newValue
            case .mostInflatedMebibytes: mostInflatedBytes = newValue.mebibytes
            case .secondsPerFile: secondsPerFile = newValue
            }
        }
    }
}

extension Int {
    /// This many MiB in bytes, or the largest number.
    fileprivate var mebibytes: Int {
        let (bytes, overflow) = multipliedReportingOverflow(by: 1 << 20)
        return overflow ? .max : bytes
    }
}
