import GantryCore

/// What describes one image: at the top level of a plain object, in functional groups of a multi-frame object.
extension AttributeValues where Self: ~Copyable {
    /// Slope and intercept; nil where one of them is absent or no finite number.
    func rescale() -> Rescale? {
        guard let slope = decimals(.rescaleSlope, count: 1)?.first,
            let intercept = decimals(.rescaleIntercept, count: 1)?.first
        else { return nil }
        return Rescale(rescaleSlope: slope, rescaleIntercept: intercept, rescaleType: text(.rescaleType))
    }

    /// The plane; nil where position, orientation or spacing is absent or unusable.
    func plane() -> SlicePlane? {
        guard let position = decimals(.imagePositionPatient, count: 3),
            let orientation = decimals(.imageOrientationPatient, count: 6),
            let spacing = decimals(.pixelSpacing, count: 2)
        else { return nil }
        return SlicePlane(
            imagePositionPatient: Vector3(position[0], position[1], position[2]),
            rowDirection: Vector3(orientation[0], orientation[1], orientation[2]),
            columnDirection: Vector3(orientation[3], orientation[4], orientation[5]),
            rowSpacingMillimetres: spacing[0], columnSpacingMillimetres: spacing[1])
    }

    /// The first window; nil where it is absent, too narrow for its function, or of an unknown function.
    func window() -> Window? {
        guard let center = firstDecimal(.windowCentre), let width = firstDecimal(.windowWidth) else { return nil }
        guard let function = WindowFunction(rawValue: text(.voiLUTFunction) ?? WindowFunction.linear.rawValue),
            function == .linear ? width >= 1 : width > 0
        else { return nil }
        return Window(windowCenterHU: center, windowWidthHU: width, function: function)
    }

    /// When the image was acquired: `YYYYMMDD` and as much of `HHMMSS.FFFFFF` as is known, or the time alone.
    func acquisitionDateTime() -> String? {
        if let moment = dateTime(.frameAcquisitionDateTime) ?? dateTime(.acquisitionDateTime) { return moment }
        return together(date(.acquisitionDate), time(.acquisitionTime))
    }

    /// When the image was made from what was acquired, in the same form.
    private func contentDateTime() -> String? {
        if let moment = dateTime(.frameReferenceDateTime) { return moment }
        return together(date(.contentDate), time(.contentTime))
    }

    /// A date and a time in one text; the time alone where the date is left out, as scanners do; nil without both.
    private func together(_ date: String?, _ time: String?) -> String? {
        date == nil && time == nil ? nil : (date ?? "") + (time ?? "")
    }

    /// `YYYYMMDD` and as much of `HHMMSS.FFFFFF` as is there, without the offset from UTC that PS3.5 lets follow as
    /// +ZZXX or -ZZXX. Nil where it does not begin with a date.
    private func dateTime(_ attribute: DICOMAttribute) -> String? {
        guard let text = text(attribute) else { return nil }
        let moment = text.prefix { ("0"..."9").contains($0) || $0 == "." }
        return moment.prefix(8).count == 8 && !moment.prefix(8).contains(".") ? String(moment) : nil
    }

    /// The image that these attributes describe.
    func imageFrame() -> ImageFrame {
        var frame = ImageFrame()
        let frameType = values(.frameType)
        frame.imageType = frameType.isEmpty ? values(.imageType) : frameType
        frame.plane = plane()
        frame.rescale = rescale()
        frame.sliceThicknessMillimetres = decimals(.sliceThickness, count: 1)?.first
        frame.acquisitionDateTime = acquisitionDateTime()
        frame.acquisitionNumber = integer(.frameAcquisitionNumber) ?? integer(.acquisitionNumber)
        frame.stackID = text(.stackID)
        frame.temporalPosition = integer(.temporalPositionIndex) ?? integer(.temporalPositionIdentifier)
        frame.nominalPercentageOfCardiacPhase = firstDecimal(.nominalPercentageOfCardiacPhase)
        frame.nominalPercentageOfRespiratoryPhase = firstDecimal(.nominalPercentageOfRespiratoryPhase)
        frame.triggerTimeMilliseconds = firstDecimal(.triggerTime) ?? firstDecimal(.nominalCardiacTriggerDelayTime)
        frame.contentDateTime = contentDateTime()
        frame.imageComments = text(.frameComments) ?? text(.imageComments)
        frame.defects = defects(of: frame)
        return frame
    }
}
