import GantryCore

/// The pages' texts in German, as `EnglishTexts` has them in English.
///
/// One word for one thing: *Untersuchung* (study), *Serie*, *Schicht* (slice), *bewertet* (scored), *Ergebnis*
/// (verdict), *Wert der Untersuchung* (the study's number), *Modellpaket* (bundle), *zurückgewiesen* (rejected).
enum GermanTexts: LanguageTexts {
    static let decimalSign = ","

    static func text(_ text: ReportText) -> String {
        switch text {
        // Everywhere
        case .notice: "Nur für Forschungszwecke. Nicht für den klinischen Einsatz."
        case .sheetNumber: "Seite {page} von {pages}"
        case .notGiven: "nicht angegeben"
        case .none: "keine"
        case .undated: "undatiert"
        case .noDescription: "ohne Beschreibung"
        case .moment: "{day} {time} UTC"
        case .minute: "{day} um {time} UTC"
        case .range: "{lower} bis {upper}"
        case .slices: "{count} Schicht|{count} Schichten"
        case .deidentified:
            "De-identifiziert: Namen, Nummern, Daten und Texte der Aufnahmen und ihrer Dateien sind ausgelassen; "
                + "Schlüssel, UIDs und Dateinamen sind Pseudonyme."
        case .momentLeftOut: "[Datum ausgelassen]"
        case .notANumber: "keine Zahl"

        // Who
        case .nameNotGiven: "Name nicht angegeben"
        case .patientID: "Patienten-ID"
        case .birthDate: "Geburtsdatum"
        case .birthDateAndAge:
            "{date} ({count} Jahr bei der Untersuchung)|{date} ({count} Jahre bei der Untersuchung)"
        case .sex: "Geschlecht"
        case .female: "weiblich"
        case .male: "männlich"
        case .otherSex: "divers"
        case .headID: "Patienten-ID {id}"
        case .headBorn: "geboren {date}"
        case .headNoID: "ohne Patienten-ID"
        case .headStudy: "CT-Untersuchung {when}"
        case .headUndatedStudy: "CT-Untersuchung ohne Datum"
        case .headAccession: "Accession-Nummer {number}"
        case .headRevision: "Fassung {revision}"
        case .headFailed: "die Untersuchung ist seither fehlgeschlagen"

        // Failed since
        case .failedThis: "Diese Untersuchung ist am {when} fehlgeschlagen:"
        case .failedOf: "Die Untersuchung vom {date} ist am {when} fehlgeschlagen:"
        case .failedOfDescribed: "Die Untersuchung vom {date}, {description}, ist am {when} fehlgeschlagen:"
        case .failedUndated: "Die undatierte Untersuchung ist am {when} fehlgeschlagen:"
        case .failedUndatedDescribed: "Die undatierte Untersuchung, {description}, ist am {when} fehlgeschlagen:"
        case .standsHere:
            "Was folgt, ist Fassung {revision}, beurteilt am {when}, aus dem, was zu der Zeit vorlag."
        case .standsBelow:
            "Was unten von ihr gezeigt wird, ist Fassung {revision}, beurteilt am {when}, aus dem, was zu der Zeit "
                + "vorlag."

        // The study
        case .studyTitle: "CT-Bericht {date} \u{2013} {name}"
        case .studyReport: "Bericht zur CT-Untersuchung"
        case .allStudies: "Alle Untersuchungen dieses Patienten"
        case .studyDate: "Untersuchungsdatum"
        case .description: "Beschreibung"
        case .accessionNumber: "Accession-Nummer"
        case .revisionJudged: "Fassung {revision}, beurteilt {moment}"
        case .newerRevision: "Von dieser Untersuchung gibt es eine neuere Fassung ({revision})."
        case .otherRevision: "Fassung {revision} dieser Untersuchung, beurteilt {moment}: {verdict}."
        case .otherRevisionWithProbability:
            "Fassung {revision} dieser Untersuchung, beurteilt {moment}: {verdict}, Wahrscheinlichkeit {probability}."
        case .forPrograms: "Dasselbe in einer Form für Programme: {file} ({schema})."

        // Verdict
        case .verdictOf: "Ergebnis für \u{201E}{class}\u{201C}"
        case .verdictBeforeFailure:
            "Ergebnis der Fassung {revision}, bevor die Untersuchung fehlschlug, für \u{201E}{class}\u{201C}"
        case .positiveSummary:
            "Die Wahrscheinlichkeit erreicht {threshold} oder mehr, und keine Qualitätsprüfung ist fehlgeschlagen."
        case .negativeSummary:
            "Die Wahrscheinlichkeit liegt unter {threshold}, und keine Qualitätsprüfung ist fehlgeschlagen."
        case .indeterminateSummary:
            "Für diese Untersuchung gibt es keine klare Antwort. Sie darf nicht als negativ gelesen werden."
        case .probability: "Wahrscheinlichkeit"
        case .interval: "Intervall {interval}"
        case .why: "Warum"
        case .tooFewScored: "Es wurden zu wenige Schichten bewertet."
        case .betweenThresholds: "Die Wahrscheinlichkeit liegt zwischen den Schwellen {lower} und {upper}."
        case .noNumber: "Es wurden zu wenige Schichten bewertet, um der Untersuchung einen Wert zu geben."
        case .numberMeaning:
            "Das Netz gibt jeder bewerteten Schicht eine Wahrscheinlichkeit für \u{201E}{class}\u{201C}. So entsteht "
                + "daraus der Wert der Untersuchung: {rule}. Er ist die Ausgabe des Netzes, nicht die "
                + "Wahrscheinlichkeit, dass die untersuchte Person die Krankheit hat."
        case .numberMeaningOfLabels:
            "Das Netz gibt jeder bewerteten Schicht eine Wahrscheinlichkeit für \u{201E}{class}\u{201C}, eines von "
                + "{labels} Merkmalen, von denen beliebig viele zutreffen können. So entsteht daraus der Wert der "
                + "Untersuchung: {rule}. Er ist die Ausgabe des Netzes, nicht die Wahrscheinlichkeit, dass die "
                + "untersuchte Person die Krankheit hat."
        case .intervalMeaning:
            "Werden die bewerteten Schichten noch einmal zufällig mit Zurücklegen gezogen, so geben 90 von 100 "
                + "Ziehungen einen Wert im Intervall: Es zeigt, wie sehr das Ergebnis an einzelnen Schichten hängt. Es "
                + "ist kein diagnostisches Konfidenzintervall."
        case .slicesScored: "Bewertete Schichten"
        case .slicesFrom: "Schichten ab {threshold}"
        case .slicesFromValue: "{number} ({percent} %)"
        case .longestRun: "Längste Folge solcher Schichten"
        case .slicesUnlike: "Den Trainingsdaten unähnlich"
        case .scaleLabel:
            "Wahrscheinlichkeit {probability} auf einer Skala von 0 bis 1: negativ unter {lower}, positiv ab {upper}"

        // Rules of aggregation
        case .highestProbability: "höchste Wahrscheinlichkeit einer Schicht"
        case .meanOfHighest: "Mittelwert der {number} höchsten Wahrscheinlichkeiten von Schichten"
        case .growingWithSpacing:
            "{rule} ({number} bei {spacing} mm Schichtabstand, mehr, wo Schichten dichter liegen)"
        case .meanOfAll: "Mittelwert der Wahrscheinlichkeiten aller Schichten"
        case .percentile: "Perzentil {percentile} der Wahrscheinlichkeiten der Schichten"
        case .noisyOr: "Noisy-Or: eins minus das Produkt von (1 \u{2212} p) über alle bewerteten Schichten"
        case .fractionPositive: "Anteil der Schichten ab {threshold}"

        // Slices
        case .slicesHeading: "Schichten entlang des Körpers"
        case .scoredOf: "{scored} von {slices} bewertet"
        case .slicesLine: "{scored}."
        case .slicesLineOfSeries: "{scored}; Serie: {geometry}."
        case .dotsKey: "bewertete Schicht, ab / unter {threshold}"
        case .pictureKey: "Bild unten, das höchste zuerst"
        case .scoredKey: "bewertet"
        case .leftOutKey: "ausgelassen (keine Lunge)"
        case .notReadableKey: "nicht lesbar"
        case .missingKey: "fehlende Schichten"
        case .noSlices: "Keine Schicht dieser Untersuchung hat das Netz erreicht."
        case .everySlice: "Alle Schichten"
        case .everySliceSummary: "{scored}: alle als Tabelle"
        case .slice: "Schicht"
        case .positionColumn: "Position, mm"
        case .lungColumn: "Lunge im Körper"
        case .distanceColumn: "Abstand zu den Trainingsdaten"
        case .outcomeColumn: "Verbleib"
        case .instanceColumn: "SOP Instance UID"
        case .unlikeDistance: "{distance}, unähnlich"
        case .percent: "{number} %"

        // Geometry of a stack
        case .positions: "{count} Position|{count} Positionen"
        case .spacing: "Abstand {distance} mm"
        case .spacingRange: "Abstand {distance} mm ({smallest} bis {largest} mm)"
        case .nothingMissing: "keine Schicht fehlt"
        case .irregularSpacing: "ungleiche Abstände, keine ganze Schicht fehlt"
        case .missingSlices: "{count} Schicht fehlt in {gaps}|{count} Schichten fehlen in {gaps}"
        case .gaps: "{count} Lücke|{count} Lücken"
        case .tilt: "Neigung {degrees}\u{B0}"

        // Charts
        case .sliceChartLabel:
            "Wahrscheinlichkeit jeder der {scored} bewerteten von {all} Schichten entlang des Körpers"
        case .missingInGap: "{count} fehlt|{count} fehlen"
        case .sliceDot: "Schicht {number}, {position} mm: {probability}"
        case .sliceStrip: "Schicht {number}: {reason}"
        case .sliceRunStrip: "Schichten {first} bis {last}: {reason}"
        case .pictureFlag: "Bild {rank}, Schicht {number}"
        case .probabilityAxis: "Wahrscheinlichkeit"
        case .feet: "Füße"
        case .head: "Kopf"
        case .lower: "niedriger"
        case .higher: "höher"
        case .slicePositionAxis: "Position der Schicht, mm"
        case .positionAxis: "Position, mm"
        case .studyPositiveFrom: "Untersuchung positiv ab {threshold}"
        case .slicePositiveFrom: "Schicht positiv ab {threshold}"
        case .studyNegativeBelow: "Untersuchung negativ unter {threshold}"
        case .trendLabel: "Wahrscheinlichkeit von {number} Untersuchungen im zeitlichen Verlauf"
        case .positiveFrom: "positiv ab {threshold}"
        case .negativeBelow: "negativ unter {threshold}"
        case .trendStudy: "Untersuchung vom {date}"
        case .studyDateAxis: "Untersuchungsdatum"

        // Pictures
        case .picturesHeading: "Schichten mit der höchsten Wahrscheinlichkeit"
        case .edgeLetters:
            "Buchstaben an den Rändern: R rechts, L links, A vorn (anterior), P hinten (posterior), H kopfwärts, F "
                + "fußwärts, vom Patienten aus."
        case .showMaps: "Zeigen, wohin das Netz gesehen hat"
        case .mapColours: "Farben von Dunkelblau bis Gelb"
        case .mapMeaning:
            "Farbe zeigt, was in der letzten Stufe des Netzes für \u{201E}{class}\u{201C} spricht (Grad-CAM), auf "
                + "einem Raster von {rows} x {columns} Feldern: Sie sagt ungefähr, wo, und nichts darüber, warum. Alle "
                + "Schichten dieser Untersuchung haben dieselbe Skala, in Einheiten der Ausgabe des Netzes, bevor "
                + "daraus eine Wahrscheinlichkeit wird."
        case .picturesWithText:
            "Es wird kein Bild gezeigt: Laut den Aufnahmen ist Text in sie eingebrannt, der den Patienten nennen kann."
        case .picturesPerhapsWithText:
            "Es wird kein Bild gezeigt: Es ist nicht bekannt, dass die Aufnahmen frei von eingebranntem Text sind, der "
                + "den Patienten nennen kann."
        case .noPictures: "Von dieser Untersuchung wurden keine Bilder aufbewahrt."
        case .picturePlace: "Schicht {number} von {all}"
        case .pictureAlternative: "{place}, axiales CT-Bild"
        case .picturePosition: "Position {position} mm"
        case .pictureWindow: "Fenster: Zentrum {center} / Breite {width} HE"
        case .pictureWindowFunction: "Fenster: Zentrum {center} / Breite {width} HE ({function})"
        case .outsideBody: "{percent} % der Karte liegen außerhalb des Körpers"
        case .inNumber: "geht in den Wert der Untersuchung ein"
        case .notInNumber: "geht nicht in den Wert der Untersuchung ein"
        case .numberOfAll: "Der Wert der Untersuchung kommt von allen {number} bewerteten Schichten."
        case .numberOfOne: "Der Wert der Untersuchung ist der dieser Schicht."
        case .numberOfFirst: "Der Wert der Untersuchung ist der der ersten; die anderen sind die nächsten."
        case .numberOfThese: "Der Wert der Untersuchung ist der Mittelwert dieser {number}."
        case .numberOfFirstOnes:
            "Der Wert der Untersuchung ist der Mittelwert der ersten {number}; die anderen sind die nächsten."
        case .numberOfMoreThanOne:
            "Der Wert der Untersuchung ist der Mittelwert der {number} höchsten Schichten; die erste davon ist "
                + "abgebildet."
        case .numberOfMoreThanShown:
            "Der Wert der Untersuchung ist der Mittelwert der {number} höchsten Schichten; die ersten {shown} davon "
                + "sind abgebildet."

        // Quality
        case .qualityHeading: "Qualitätsbefunde"
        case .makesIndeterminate: "Macht unbestimmt"
        case .noted: "Vermerkt"
        case .nothingNoticed: "Nichts ist aufgefallen: Die Schichten sind vollständig, gleichabständig und lesbar."

        // Series
        case .seriesHeading: "Serien der Untersuchung"
        case .noSeries: "Keine Serie wurde gefunden."
        case .seriesName: "Serie {number}: {description}"
        case .images: "Bilder"
        case .thickness: "Schichtdicke, mm"
        case .spacingColumn: "Schichtabstand, mm"
        case .kernel: "Faltungskern"
        case .chosen: "Gewählt"
        case .triedAndLeft: "Versucht und verworfen: {reason}"
        case .suitable: "Geeignet, Rang {rank}"
        case .notSuitable: "Nicht geeignet"
        case .rules: "{count} Regel|{count} Regeln"
        case .rulesPassed: "{passed} von {rules} erfüllt"
        case .rule: "Regel"
        case .expected: "Erwartet"
        case .ruleFound: "Gefunden"
        case .passed: "Erfüllt"
        case .yes: "\u{2713} ja"
        case .no: "\u{2717} nein"
        case .measured: "Gemessen: {geometry}."
        case .enclosedAir: "Vom Körper umschlossene Luft: {volume} ml."
        case .equipment: "Gerät: {equipment}."
        case .transferSyntax: "Transfersyntax: {names}."
        case .kilovolts: "{voltage} kVp"
        case .patientPosition: "Lagerung {position}"

        // Files
        case .filesHeading: "Dateien"
        case .filesScored: "{number} bewertet"
        case .filesSkipped: "{number} übersprungen"
        case .filesRejected: "{number} zurückgewiesen"
        case .filesSeen: "{number} gesehen"
        case .filesMeaning:
            "Übersprungene Dateien sind in Ordnung und nicht das, was die Pipeline ansieht. Mit zurückgewiesenen "
                + "stimmt etwas nicht."
        case .filesOfReason: "Dateien: {reason}"
        case .file: "Datei"
        case .fileFound: "Was gefunden wurde"
        case .noFiles: "Zu dieser Untersuchung ist keine Datei verzeichnet."

        // Provenance
        case .provenanceHeading: "Woher die Zahlen kommen"
        case .software: "Software"
        case .pipeline: "Pipeline"
        case .pipelineVersion: "{name}, Version {version}"
        case .classes: "Klassen"
        case .label: "Merkmal"
        case .labels: "Merkmale"
        case .labelsApart: "{labels}; jedes hat seine eigene Wahrscheinlichkeit"
        case .aggregation: "Zusammenfassung"
        case .thresholds: "Schwellen"
        case .thresholdsValue: "negativ unter {lower}, positiv ab {upper}; mindestens {slices}"
        case .scoredSlices: "{count} bewertete Schicht|{count} bewertete Schichten"
        case .processed: "Verarbeitet"
        case .processedValue: "{moment}, in {seconds} s"
        case .processedFromStore: "{moment}, in {seconds} s, Bewertung der Schichten aus dem Speicher"
        case .arithmetic: "Rechengenauigkeit"
        case .temperature: "Temperatur"
        case .temperatureValue: "{temperature}: Durch sie wurden die Logits des Netzes geteilt"
        case .calibrationData: "Kalibrierungsdaten (SHA-256)"
        case .trainingData: "Trainingsdaten"
        case .distanceNoProfile:
            "Abstand nicht gemessen: Das Modellpaket sagt nicht, womit sein Netz trainiert wurde."
        case .distanceNoSlice: "Abstand nicht gemessen: Keine Schicht wurde bewertet."
        case .distanceLimit:
            "Eine Schicht jenseits eines Abstands von {limit} ist ihnen unähnlich (Quantil {quantile} von {samples}); "
                + "mehr als {share} % solcher Schichten machen eine Untersuchung unbestimmt."
        case .validationSamples: "{count} Validierungsbild|{count} Validierungsbildern"
        case .secondReader: "Zweites Leseprogramm"
        case .secondReaderNone: "Nicht befragt."
        case .secondReaderNoSlice: "Keine Schicht wurde ein zweites Mal gelesen."
        case .secondReaderNothing: "DCMTK wurde zu {slices} befragt, und nichts wurde verglichen."
        case .secondReaderAgain: "DCMTK hat {slices} noch einmal gelesen: {parts}; kein Unterschied."
        case .secondReaderDiffering:
            "DCMTK hat {slices} noch einmal gelesen: {parts}; {count} ist anders.|"
                + "DCMTK hat {slices} noch einmal gelesen: {parts}; {count} sind anders."
        case .comparedWholly: "{number} verglichen in Attributen und jedem Pixel"
        case .comparedPixels: "{number} verglichen in jedem Pixel und den Attributen, die DCMTK liest"
        case .comparedAttributes: "{number} verglichen nur in Attributen"
        case .comparedSomeAttributes: "{number} verglichen nur in den Attributen, die DCMTK liest"
        case .alsoWholly: "{number} in Attributen und jedem Pixel"
        case .alsoPixels: "{number} in jedem Pixel und den Attributen, die DCMTK liest"
        case .alsoAttributes: "{number} nur in Attributen"
        case .alsoSomeAttributes: "{number} nur in den Attributen, die DCMTK liest"
        case .notCompared: "{number} nicht verglichen"
        case .model: "Modell (SHA-256)"
        case .scoringDigest: "Prüfsumme der Bewertung"
        case .judgingDigest: "Prüfsumme der Beurteilung"
        case .contentDigest: "Prüfsumme des Inhalts"
        case .studyUID: "Study Instance UID"
        case .studyKey: "Schlüssel der Untersuchung"

        // The patient
        case .patientTitle: "CT-Untersuchungen \u{2013} {name}"
        case .patientReport: "CT-Untersuchungen eines Patienten"
        case .studyCount: "{count} Untersuchung|{count} Untersuchungen"
        case .trendHeading: "Wahrscheinlichkeit im zeitlichen Verlauf"
        case .trendMeaning:
            "Jedes Zeichen ist eine Untersuchung mit ihrem Intervall; die unterbrochenen Linien sind die Schwellen, "
                + "positiv ab {upper} und negativ unter {lower}. Ändert sich der Wert, so ändert sich die Ausgabe des "
                + "Netzes, die auch von der Aufnahme selbst abhängt."
        case .otherThresholds:
            "Die Untersuchungen wurden nach verschiedenen Schwellen beurteilt; ihre Wahrscheinlichkeiten haben keine "
                + "gemeinsame Linie."
        case .otherNetworks:
            "Die Untersuchungen wurden von verschiedenen Netzen oder nach verschiedenen Regeln beurteilt; ihre "
                + "Wahrscheinlichkeiten sind nicht vergleichbar."
        case .studiesHeading: "Untersuchungen"
        case .date: "Datum"
        case .study: "Untersuchung"
        case .verdict: "Ergebnis"
        case .revision: "Fassung"
        case .report: "Bericht"
        case .accession: "Accession-Nummer {number}"
        case .failedSince: "seither fehlgeschlagen: siehe oben"
        case .openReport: "Bericht öffnen"
        case .replaced: "durch eine spätere Fassung ersetzt"

        // Change since the study before
        case .changeHeading: "Änderung seit der Voruntersuchung"
        case .comparedWith: "Verglichen mit"
        case .lungInPositive: "Lunge in positiven Schichten"
        case .positiveSlices: "Positive Schichten"
        case .bandMeaning:
            "Eine Differenz heißt nur jenseits ihrer Bandbreite {more} oder {less}: Um so viel unterscheiden sich in "
                + "95 von 100 Fällen zwei Aufnahmen derselben Lunge, zwischen denen sich nichts geändert hat (95-%-"
                + "Wiederholbarkeitskoeffizient dieser Pipeline). Innerhalb gibt es {noClearChange}. Eine Schicht ist "
                + "positiv ab {limit}. Lunge ist belüftete Lunge in dem Teil des Körpers, für den diese Schichten "
                + "stehen; ihre Anzahl wird als Länge dieses Teils verglichen."
        case .fromProbability: "einer Wahrscheinlichkeit von {probability}"
        case .fromPipelineThreshold: "der Schwelle ihrer Pipeline"
        case .noBand:
            "Für diese Pipeline wurde keine Bandbreite gemessen, sodass Differenzen nicht mehr oder weniger genannt "
                + "werden: {command} misst sie."
        case .noVolume:
            "Wo die Lunge in positiven Schichten nicht bekannt ist, wurde die Untersuchung von einer Version von "
                + "Gantry bewertet, die die Fläche der Lunge auf ihren Schichten nicht aufbewahrt hat, oder deren "
                + "Abstand ist nicht bekannt."
        case .passedOver: "Die Untersuchung vom {date} wird übergangen: {reason}."
        case .noDate: "unbekannten Datum"
        case .notKnown: "nicht bekannt"
        case .was: "vorher {value}"
        case .band: "Bandbreite {value}"
        case .millilitres: "{number} ml"
        case .millimetres: "{number} mm"
        case .lengthNotKnown: "Länge nicht bekannt"
        case .sliceCountAndLength: "{number} ({length})"
        case .differentSpacing: "Schichtabstand {spacing} mm, vorher {former} mm: Verglichen werden Längen"

        // Only printed
        case .maker: "Gantry {gantry}, Pipeline {pipeline}, Version {version}"
        case .printedPage: "Seite {page} von {pages}"
        case .moreReasons:
            "{count} weiterer unten bei den Qualitätsbefunden.|{count} weitere unten bei den "
                + "Qualitätsbefunden."
        case .whereItLooked: "Wohin das Netz sah"
        case .morePictures:
            "Gezeigt sind die ersten {shown} von {all}; die anderen stehen in report.html."
        case .comparedWithStudy: "Verglichen mit der Untersuchung vom {date}."
        case .comparedWithNone: "Vergleich: {reason}."
        case .bandInShort:
            "Ein Unterschied heißt nur jenseits seiner Spanne {more} oder {less}: dessen, worin sich zwei "
                + "Aufnahmen derselben Lunge, zwischen denen sich nichts geändert hat, in 95 von 100 Fällen "
                + "unterscheiden."
        case .noBandInShort:
            "Für diese Pipeline ist keine Spanne gemessen; Unterschiede werden deshalb nicht benannt."
        case .moreFindings:
            "{count} weiterer Befund in report.html und report.json.|{count} weitere Befunde in "
                + "report.html und report.json."
        case .seriesAndFiles: "Serien und Dateien"
        case .scoredSeries: "Bewertete Serie"
        case .otherSeries: "{count} weitere Serie in report.html.|{count} weitere Serien in report.html."
        case .elsewhere:
            "Jede Schicht, Serie, Regel und Datei und jede Zahl in voller Länge: report.html und "
                + "report.json der Untersuchung {key}."
        }
    }

    static func finding(_ finding: Finding) -> String {
        switch finding {
        case .negative: "Negativ"
        case .indeterminate: "Unbestimmt"
        case .positive: "Positiv"
        }
    }

    static func zone(_ finding: Finding) -> String {
        switch finding {
        case .negative: "negativ"
        case .indeterminate: "unbestimmt"
        case .positive: "positiv"
        }
    }

    static func quality(_ code: QualityFinding.Code) -> String {
        switch code {
        case .missingSlices: "Schichten fehlen"
        case .unreadableSlices: "Schichten konnten nicht gelesen werden"
        case .irregularSpacing: "Ungleiche Schichtabstände"
        case .acquisitionConflict: "Mehr als ein Bild an einer Position"
        case .tooFewSlices: "Zu wenige Schichten bewertet"
        case .takenUnsettled: "Übernommen, bevor die Untersuchung vollständig war"
        case .tiltedGantry: "Geneigte Gantry"
        case .lossyCompression: "Verlustbehaftete Kompression"
        case .clampedValues: "Hounsfield-Werte außerhalb des Bereichs"
        case .strayBits: "Pixel mit Bits ohne Bedeutung"
        case .wrappedSamples: "Pixelwerte außerhalb ihres Bereichs"
        case .missingEndMarker: "Komprimierte Daten ohne Endmarke"
        case .numberOfFramesZero: "Eine Datei sagt, sie enthalte kein Bild"
        case .rescaleDiffers: "Zwei Umrechnungen in Hounsfield-Einheiten"
        case .betweenThresholds: "Wahrscheinlichkeit zwischen den Schwellen"
        case .rejectedFiles: "Dateien wurden zurückgewiesen"
        case .patientConflict: "Dateien nennen einen anderen Patienten"
        case .slicesWithdrawn: "Schichten einer früheren Fassung sind nicht mehr da"
        case .notAChest: "Zu wenig Luft für einen Thorax"
        case .seriesContinues: "Eine andere Serie geht weiter, wo diese endet"
        case .sparseSlices: "Zwischen den Schichten ist viel ausgelassen"
        case .secondOpinionDiffers: "Ein zweites Leseprogramm liest es anders"
        case .mapOutsideBody: "Das Netz hat außerhalb des Körpers hingesehen"
        case .unlikeTraining: "Dem unähnlich, womit das Netz trainiert wurde"
        }
    }

    static func reason(_ reason: FileReason) -> String {
        switch reason {
        case .scored: "Vom Netz bewertet"
        case .seriesNotChosen: "In einer Serie, die nicht gewählt wurde"
        case .sliceNotSelected: "Von der Schichtauswahl ausgelassen"
        case .duplicateInstance: "Doppel einer schon gesehenen Instanz"
        case .supersededAtPosition: "Ein anderes Bild an dieser Position wurde behalten"
        case .notCTImage: "Kein CT-Bild"
        case .directoryRecord: "Inhaltsverzeichnis (DICOMDIR)"
        case .symbolicLink: "Symbolische Verknüpfung, nicht verfolgt"
        case .notRegularFile: "Keine gewöhnliche Datei"
        case .studyNotJudged: "Ihre Untersuchung kam zu keinem Ergebnis"
        case .notDICOM: "Keine DICOM-Datei"
        case .unreadable: "Konnte nicht geöffnet oder gelesen werden"
        case .damaged: "Beschädigt oder abgeschnitten"
        case .attributeMissing: "Ein nötiges Attribut fehlt"
        case .attributeInvalid: "Ein Attribut hat einen unbrauchbaren Wert"
        case .patientConflict: "Nennt einen anderen Patienten als die Untersuchung"
        case .instanceConflict: "Ein anderes Bild unter derselben Kennung"
        case .damagedCopy: "Beschädigte Kopie einer heilen Datei"
        case .transferSyntaxUnsupported: "Transfersyntax nicht unterstützt"
        case .contentUnsupported: "Inhalt nicht unterstützt"
        case .pixelDataIncomplete: "Pixeldaten unvollständig"
        case .notHounsfield: "Werte sind keine Hounsfield-Einheiten"
        case .limitExceeded: "Größer, als die Grenzen des Leseprogramms erlauben"
        case .readerDied: "Hat das Leseprogramm zum Absturz gebracht"
        case .readerTimedOut: "Das Lesen dauerte zu lange"
        }
    }

    static func disposition(_ disposition: FileDisposition) -> String {
        switch disposition {
        case .scored: "bewertet"
        case .skipped: "übersprungen"
        case .rejected: "zurückgewiesen"
        }
    }

    static func rule(_ rule: RuleName) -> String {
        switch rule {
        case .modality: "Modalität"
        case .ctImage: "CT-Bild"
        case .image: "Bild"
        case .decodable: "decodierbar"
        case .burnedInText: "eingebrannter Text"
        case .originalPrimary: "Original, primär"
        case .notALocalizer: "kein Übersichtsbild"
        case .hounsfield: "Hounsfield-Einheiten"
        case .position: "Position"
        case .lossyCompression: "verlustbehaftete Kompression"
        case .axial: "axiale Schichten"
        case .sliceThickness: "Schichtdicke"
        case .slices: "Anzahl der Schichten"
        case .evenThickness: "gleiche Schichtdicke"
        case .squarePixels: "quadratische Pixel"
        case .regularSpacing: "gleiche Schichtabstände"
        case .gaps: "Lücken"
        case .gantryTilt: "Neigung der Gantry"
        case .oneImageAPosition: "ein Bild je Position"
        case .bodyRegion: "Körperregion"
        case .coverage: "Abdeckung"
        }
    }

    static func precision(_ precision: Precision) -> String {
        switch precision {
        case .f32: "Gleitkomma, 32 Bit (f32)"
        case .bf16: "Gleitkomma, 16 Bit (bf16)"
        case .int8: "ganze Zahlen, 8 Bit (int8)"
        }
    }

    static func left(_ reason: CandidateTrial.Reason) -> String {
        switch reason {
        case .nothingDecodable: "nichts ließ sich decodieren"
        case .notHounsfield: "keine Hounsfield-Einheiten"
        case .notAChest: "zu wenig Luft für einen Thorax"
        }
    }

    static func absence(_ absence: Progression.Absence) -> String {
        switch absence {
        case .firstStudy: "die erste Untersuchung"
        case .undated: "mit keiner: Sie hat kein Datum, und was vor ihr war, ist nicht bekannt"
        case .nothingScored: "mit keiner: Keine Schicht von ihr wurde bewertet"
        case .nothingComparable: "mit keiner"
        }
    }

    static func obstacle(_ obstacle: Progression.Obstacle) -> String {
        switch obstacle {
        case .otherBundle: "Sie wurde von einem anderen Netz oder nach anderen Regeln beurteilt"
        case .nothingScored: "Keine Schicht von ihr wurde bewertet"
        case .orderUnknown: "Sie ist vom selben Tag, und welche früher war, ist nicht bekannt"
        }
    }

    static func reservation(_ reservation: Progression.Reservation) -> String {
        switch reservation {
        case .otherScanner: "Mit anderem Fabrikat oder Gerätetyp aufgenommen: nicht mehr oder weniger genannt."
        case .scannerUnknown: "Ob es derselbe Scanner war, ist nicht bekannt: nicht mehr oder weniger genannt."
        case .doubtful: "Diese Untersuchung ist unvollständig oder zweifelhaft: nicht mehr oder weniger genannt."
        case .previousDoubtful:
            "Die Voruntersuchung ist unvollständig oder zweifelhaft: nicht mehr oder weniger genannt."
        case .failedSince: "Diese Untersuchung ist seither fehlgeschlagen: nicht mehr oder weniger genannt."
        case .previousFailedSince: "Die Voruntersuchung ist seither fehlgeschlagen: nicht mehr oder weniger genannt."
        }
    }

    static func change(_ change: Progression.Change) -> String {
        switch change {
        case .more: "mehr"
        case .less: "weniger"
        case .noClearChange: "keine klare Änderung"
        case .notMeasured: "keine Bandbreite gemessen"
        case .notCalled: "nicht benannt"
        case .unknown: "Änderung nicht bekannt"
        }
    }
}
