/// The style sheet of `training.html`: that of all pages, and what is drawn of training. No character in it needs
/// escaping in HTML or XML (no `<`, no `&`).
///
/// Training is amber, broken and hollow, validation blue, whole and full: they stay apart without colour.
package enum TrainingStyleSheet {
    /// SHA-256 of `css` as a Content-Security-Policy names it. A test says the right value.
    package static let digest = "sha256-TdIEHDI7WcD5tnPw3g5BAwsH06mb7j3XqEQLvY80XkI="

    /// The text between `<style>` and `</style>`.
    package static let css = StyleSheet.css + own + narrow + print

    private static let own = """
        .warnings { border-color: var(--indeterminate); background: var(--indeterminate-wash); font-size: 15px; }
        .warnings ul { margin: 6px 0 0; padding-left: 20px; } .warnings li + li { margin-top: 4px; }
        .state.under-way { border-color: var(--negative); background: var(--negative-wash); }
        .state.under-way .word { color: var(--negative); }
        .state.finished { border-color: var(--axis); background: var(--wash); }
        .state.stopped { border-color: var(--indeterminate); background: var(--indeterminate-wash); }
        .state.stopped .word { color: var(--indeterminate-ink); }
        .state h2.word { margin: 0; font-size: 27px; font-weight: 700; } .state .big { font-size: 25px; }
        .state .summary { margin-top: 2px; }
        .state > .fine { margin: 10px 0 0; }
        .progress { margin-top: 14px; } .progress .track { fill: var(--hair); }
        .progress .done { fill: var(--negative); }
        .stopped .progress .done { fill: var(--indeterminate); } .finished .progress .done { fill: var(--scored); }
        .go-on { margin: 12px 0 4px; }
        .command { margin: 0; padding: 8px 12px; border-radius: 4px; background: var(--reasons); }
        code { font: 13.5px/1.45 ui-monospace, "SF Mono", Consolas, "Noto Sans Mono", "DejaVu Sans Mono", monospace; }
        .figures { display: grid; grid-template-columns: repeat(4, 1fr); gap: 16px 24px; padding: 14px 0;
            border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
        .figures .figure { display: block; font-size: 23px; line-height: 1.25; font-weight: 650;
            font-variant-numeric: tabular-nums; overflow-wrap: normal; }
        .figures .fine { display: block; margin: 0; }
        .charts { display: grid; grid-template-columns: minmax(0, 1fr) minmax(0, 1fr); gap: 22px 32px;
            margin: 12px 0 10px; align-items: start; }
        .chart-box h3 { margin: 0 0 8px; } .chart-box .fine { margin: 6px 0 0; }
        svg .curve { fill: none; stroke-width: 2; stroke-linejoin: round; stroke-linecap: round; }
        svg .curve.training { stroke: var(--indeterminate); stroke-dasharray: 5 4; stroke-linecap: butt; }
        svg .curve.validation, svg .curve.single { stroke: var(--negative); }
        svg .point { stroke-width: 1.6; } svg .point.training { fill: var(--paper); stroke: var(--indeterminate); }
        svg .point.validation, svg .point.single { fill: var(--negative); stroke: var(--negative); }
        svg .best-line { stroke: var(--soft); stroke-width: 1.2; stroke-dasharray: 2 3; }
        svg .best-word { font-size: 11px; fill: var(--soft); }
        svg .hit { fill: transparent; } svg .hit:hover { fill: var(--hair); }
        svg .chance { stroke: var(--axis); stroke-width: 1; stroke-dasharray: 4 4; }
        svg .under { fill: var(--negative); fill-opacity: 0.1; }
        svg .cell.right { fill: var(--negative); } svg .cell.wrong { fill: var(--positive); }
        svg .cell.mixed { fill: var(--slice); }
        svg .cell { stroke: var(--grid); stroke-width: 1; } svg .cell-word { font-size: 11px; }
        svg .in-cell { fill: var(--ink); }
        svg .heat0 { fill-opacity: 0; } svg .heat1 { fill-opacity: 0.06; } svg .heat2 { fill-opacity: 0.11; }
        svg .heat3 { fill-opacity: 0.16; } svg .heat4 { fill-opacity: 0.21; }
        svg .heat5 { fill-opacity: 0.26; } svg .heat6 { fill-opacity: 0.31; } svg .heat7 { fill-opacity: 0.36; }
        svg .heat8 { fill-opacity: 0.4; } svg .heat9 { fill-opacity: 0.44; }
        .pictures.wrong { grid-template-columns: repeat(4, minmax(0, 1fr)); gap: 16px; }
        .wrong img { aspect-ratio: 1; object-fit: contain; image-rendering: pixelated; }
        .no-picture { display: flex; align-items: center; justify-content: center; aspect-ratio: 1;
            background: var(--wash); color: var(--soft); font-size: 12.5px; font-style: italic; }
        .wrong .caption-line { align-items: baseline; line-height: 1.4; }
        .wrong .truth { margin-bottom: 3px; color: var(--soft); font-size: 12.5px; }
        .wrong .truth .p { font-weight: 400; } .wrong .p { flex: none; overflow-wrap: normal; white-space: nowrap; }
        .numeric { text-align: right; font-variant-numeric: tabular-nums; } .counts .numeric { width: 17%; }
        .confusions { table-layout: fixed; } .confusions .numeric { width: 76px; }
        .confusions th.numeric { white-space: normal; }
        .counts .total td, .numbers .best td { font-weight: 650; } .numbers .best td { background: var(--wash); }

        """

    private static let narrow = """
        @media screen and (max-width: 640px) {
        .state h2.word { font-size: 22px; } .state .big { font-size: 21px; }
        .figures { grid-template-columns: 1fr 1fr; } .figures .figure { font-size: 20px; }
        .charts { grid-template-columns: minmax(0, 1fr); }
        .pictures.wrong { grid-template-columns: 1fr 1fr; gap: 12px; }
        }

        """

    private static let print = """
        @media print {
        .state h2.word { font-size: 15pt; } .state .big { font-size: 13pt; } code { font-size: 9pt; }
        .figures { gap: 6px 20px; padding: 7px 0; } .figures .figure { font-size: 13pt; }
        .charts { gap: 10px 24px; } .chart-box, .warnings, .figures div { break-inside: avoid; }
        .pictures.wrong { grid-template-columns: repeat(6, minmax(0, 1fr)); }
        .wrong .caption-line { flex-wrap: wrap; gap: 0 5px; font-size: 7.5pt; } .wrong .truth { font-size: 7pt; }
        }

        """
}
