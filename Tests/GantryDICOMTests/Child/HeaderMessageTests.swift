import GantryCore
import GantryDICOM
import GantrySandbox
import Testing

@Suite struct `A header in a message` {
    /// An instance of which nothing is absent.
    private static func full() throws -> SOPInstance {
        let uids = try (1...8).map { try #require(UID("1.2.\($0)")) }
        var instance = SOPInstance(
            file: "a/ä.dcm", sopInstanceUID: uids[0], sopClassUID: uids[1], studyInstanceUID: uids[2],
            seriesInstanceUID: uids[3], transferSyntax: .jpegLSLossless)
        instance.frameOfReferenceUID = uids[4]
        instance.patient.patientID = "7"
        instance.patient.issuerOfPatientID = "house"
        instance.patient.patientName = "Müller^Änne"
        instance.patient.patientBirthDate = "19600102"
        instance.patient.patientSex = "F"
        instance.study.studyDate = "20240102"
        instance.study.studyTime = "101112.5"
        instance.study.studyDescription = "chest"
        instance.study.accessionNumber = "A1"
        instance.series.modality = "CT"
        instance.series.seriesNumber = -3
        instance.series.seriesDescription = "thin"
        instance.series.protocolName = "p"
        instance.series.bodyPartExamined = "CHEST"
        instance.series.anatomicRegions = ["Chest", ""]
        instance.series.convolutionKernel = "B60f"
        instance.series.patientPosition = "HFS"
        instance.series.kilovoltPeak = 120.5
        instance.series.manufacturer = "m"
        instance.series.manufacturerModelName = "n"
        let code = CodedEntry(value: "1", scheme: "SCT", schemeVersion: "2024", meaning: "x")
        instance.source.timezoneOffsetFromUTC = "+0100"
        instance.source.studyID = "s"
        instance.source.referringPhysicianName = "R^r"
        instance.source.patientAge = "063Y"
        instance.source.issuerOfAccessionNumber = IdentifierIssuer(
            localNamespaceEntityID: "l", universalEntityID: "u", universalEntityIDType: "DNS")
        instance.source.procedureCodes = [code, code]
        instance.source.performedProcedureStep = ObjectReference(sopClassUID: uids[5], sopInstanceUID: uids[6])
        var request = ImagingRequest()
        request.studyInstanceUID = uids[7]
        request.accessionNumber = "A2"
        request.requestedProcedureID = "i"
        request.requestedProcedureDescription = "d"
        request.requestedProcedureCodes = [code]
        request.scheduledProcedureStepID = "st"
        request.placerOrderNumber = "pl"
        request.fillerOrderNumber = "fi"
        instance.source.requests = [request]
        instance.source.institutionName = "in"
        instance.source.stationName = "sn"
        instance.source.deviceSerialNumber = "ds"
        instance.source.softwareVersions = "1\\2"
        instance.source.lossyImageCompressionMethod = "ISO_14495_1"
        instance.instanceNumber = 12
        instance.hasBurnedInAnnotation = true
        instance.wasLossyCompressed = true
        instance.lossyCompressionRatio = 4.25
        var pixels = PixelDescription(
            rows: 512, columns: 256, samplesPerPixel: 3, bitsAllocated: 8, bitsStored: 7, highBit: 6, isSigned: true,
            photometricInterpretation: "RGB", numberOfFrames: 2)
        pixels.pixelPaddingValue = -2000
        pixels.pixelPaddingRangeLimit = -1999
        instance.pixels = pixels
        instance.gantryDetectorTiltDegrees = -1.5
        instance.frames = [ImageFrame(), ImageFrame()]
        instance.window = Window(windowCenterHU: 40, windowWidthHU: 400, function: .sigmoid)
        return instance
    }

    private static func comesBack(_ instance: SOPInstance) throws {
        let reply = ReaderReply.answer(number: 3, .instance(instance))
        #expect(try ReaderReply(body: reply.body()) == reply)
    }

    /// The names of the parts of `value` that are absent or empty, which a message might forget unseen.
    private static func missing(in value: Any, at path: String) -> [String] {
        let mirror = Mirror(reflecting: value)
        if mirror.displayStyle == .optional && mirror.children.isEmpty { return [path] }
        if mirror.displayStyle == .collection && mirror.children.isEmpty { return [path] }
        return mirror.children.flatMap { missing(in: $0.value, at: path + "." + ($0.label ?? "")) }
    }

    @Test func `comes back with every part it can have`() throws {
        var instance = try Self.full()
        try Self.comesBack(instance)
        // Frames have their own list, and their own tests.
        instance.frames = []
        #expect(Self.missing(in: instance, at: "") == [".frames"])
    }

    @Test func `comes back where only what must be there is there`() throws {
        let full = try Self.full()
        try Self.comesBack(
            SOPInstance(
                file: "", sopInstanceUID: full.sopInstanceUID, sopClassUID: full.sopClassUID,
                studyInstanceUID: full.studyInstanceUID, seriesInstanceUID: full.seriesInstanceUID,
                transferSyntax: TransferSyntax("")))
    }

    @Test func `is refused with a number that is none, and cut anywhere`() throws {
        var instance = try Self.full()
        let body = try ReaderReply.answer(number: 3, .instance(instance)).body()
        for count in 0..<body.count {
            #expect(throws: SandboxFault.self) { try ReaderReply(body: Array(body.prefix(count))) }
        }
        instance.series.kilovoltPeak = .infinity
        #expect(throws: SandboxFault.self) { try ReaderReply.answer(number: 3, .instance(instance)).body() }
    }
}
