import GantryCore

extension StudyTables {
    /// A series, or part of one, with its place among those of its study, from 0.
    package struct Series: Sendable {
        let index: Int
        let decision: SeriesDecision
    }

    /// A row for each series, or part of one, that was found.
    package static let series: [TableColumn<Series>] = TableColumn.common + decision + attributes + geometry

    private static let decision: [TableColumn<Series>] = [
        TableColumn("series_index", .integer) { .integer($1.index) },
        TableColumn("series_instance_uid", .uid, .mapped) { .text($1.decision.seriesInstanceUID.value) },
        TableColumn("part", .text, .gone) { .text($1.decision.part) },
        TableColumn("is_chosen", .boolean) { .flag($1.decision.isChosen) },
        TableColumn("rank", .integer) { .integer($1.decision.rank) },
        TableColumn("failed_rules", .list) { .codes($1.decision.rules.filter { !$0.passed }.map(\.rule)) },
        TableColumn("left_because", .code) { .code($1.decision.trial?.left) },
        TableColumn("reason", .text, .gone) { .text($1.decision.reason) },
    ]

    private static let attributes: [TableColumn<Series>] = [
        TableColumn("series_number", .integer) { .integer($1.decision.attributes.seriesNumber) },
        TableColumn("series_description", .text, .gone) { .text($1.decision.attributes.seriesDescription) },
        TableColumn("modality", .text) { .text($1.decision.attributes.modality) },
        TableColumn("body_part_examined", .text) { .text($1.decision.attributes.bodyPartExamined) },
        TableColumn("patient_position", .text) { .text($1.decision.attributes.patientPosition) },
        TableColumn("manufacturer", .text) { .text($1.decision.attributes.manufacturer) },
        TableColumn("manufacturer_model_name", .text) { .text($1.decision.attributes.manufacturerModelName) },
        TableColumn("convolution_kernel", .text) { .text($1.decision.attributes.convolutionKernel) },
        TableColumn("tube_voltage_kv", .number) { .number($1.decision.attributes.kilovoltPeak) },
        TableColumn("transfer_syntaxes", .list) { .texts($1.decision.transferSyntaxes.map(\.uid)) },
        TableColumn("instances", .integer) { .integer($1.decision.instances) },
        TableColumn("images", .integer) { .integer($1.decision.images) },
    ]

    private static let geometry: [TableColumn<Series>] = [
        TableColumn("slice_thickness_mm", .number) { .number($1.decision.sliceThicknessMillimetres) },
        TableColumn("slice_spacing_mm", .number) { .number($1.decision.geometry?.sliceSpacingMillimetres) },
        TableColumn("smallest_spacing_mm", .number) { .number($1.decision.geometry?.smallestSpacingMillimetres) },
        TableColumn("largest_spacing_mm", .number) { .number($1.decision.geometry?.largestSpacingMillimetres) },
        TableColumn("positions", .integer) { .integer($1.decision.geometry?.positions) },
        TableColumn("is_regular", .boolean) { .flag($1.decision.geometry?.isRegular) },
        TableColumn("gaps", .integer) { .integer($1.decision.geometry?.gaps.count) },
        TableColumn("missing_slices", .integer) {
            .integer($1.decision.geometry?.gaps.reduce(0) { $0 + $1.missingSlices })
        },
        TableColumn("tilt_degrees", .number) { .number($1.decision.geometry?.tiltDegrees) },
        TableColumn("enclosed_air_ml", .number) { .number($1.decision.trial?.enclosedAirMillilitres) },
    ]
}
