import GantryCore

extension OpenedFile {
    /// Fills in what no decision to read depends on: who, when, what.
    func describe(_ instance: inout SOPInstance) {
        instance.frameOfReferenceUID = uid(.frameOfReferenceUID)
        instance.instanceNumber = integer(.instanceNumber)
        instance.hasBurnedInAnnotation = text(.burnedInAnnotation) == "YES"
        instance.wasLossyCompressed = text(.lossyImageCompression) == "01"
        instance.lossyCompressionRatio = values(.lossyImageCompressionRatio).last.flatMap { Numbers.decimal($0) }
        instance.gantryDetectorTiltDegrees = decimals(.gantryDetectorTilt, count: 1)?.first

        instance.patient.patientID = text(.patientID)
        instance.patient.issuerOfPatientID = text(.issuerOfPatientID)
        instance.patient.patientName = text(.patientName)
        instance.patient.patientBirthDate = date(.patientBirthDate)
        instance.patient.patientSex = text(.patientSex)

        instance.study.studyDate = date(.studyDate)
        instance.study.studyTime = time(.studyTime)
        instance.study.studyDescription = text(.studyDescription)
        instance.study.accessionNumber = text(.accessionNumber)

        instance.source = sourceAttributes()

        instance.series.modality = text(.modality)
        instance.series.seriesNumber = integer(.seriesNumber)
        instance.series.seriesDescription = text(.seriesDescription)
        instance.series.bodyPartExamined = text(.bodyPartExamined)
        instance.series.protocolName = text(.protocolName)
        instance.series.anatomicRegions = Self.regions(of: topLevel)
        instance.series.convolutionKernel = firstText(.convolutionKernel)
        instance.series.patientPosition = text(.patientPosition)
        instance.series.kilovoltPeak = firstDecimal(.kilovoltPeak)
        instance.series.manufacturer = text(.manufacturer)
        instance.series.manufacturerModelName = text(.manufacturerModelName)
    }
}
