import CDCMTK

/// A file as DCMTK has loaded it.
final class LoadedByDCMTK {
    private let handle: OpaquePointer

    /// Why DCMTK does not do something.
    struct Refusal: Error {
        let sentence: String
    }

    /// Loads the file at `path`. **Throws** where DCMTK cannot.
    init(_ path: String) throws(Refusal) {
        var handle: OpaquePointer?
        guard cdcmtk_opinion_open(path, &handle) == .ok, let handle else {
            throw Refusal(sentence: DICOMLibrary.explanationOfDCMTK())
        }
        self.handle = handle
    }

    deinit { cdcmtk_opinion_close(handle) }

    /// Empty where it finds none.
    var sopInstanceUID: String {
        DICOMLibrary.text { buffer, capacity in
            var length = 0
            _ = cdcmtk_opinion_sop_instance_uid(handle, buffer, capacity, &length)
            return length
        }
    }

    /// What DCMTK reads in an attribute.
    enum Numbers {
        case absent
        case unreadable
        case read([Double])
    }

    /// The first `capacity` numbers of an attribute of `frame`, from 0.
    func numbers(_ attribute: DICOMAttribute, frame: UInt32, capacity: Int) -> Numbers {
        var values = [Double](repeating: 0, count: capacity)
        var count = 0
        let status = cdcmtk_opinion_numbers(
            handle, frame, attribute.group, attribute.element, &values, capacity, &count)
        return switch status {
        case .ok: .read(Array(values.prefix(count)))
        case .attributeMissing: .absent
        default: .unreadable
        }
    }

    /// Compares `pixels`, Hounsfield units with padding as air, with what DCMTK makes of the frame.
    func compare(_ pixels: [Int16], frame: UInt32) -> Result<CDCMTKOpinionPixels, Refusal> {
        var result = CDCMTKOpinionPixels()
        let status = cdcmtk_opinion_compare(handle, frame, pixels, pixels.count, &result)
        return status == .ok ? .success(result) : .failure(Refusal(sentence: DICOMLibrary.explanationOfDCMTK()))
    }
}
