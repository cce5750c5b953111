import Glibc

/// What a file that is no DICOM object is instead, by the bytes that it begins with.
struct ForeignFormat: Hashable {
    /// With its article: `a ZIP archive`.
    let name: String
    /// What a person does about it.
    let advice: String?

    /// `is a ZIP archive, no DICOM file: unpack it`.
    var sentence: String { "is \(name), no DICOM file" + (advice.map { ": " + $0 } ?? "") }

    private init(_ name: String, _ advice: String? = nil) {
        self.name = name
        self.advice = advice
    }

    /// The format of the file at a path; nil where it is none of those known here or cannot be read.
    static func ofFile(_ path: String) -> ForeignFormat? {
        let descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { return nil }
        defer { close(descriptor) }
        var bytes = [UInt8](repeating: 0, count: 512)
        let count = pread(descriptor, &bytes, bytes.count, 0)
        return count < 0 ? nil : ForeignFormat(beginning: Array(bytes.prefix(count)))
    }

    /// The format of a file that begins with `bytes`, as many as 512; nil where it is none of those known here.
    init?(beginning bytes: [UInt8]) {
        if bytes.isEmpty {
            self.init("an empty file", "copy it again")
        } else if let format = Self.formats.first(where: { $0.mark.matches(bytes) })?.format {
            self = format
        } else {
            return nil
        }
    }

    /// Bytes at a place.
    private struct Mark {
        var at = 0
        var bytes: [UInt8]

        init(_ text: String, at: Int = 0) { (self.at, bytes) = (at, Array(text.utf8)) }
        init(_ bytes: UInt8...) { self.bytes = bytes }

        func matches(_ file: [UInt8]) -> Bool { file.dropFirst(at).starts(with: bytes) }
    }

    private static let unpack = "unpack it, and give the folder"
    private static let converted =
        "converted images lack what a verdict needs; give the DICOM files that it was made from"

    /// **Source** the formats' own specifications; NIfTI-1 and -2 (`nifti1.h`, `nifti2.h`).
    private static let formats: [(mark: Mark, format: ForeignFormat)] = [
        (Mark(0x50, 0x4B, 0x03, 0x04), ForeignFormat("a ZIP archive", unpack)),
        (Mark(0x50, 0x4B, 0x05, 0x06), ForeignFormat("an empty ZIP archive")),
        (Mark(0x1F, 0x8B), ForeignFormat("a gzip file", "unpack it; where it is NIfTI (.nii.gz), \(converted)")),
        (Mark("BZh"), ForeignFormat("a bzip2 file", unpack)),
        (Mark(0xFD, 0x37, 0x7A, 0x58, 0x5A), ForeignFormat("an xz file", unpack)),
        (Mark(0x28, 0xB5, 0x2F, 0xFD), ForeignFormat("a Zstandard file", unpack)),
        (Mark(0x37, 0x7A, 0xBC, 0xAF), ForeignFormat("a 7-Zip archive", unpack)),
        (Mark("Rar!"), ForeignFormat("a RAR archive", unpack)),
        (Mark("ustar", at: 257), ForeignFormat("a tar archive", unpack)),
        (Mark("n+1\0", at: 344), ForeignFormat("a NIfTI image", converted)),
        (Mark("ni1\0", at: 344), ForeignFormat("a NIfTI header", converted)),
        (Mark("n+2\0", at: 4), ForeignFormat("a NIfTI image", converted)),
        (Mark("NRRD"), ForeignFormat("an NRRD image", converted)),
        (Mark("ObjectType"), ForeignFormat("a MetaImage header", converted)),
        (Mark("%PDF-"), ForeignFormat("a PDF document")),
        (Mark(0x89, 0x50, 0x4E, 0x47), ForeignFormat("a PNG picture", converted)),
        (Mark(0xFF, 0xD8, 0xFF), ForeignFormat("a JPEG picture", converted)),
        (Mark(0x49, 0x49, 0x2A, 0x00), ForeignFormat("a TIFF picture", converted)),
        (Mark(0x4D, 0x4D, 0x00, 0x2A), ForeignFormat("a TIFF picture", converted)),
        (Mark(0x89, 0x48, 0x44, 0x46), ForeignFormat("an HDF5 file", converted)),
        (Mark(0x93, 0x4E, 0x55, 0x4D, 0x50, 0x59), ForeignFormat("a NumPy array", converted)),
        (Mark("<?xml"), ForeignFormat("an XML document")),
        (Mark("<!DOCTYPE"), ForeignFormat("an HTML document")),
        (Mark("SQLite format 3\0"), ForeignFormat("an SQLite database")),
        (Mark(0x7F, 0x45, 0x4C, 0x46), ForeignFormat("a program")),
    ]
}
