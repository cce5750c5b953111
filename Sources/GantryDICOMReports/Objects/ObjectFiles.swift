import FoundationEssentials
import GantryCore
import GantryDICOMWriting
import GantryGround

/// Makes the files of an object: the object itself, and beside it where it comes from.
struct ObjectFiles: Sendable {
    private let writer: DICOMObjectWriter

    /// **Throws** `.cannotEncode` where DCMTK cannot be used.
    init() throws(ReportFault) {
        do {
            writer = try DICOMObjectWriter()
        } catch {
            throw ReportFault(error)
        }
    }

    /// The files in the order in which they are to be written: whoever finds the object finds what is said of it.
    ///
    /// **Throws** `.cannotEncode`.
    func files(of object: DICOMObject, _ reported: ReportedObject) throws(ReportFault) -> [ReportFile] {
        let bytes: [UInt8]
        do {
            bytes = try writer.bytes(of: object)
        } catch {
            throw ReportFault(error)
        }
        let path = "outbox/\(reported.studyKey)/\(reported.name)"
        return [
            ReportFile(path: path + ".json", bytes: try reported.json(of: bytes)),
            ReportFile(path: path + ".dcm", bytes: bytes),
        ]
    }
}

/// What stands beside an object: which it is, and where it comes from. It names no patient.
struct ReportedObject: Encodable {
    var schema = "gantry.object/1"
    var notice = Notice.text
    var format: String
    var file: String
    /// SHA-256 of the object's file.
    var sha256 = ""
    var sopClassUID: String
    var sopInstanceUID: String
    var seriesInstanceUID: String
    var studyInstanceUID: String
    var studyKey: String
    var patientKey: String
    var revision: Int
    /// Absent where it is left out.
    var judgedAt: Timestamp?
    /// True where the object names nobody; absent where it does.
    var isDeidentified: Bool?
    var gantryVersion: String
    var pipelineName: String
    var pipelineVersion: String
    var deviceUID: String
    var modelSHA256: String
    var scoringDigest: String
    var judgingDigest: String
    var contentDigest: String
    /// The images that the object refers to, each frame once.
    var source: [Image]

    struct Image: Encodable {
        var sopInstanceUID: String
        var seriesInstanceUID: String
        /// Absent where the image has one frame.
        var frameNumber: Int?
    }

    /// Name of the files, without an extension.
    var name: String

    private enum CodingKeys: String, CodingKey {
        case schema, notice, format, file, sha256, sopClassUID, sopInstanceUID, seriesInstanceUID, studyInstanceUID,
            studyKey, patientKey, revision, judgedAt, isDeidentified, gantryVersion, pipelineName, pipelineVersion,
            deviceUID,
            modelSHA256, scoringDigest, judgingDigest, contentDigest, source
    }

    /// An object of the revision that `subject` is. `name` tells it from others of the revision.
    init(
        _ subject: ReportSubject, format: ReportFormat, name: String, sopClassUID: String, sopInstanceUID: String,
        source: [ReportSubject.Slice]
    ) {
        let (record, provenance) = (subject.record, subject.provenance)
        self.format = format.rawValue
        self.name = "revision-\(record.revision)-\(name)"
        file = self.name + ".dcm"
        self.sopClassUID = sopClassUID
        self.sopInstanceUID = sopInstanceUID
        seriesInstanceUID = subject.names.seriesInstanceUID(format.rawValue)
        studyInstanceUID = record.studyInstanceUID.value
        studyKey = record.studyKey.value
        patientKey = record.patientKey.value
        revision = record.revision
        if record.deidentification == nil { judgedAt = record.judgedAt } else { isDeidentified = true }
        gantryVersion = provenance.gantryVersion
        pipelineName = provenance.pipelineName
        pipelineVersion = provenance.pipelineVersion
        deviceUID = subject.names.deviceUID
        modelSHA256 = provenance.modelSHA256
        scoringDigest = provenance.scoringDigest
        judgingDigest = provenance.judgingDigest
        contentDigest = provenance.contentDigest
        self.source = source.map { slice in
            Image(
                sopInstanceUID: slice.record.sopInstanceUID.value,
                seriesInstanceUID: slice.image.seriesInstanceUID.value, frameNumber: slice.frame)
        }
    }

    /// The file's contents, for an object of these bytes. **Throws** `.cannotEncode`.
    func json(of object: [UInt8]) throws(ReportFault) -> [UInt8] {
        var described = self
        described.sha256 = SHA256.hash(object).map { Hexadecimal.text($0, digits: 2) }.joined()
        let encoder = JSONEncoder()
        encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
        do {
            return Array(try encoder.encode(described)) + [0x0A]
        } catch {
            throw ReportFault(.cannotEncode, subject: file, explanation: "its description cannot be made: \(error)")
        }
    }
}

extension ReportFault {
    /// A fault of DICOM's writing as one of the report.
    init(_ fault: DICOMFault) {
        self.init(
            .cannotEncode, subject: fault.subject, status: fault.status,
            explanation: "the DICOM object cannot be made: \(fault)")
    }
}
