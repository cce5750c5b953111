/// A fixed text of the pages, by what it is for. Where a text has holes, they are named in the English one.
package enum ReportText: String, CaseIterable, Sendable {
    // MARK: - Everywhere
    case notice
    case sheetNumber
    case notGiven
    case none
    case undated
    case noDescription
    case moment
    case minute
    case range
    case slices
    case notANumber
    case deidentified
    case momentLeftOut

    // MARK: - Who
    case nameNotGiven
    case patientID
    case birthDate
    case birthDateAndAge
    case sex
    case female
    case male
    case otherSex
    case headID
    case headBorn
    case headNoID
    case headStudy
    case headUndatedStudy
    case headAccession
    case headRevision
    case headFailed

    // MARK: - Failed since
    case failedThis
    case failedOf
    case failedOfDescribed
    case failedUndated
    case failedUndatedDescribed
    case standsHere
    case standsBelow

    // MARK: - The study
    case studyTitle
    case studyReport
    case allStudies
    case studyDate
    case description
    case accessionNumber
    case revisionJudged
    case newerRevision
    case otherRevision
    case otherRevisionWithProbability
    case forPrograms

    // MARK: - Verdict
    case verdictOf
    case verdictBeforeFailure
    case positiveSummary
    case negativeSummary
    case indeterminateSummary
    case probability
    case interval
    case why
    case tooFewScored
    case betweenThresholds
    case noNumber
    case numberMeaning
    case numberMeaningOfLabels
    case intervalMeaning
    case slicesScored
    case slicesFrom
    case slicesFromValue
    case longestRun
    case slicesUnlike
    case scaleLabel

    // MARK: - Rules of aggregation
    case highestProbability
    case meanOfHighest
    case growingWithSpacing
    case meanOfAll
    case percentile
    case noisyOr
    case fractionPositive

    // MARK: - Slices
    case slicesHeading
    case scoredOf
    case slicesLine
    case slicesLineOfSeries
    case dotsKey
    case pictureKey
    case scoredKey
    case leftOutKey
    case notReadableKey
    case missingKey
    case noSlices
    case everySlice
    case everySliceSummary
    case slice
    case positionColumn
    case lungColumn
    case distanceColumn
    case outcomeColumn
    case instanceColumn
    case unlikeDistance
    case percent

    // MARK: - Geometry of a stack
    case positions
    case spacing
    case spacingRange
    case nothingMissing
    case irregularSpacing
    case missingSlices
    case gaps
    case tilt

    // MARK: - Charts
    case sliceChartLabel
    case missingInGap
    case sliceDot
    case sliceStrip
    case sliceRunStrip
    case pictureFlag
    case probabilityAxis
    case feet
    case head
    case lower
    case higher
    case slicePositionAxis
    case positionAxis
    case studyPositiveFrom
    case slicePositiveFrom
    case studyNegativeBelow
    case trendLabel
    case positiveFrom
    case negativeBelow
    case trendStudy
    case studyDateAxis

    // MARK: - Pictures
    case picturesHeading
    case edgeLetters
    case showMaps
    case mapColours
    case mapMeaning
    case noPictures
    case picturesWithText
    case picturesPerhapsWithText
    case picturePlace
    case pictureAlternative
    case picturePosition
    case pictureWindow
    case pictureWindowFunction
    case outsideBody
    case inNumber
    case notInNumber
    case numberOfAll
    case numberOfOne
    case numberOfFirst
    case numberOfThese
    case numberOfFirstOnes
    case numberOfMoreThanOne
    case numberOfMoreThanShown

    // MARK: - Quality
    case qualityHeading
    case makesIndeterminate
    case noted
    case nothingNoticed

    // MARK: - Series
    case seriesHeading
    case noSeries
    case seriesName
    case images
    case thickness
    case spacingColumn
    case kernel
    case chosen
    case triedAndLeft
    case suitable
    case notSuitable
    case rules
    case rulesPassed
    case rule
    case expected
    case ruleFound
    case passed
    case yes
    case no
    case measured
    case enclosedAir
    case equipment
    case transferSyntax
    case kilovolts
    case patientPosition

    // MARK: - Files
    case filesHeading
    case filesScored
    case filesSkipped
    case filesRejected
    case filesSeen
    case filesMeaning
    case filesOfReason
    case file
    case fileFound
    case noFiles

    // MARK: - Provenance
    case provenanceHeading
    case software
    case pipeline
    case pipelineVersion
    case classes
    case label
    case labels
    case labelsApart
    case aggregation
    case thresholds
    case thresholdsValue
    case scoredSlices
    case processed
    case processedValue
    case processedFromStore
    case arithmetic
    case temperature
    case temperatureValue
    case calibrationData
    case trainingData
    case distanceNoProfile
    case distanceNoSlice
    case distanceLimit
    case validationSamples
    case secondReader
    case secondReaderNone
    case secondReaderNoSlice
    case secondReaderNothing
    case secondReaderAgain
    case secondReaderDiffering
    case comparedWholly
    case comparedPixels
    case comparedAttributes
    case comparedSomeAttributes
    case alsoWholly
    case alsoPixels
    case alsoAttributes
    case alsoSomeAttributes
    case notCompared
    case model
    case scoringDigest
    case judgingDigest
    case contentDigest
    case studyUID
    case studyKey

    // MARK: - The patient
    case patientTitle
    case patientReport
    case studyCount
    case trendHeading
    case trendMeaning
    case otherThresholds
    case otherNetworks
    case studiesHeading
    case date
    case study
    case verdict
    case revision
    case report
    case accession
    case failedSince
    case openReport
    case replaced

    // MARK: - Change since the study before
    case changeHeading
    case comparedWith
    case lungInPositive
    case positiveSlices
    case bandMeaning
    case fromProbability
    case fromPipelineThreshold
    case noBand
    case noVolume
    case passedOver
    case noDate
    case notKnown
    case was
    case band
    case millilitres
    case millimetres
    case lengthNotKnown
    case sliceCountAndLength
    case differentSpacing

    // MARK: - Only printed
    case maker
    case printedPage
    case moreReasons
    case whereItLooked
    case morePictures
    case comparedWithStudy
    case comparedWithNone
    case bandInShort
    case noBandInShort
    case moreFindings
    case seriesAndFiles
    case scoredSeries
    case otherSeries
    case elsewhere
}
