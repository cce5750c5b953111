import GantryCore
import GantrySandbox

/// Descriptors that a reader child gets with its job, in this order.
enum ReaderDescriptor {
    /// The folder that paths are below.
    static let folder: Int32 = 4
    /// The deepest folder that all files of the session are in: nothing outside it is readable.
    static let readable: Int32 = 5
    /// The shared memory for slices, where the job has a ring.
    static let ring: Int32 = 6
}

/// The first message, parent to child: what is common to all requests.
package struct ReaderJob: ConfinedJob, Sendable, Hashable, Codable {
    /// Both must speak the same protocol; they are the same executable, unless it was replaced while running.
    package var protocolVersion: Int = ReaderJob.currentVersion
    /// The process whose end is the child's end.
    package var parentProcessID: Int32
    /// What the child takes on.
    package var limits: ReaderLimits
    /// What the child may use.
    package var sandbox: SandboxLimits
    /// The ring's slots; nil where no pixels are asked for.
    package var ring: RingLayout?
    /// Files that are read at once, each by a thread of its own.
    package var threads: Int
    /// Whether second opinions are asked for, and nothing else: then DCMTK is loaded, and others go first on the cores.
    package var isSecondOpinion: Bool

    /// A job for the children of `parentProcessID`.
    package init(
        parentProcessID: Int32, limits: ReaderLimits, sandbox: SandboxLimits, ring: RingLayout? = nil,
        threads: Int = 1, isSecondOpinion: Bool = false
    ) {
        self.parentProcessID = parentProcessID
        self.limits = limits
        self.sandbox = sandbox
        self.ring = ring
        self.threads = threads
        self.isSecondOpinion = isSecondOpinion
    }

    /// What the child may take: its own memory, and the ring.
    package var addressSpaceBytes: Int { sandbox.addressSpaceBytes + (ring?.bytes ?? 0) }

    /// See `ConfinedJob`.
    package static var readableDescriptor: Int32 { ReaderDescriptor.readable }

    /// The protocol that this source describes.
    package static let currentVersion = 8

    /// Threads that a child has at most: so many, with a stack each, fit into the address space of one.
    package static let mostThreads = 16
}

/// A request, parent to child. The child opens the files in order, as many at once as it has threads, and answers each
/// when it is done with it.
package struct ReaderRequest: Sendable, Hashable {
    /// Position among all requests of the parent's call, from 0.
    package var number: Int
    /// Path below the folder.
    package var file: String
    /// What is wanted of the file.
    package var task: ReaderTask

    /// A request for `task` on `file`.
    package init(number: Int, file: String, task: ReaderTask) {
        self.number = number
        self.file = file
        self.task = task
    }
}

/// What is wanted of one file.
package enum ReaderTask: Sendable, Hashable {
    /// The header.
    case header
    /// SHA-256 of the encoded pixel data.
    case pixelDigest
    /// One slice as Hounsfield units, into a slot of the ring.
    case slice(FrameAddress, PaddingTreatment, slot: Int)
    /// What a second reader says of one slice.
    case secondOpinion(FrameAddress)
}

/// A message, child to parent.
package enum ReaderReply: Sendable, Equatable {
    /// The child has limited itself and takes requests.
    case ready(protocolVersion: Int)
    /// It cannot read anything: a sentence why. It ends.
    case unavailable(String)
    /// It is about to touch the file of this request: if it dies before it answers, this file may have done it.
    case opening(number: Int)
    /// The answer to a request.
    case answer(number: Int, ReaderAnswer)
}

/// The answer to one request.
package enum ReaderAnswer: Sendable, Equatable {
    /// To `.header`.
    case instance(SOPInstance)
    /// To `.pixelDigest`: 64 hexadecimal digits.
    case pixelDigest(String)
    /// To `.slice`: the values lie in the slot.
    case slice(SliceFacts)
    /// To `.secondOpinion`.
    case opinion(SliceOpinion)
    /// The file came to this end.
    case failed(FileReason, detail: String)
}

extension DecodedSlice {
    /// The slice `source`, of which the reader says `facts`.
    init(source: SliceSource, _ facts: SliceFacts) {
        self.init(
            source: source, clampedPixels: facts.clampedPixels, paddingPixels: facts.paddingPixels,
            paddingHU: facts.paddingHU, smallestHU: facts.smallestHU, largestHU: facts.largestHU,
            trailingBytes: facts.trailingBytes,
            remarks: SliceRemark.Code.allCases.compactMap { code in
                facts.remarks[code].map { SliceRemark(code, count: $0, ofPixels: source.rows * source.columns) }
            })
    }
}

/// `DecodedSlice` without what the parent knows already.
package struct SliceFacts: Sendable, Hashable {
    /// See `DecodedSlice`.
    package var clampedPixels: Int
    /// See `DecodedSlice`.
    package var paddingPixels: Int
    /// See `DecodedSlice`.
    package var paddingHU: ClosedRange<Int>?
    /// See `DecodedSlice`.
    package var smallestHU: Int?
    /// See `DecodedSlice`.
    package var largestHU: Int?
    /// See `DecodedSlice`.
    package var trailingBytes: Int
    /// How often each thing was noticed, at least once.
    package var remarks: [SliceRemark.Code: Int]

    /// Facts of a slice.
    package init(
        clampedPixels: Int, paddingPixels: Int, paddingHU: ClosedRange<Int>? = nil, smallestHU: Int?, largestHU: Int?,
        trailingBytes: Int = 0, remarks: [SliceRemark.Code: Int] = [:]
    ) {
        self.clampedPixels = clampedPixels
        self.paddingPixels = paddingPixels
        self.paddingHU = paddingHU
        self.smallestHU = smallestHU
        self.largestHU = largestHU
        self.trailingBytes = trailingBytes
        self.remarks = remarks
    }
}
