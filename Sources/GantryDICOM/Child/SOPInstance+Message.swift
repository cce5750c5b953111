import GantryCore
import GantrySandbox

/// A header in a message: its hundred optional parts in the order of their types, its frames behind them.
extension SOPInstance {
    func write(into message: inout MessageWriter) throws(SandboxFault) {
        var fields = FieldWriter(message: message)
        var header = self
        try header.identifiers(&fields)
        try header.attributes(&fields)
        message = fields.message
        message.put(frames.count)
        for frame in frames { frame.write(into: &message) }
    }

    /// **Throws** `.malformedMessage`.
    init(from message: inout MessageReader) throws(SandboxFault) {
        guard let placeholder = Self.placeholder else { throw .malformed }
        self.init(
            file: "", sopInstanceUID: placeholder, sopClassUID: placeholder, studyInstanceUID: placeholder,
            seriesInstanceUID: placeholder, transferSyntax: TransferSyntax(""))
        var fields = FieldReader(message: message)
        try identifiers(&fields)
        try attributes(&fields)
        message = fields.message
        for _ in 0..<max(0, try message.integer()) { frames.append(try ImageFrame(from: &message)) }
    }

    /// Stands where a UID is read into.
    private static let placeholder = UID("0")

    private mutating func identifiers(_ message: inout some MessageFields) throws(SandboxFault) {
        try message.field(&file)
        try message.field(&sopInstanceUID)
        try message.field(&sopClassUID)
        try message.field(&studyInstanceUID)
        try message.field(&seriesInstanceUID)
        try message.field(&frameOfReferenceUID, placeholder: sopInstanceUID)
        var syntax = transferSyntax.uid
        try message.field(&syntax)
        transferSyntax = TransferSyntax(syntax)
    }

    private mutating func attributes(_ message: inout some MessageFields) throws(SandboxFault) {
        try patient.fields(&message)
        try study.fields(&message)
        try series.fields(&message)
        try source.fields(&message, placeholder: sopInstanceUID)
        try message.field(&instanceNumber)
        try message.field(&hasBurnedInAnnotation)
        try message.field(&wasLossyCompressed)
        try message.field(&lossyCompressionRatio)
        try message.field(&pixels, empty: PixelDescription(rows: 0, columns: 0, isSigned: false)) {
            (message, pixels) throws(SandboxFault) in try pixels.fields(&message)
        }
        try message.field(&gantryDetectorTiltDegrees)
        try message.field(&window, empty: .lung) { (message, window) throws(SandboxFault) in
            try window.fields(&message)
        }
    }
}

extension Patient {
    fileprivate mutating func fields(_ message: inout some MessageFields) throws(SandboxFault) {
        try message.field(&patientID)
        try message.field(&issuerOfPatientID)
        try message.field(&patientName)
        try message.field(&patientBirthDate)
        try message.field(&patientSex)
    }
}

extension StudyAttributes {
    fileprivate mutating func fields(_ message: inout some MessageFields) throws(SandboxFault) {
        try message.field(&studyDate)
        try message.field(&studyTime)
        try message.field(&studyDescription)
        try message.field(&accessionNumber)
    }
}

extension SeriesAttributes {
    fileprivate mutating func fields(_ message: inout some MessageFields) throws(SandboxFault) {
        try message.field(&modality)
        try message.field(&seriesNumber)
        try message.field(&seriesDescription)
        try message.field(&protocolName)
        try message.field(&bodyPartExamined)
        try message.field(&anatomicRegions, empty: []) { (message, regions) throws(SandboxFault) in
            try message.field(&regions, empty: "") { (message, region) throws(SandboxFault) in
                try message.field(&region)
            }
        }
        try message.field(&convolutionKernel)
        try message.field(&patientPosition)
        try message.field(&kilovoltPeak)
        try message.field(&manufacturer)
        try message.field(&manufacturerModelName)
    }
}

extension SourceAttributes {
    fileprivate mutating func fields(
        _ message: inout some MessageFields, placeholder: UID
    ) throws(SandboxFault) {
        try message.field(&timezoneOffsetFromUTC)
        try message.field(&studyID)
        try message.field(&referringPhysicianName)
        try message.field(&patientAge)
        try message.field(&issuerOfAccessionNumber, empty: IdentifierIssuer()) {
            (message, issuer) throws(SandboxFault) in
            try message.field(&issuer.localNamespaceEntityID)
            try message.field(&issuer.universalEntityID)
            try message.field(&issuer.universalEntityIDType)
        }
        try CodedEntry.fields(&procedureCodes, &message)
        let reference = ObjectReference(sopClassUID: placeholder, sopInstanceUID: placeholder)
        try message.field(&performedProcedureStep, empty: reference) { (message, step) throws(SandboxFault) in
            try message.field(&step.sopClassUID)
            try message.field(&step.sopInstanceUID)
        }
        try message.field(&requests, empty: []) { (message, requests) throws(SandboxFault) in
            try message.field(&requests, empty: ImagingRequest()) { (message, request) throws(SandboxFault) in
                try request.fields(&message, placeholder: placeholder)
            }
        }
        try message.field(&institutionName)
        try message.field(&stationName)
        try message.field(&deviceSerialNumber)
        try message.field(&softwareVersions)
        try message.field(&lossyImageCompressionMethod)
    }
}

extension ImagingRequest {
    fileprivate mutating func fields(
        _ message: inout some MessageFields, placeholder: UID
    ) throws(SandboxFault) {
        try message.field(&studyInstanceUID, placeholder: placeholder)
        try message.field(&accessionNumber)
        try message.field(&requestedProcedureID)
        try message.field(&requestedProcedureDescription)
        try CodedEntry.fields(&requestedProcedureCodes, &message)
        try message.field(&scheduledProcedureStepID)
        try message.field(&placerOrderNumber)
        try message.field(&fillerOrderNumber)
    }
}

extension CodedEntry {
    fileprivate static func fields(
        _ codes: inout [CodedEntry]?, _ message: inout some MessageFields
    ) throws(SandboxFault) {
        try message.field(&codes, empty: []) { (message, codes) throws(SandboxFault) in
            try message.field(&codes, empty: CodedEntry(value: "", scheme: "", meaning: "")) {
                (message, code) throws(SandboxFault) in
                try message.field(&code.value)
                try message.field(&code.scheme)
                try message.field(&code.schemeVersion)
                try message.field(&code.meaning)
            }
        }
    }
}

extension PixelDescription {
    fileprivate mutating func fields(_ message: inout some MessageFields) throws(SandboxFault) {
        try message.field(&rows)
        try message.field(&columns)
        try message.field(&samplesPerPixel)
        try message.field(&bitsAllocated)
        try message.field(&bitsStored)
        try message.field(&highBit)
        try message.field(&isSigned)
        try message.field(&photometricInterpretation)
        try message.field(&numberOfFrames)
        try message.field(&pixelPaddingValue)
        try message.field(&pixelPaddingRangeLimit)
    }
}

extension Window {
    fileprivate mutating func fields(_ message: inout some MessageFields) throws(SandboxFault) {
        try message.field(&windowCenterHU)
        try message.field(&windowWidthHU)
        var name = function.rawValue
        try message.field(&name)
        guard let named = WindowFunction(rawValue: name) else { throw .malformed }
        function = named
    }
}
