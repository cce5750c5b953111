import GantryCore
import GantrySandbox

/// A frame in a message: a multi-frame object may have tens of thousands, so they are kept short.
extension ImageFrame {
    func write(into message: inout MessageWriter) {
        message.put(imageType.count)
        for value in imageType { message.put(value) }
        message.put(plane) { message, plane in
            for vector in [plane.imagePositionPatient, plane.rowDirection, plane.columnDirection] {
                for value in [vector.x, vector.y, vector.z] { message.put(value) }
            }
            message.put(plane.rowSpacingMillimetres)
            message.put(plane.columnSpacingMillimetres)
        }
        message.put(rescale) { message, rescale in
            message.put(rescale.rescaleSlope)
            message.put(rescale.rescaleIntercept)
            message.put(rescale.rescaleType) { $0.put($1) }
        }
        message.put(sliceThicknessMillimetres) { $0.put($1) }
        message.put(acquisitionDateTime) { $0.put($1) }
        message.put(acquisitionNumber) { $0.put($1) }
        message.put(stackID) { $0.put($1) }
        message.put(temporalPosition) { $0.put($1) }
        message.put(nominalPercentageOfCardiacPhase) { $0.put($1) }
        message.put(nominalPercentageOfRespiratoryPhase) { $0.put($1) }
        message.put(triggerTimeMilliseconds) { $0.put($1) }
        message.put(contentDateTime) { $0.put($1) }
        message.put(imageComments) { $0.put($1) }
        message.put(defects?.count ?? 0)
        for defect in defects ?? [] {
            message.put(defect.name)
            message.put(defect.found) { $0.put($1) }
            message.put(defect.expected)
        }
    }

    /// **Throws** `.malformedMessage`.
    init(from message: inout MessageReader) throws(SandboxFault) {
        self.init()
        for _ in 0..<max(0, try message.integer()) { imageType.append(try message.text()) }
        plane = try message.optional { message throws(SandboxFault) in try SlicePlane(from: &message) }
        rescale = try message.optional { message throws(SandboxFault) in
            let slope = try message.decimal()
            let intercept = try message.decimal()
            return Rescale(
                rescaleSlope: slope, rescaleIntercept: intercept, rescaleType: try message.optionalText())
        }
        sliceThicknessMillimetres = try message.optionalDecimal()
        acquisitionDateTime = try message.optionalText()
        acquisitionNumber = try message.optional { message throws(SandboxFault) in try message.integer() }
        stackID = try message.optionalText()
        temporalPosition = try message.optional { message throws(SandboxFault) in try message.integer() }
        nominalPercentageOfCardiacPhase = try message.optionalDecimal()
        nominalPercentageOfRespiratoryPhase = try message.optionalDecimal()
        triggerTimeMilliseconds = try message.optionalDecimal()
        contentDateTime = try message.optionalText()
        imageComments = try message.optionalText()
        var defects: [AttributeDefect] = []
        for _ in 0..<max(0, try message.integer()) {
            let name = try message.text()
            let found = try message.optionalText()
            defects.append(AttributeDefect(name: name, found: found, expected: try message.text()))
        }
        if !defects.isEmpty { self.defects = defects }
    }
}

extension SlicePlane {
    fileprivate init(from message: inout MessageReader) throws(SandboxFault) {
        var numbers: [Double] = []
        for _ in 0..<11 { numbers.append(try message.decimal()) }
        let vectors = [0, 3, 6].map { Vector3(numbers[$0], numbers[$0 + 1], numbers[$0 + 2]) }
        let plane = SlicePlane(
            imagePositionPatient: vectors[0], rowDirection: vectors[1], columnDirection: vectors[2],
            rowSpacingMillimetres: numbers[9], columnSpacingMillimetres: numbers[10])
        guard let plane else { throw .malformed }
        self = plane
    }
}

extension MessageReader {
    fileprivate mutating func optionalText() throws(SandboxFault) -> String? {
        try optional { message throws(SandboxFault) in try message.text() }
    }

    fileprivate mutating func optionalDecimal() throws(SandboxFault) -> Double? {
        try optional { message throws(SandboxFault) in try message.decimal() }
    }
}
