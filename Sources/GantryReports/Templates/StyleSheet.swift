import FoundationEssentials
import GantryGround

/// The one style sheet of all pages. No character in it needs escaping in HTML or XML (no `<`, no `&`).
///
/// Findings differ in word and shape first; their colours (blue, amber, vermilion) stay apart for colour-blind readers.
package enum StyleSheet {
    /// SHA-256 of `css` as a Content-Security-Policy names it: no other style is applied. A test says the right value.
    package static let digest = "sha256-SpYHhyAIY/VWHRZO8Bggaw1UX98jFYfoOoj1r+D35Fg="

    /// The text between `<style>` and `</style>`.
    package static let css = base + verdict + drawings + sections + narrow + dark + print

    /// The text and its digest for a page in a language, in which printed sheets are numbered.
    package static func sheet(in texts: ReportTexts) -> (css: String, digest: String) {
        guard texts.language != .english else { return (css, digest) }
        let css = css.replacing(sheetNumber(.english), with: sheetNumber(texts))
        return (css, "sha256-" + Data(SHA256.hash(css.utf8)).base64EncodedString())
    }

    /// `"page " counter(page) " of " counter(pages)`.
    private static func sheetNumber(_ texts: ReportTexts) -> String {
        let counters = ["page": "\" counter(page) \"", "pages": "\" counter(pages) \""]
        let content = "\"\(texts(.sheetNumber, counters))\""
        return content.hasSuffix(" \"\"") ? String(content.dropLast(3)) : content
    }

    private static let base = """
        :root { --ink: #1c2733; --soft: #55626f; --line: #dde3e9; --wash: #f4f6f9; --link: #0b5394; --desk: #e9edf1;
        --paper: #fff;
        --negative: #1d5f8a; --negative-wash: #e9f2f8; --negative-zone: #b9d6e8;
        --indeterminate: #8a6100; --indeterminate-ink: #6e4d00; --indeterminate-wash: #fdf4dc;
        --indeterminate-zone: #f0d894;
        --positive: #b03a0e; --positive-wash: #fdeee6; --positive-zone: #f0b89c;
        --notice: #5c4300; --notice-line: #d9b95c; --notice-wash: #fff8e3; --reasons: rgba(255, 255, 255, 0.75);
        --hair: rgba(28, 39, 51, 0.14);
        --edge: #b4bfca; --axis: #8793a0; --grid: #e6eaee; --trace: #9fb0c0; --slice: #6b7783; --scored: #5d7285;
        --skipped: #d5dce3; }
        * { box-sizing: border-box; }
        html { -webkit-text-size-adjust: 100%; }
        body { margin: 0; background: var(--desk); color: var(--ink); font: 15.5px/1.5 "Segoe UI", -apple-system,
            Roboto, "Noto Sans", "Liberation Sans", "Helvetica Neue", Arial, "Hiragino Sans", "Yu Gothic",
            "Noto Sans CJK JP", "Droid Sans Fallback", sans-serif; overflow-wrap: anywhere; }
        main { max-width: 976px; margin: 24px auto; padding: 28px 40px 32px; background: var(--paper);
            border-radius: 6px; box-shadow: 0 1px 4px rgba(28, 39, 51, 0.18); }
        h1 { margin: 2px 0 14px; font-size: 27px; line-height: 1.25; font-weight: 650; }
        h2 { margin: 0 0 8px; font-size: 18px; line-height: 1.3; font-weight: 650; }
        .verdict h2.label { font-weight: 400; }
        h3 { margin: 0 0 4px; font-size: 14px; font-weight: 650; }
        p { margin: 0 0 8px; }
        a { color: var(--link); }
        section { margin-top: 30px; }
        .notice { margin: 0 0 22px; padding: 7px 14px; border: 1px solid var(--notice-line); border-radius: 4px;
            background: var(--notice-wash); color: var(--notice); font-size: 13.5px; font-weight: 600;
            text-align: center; }
        .failed { margin: 0 0 22px; padding: 12px 18px; border: 2px solid var(--ink); border-left-width: 10px;
            border-radius: 5px; background: var(--wash); font-size: 16px; }
        .failed p { margin: 0; } .failed p + p { margin-top: 10px; }
        .failed strong { display: block; font-size: 19px; line-height: 1.35; }
        footer { margin-top: 34px; }
        footer .notice { margin-bottom: 10px; }
        .topline { display: flex; flex-wrap: wrap; justify-content: space-between; gap: 4px 16px; color: var(--soft);
            font-size: 13.5px; }
        .label { display: block; margin: 0; color: var(--soft); font-size: 12.5px; line-height: 1.4; }
        .value { display: block; font-variant-numeric: tabular-nums; }
        .missing { color: var(--soft); font-style: italic; }
        .facts { display: grid; grid-template-columns: repeat(3, 1fr); gap: 12px 24px; }
        .identity { padding: 14px 0; border-top: 1px solid var(--line); border-bottom: 1px solid var(--line); }
        .identity .value { font-weight: 550; }
        .identity .missing { font-weight: 400; }
        header .fine { margin: 8px 0 0; }
        .fine { margin: 0 0 4px; color: var(--soft); font-size: 12.5px; line-height: 1.45; }
        .block { display: block; }
        .quiet { color: var(--soft); font-size: 14px; }
        .warning { margin: 8px 0 0; padding: 6px 12px; border-left: 4px solid var(--indeterminate);
            background: var(--indeterminate-wash); }
        .code { color: var(--soft); font: 11px/1.45 ui-monospace, "SF Mono", Consolas, "Noto Sans Mono",
            "DejaVu Sans Mono", monospace; overflow-wrap: anywhere; }

        """

    private static let verdict = """
        .verdict { padding: 20px 24px 16px; border: 1px solid; border-left-width: 8px; border-radius: 5px; }
        .verdict.negative { border-color: var(--negative); background: var(--negative-wash); }
        .verdict.indeterminate { border-color: var(--indeterminate); background: var(--indeterminate-wash); }
        .verdict.positive { border-color: var(--positive); background: var(--positive-wash); }
        section.verdict { margin-top: 22px; }
        .answer { display: flex; align-items: center; gap: 20px; }
        .mark-box { flex: none; width: 60px; line-height: 0; }
        .answer-text { flex: 1; min-width: 0; }
        .answer p { margin: 0; }
        .word { font-size: 31px; line-height: 1.2; font-weight: 700; }
        .verdict.negative .word { color: var(--negative); }
        .verdict.indeterminate .word { color: var(--indeterminate-ink); }
        .verdict.positive .word { color: var(--positive); }
        .number { flex: none; text-align: right; }
        .big { font-size: 31px; line-height: 1.2; font-weight: 700; font-variant-numeric: tabular-nums; }
        .big.none { color: var(--soft); font-weight: 400; font-style: italic; }
        .reasons { margin: 14px 0 0; padding: 10px 16px; background: var(--reasons); border-radius: 4px; }
        .reasons ul { margin: 0; padding-left: 20px; }
        .scale-row { display: flex; flex-wrap: wrap; align-items: center; gap: 12px 32px; margin-top: 14px; }
        .scale-box { flex: 1 1 360px; max-width: 430px; line-height: 0; }
        .measures { flex: 1 1 220px; grid-template-columns: 1fr; gap: 6px; }
        .measures div { display: flex; justify-content: space-between; gap: 12px; align-items: baseline;
            border-bottom: 1px solid var(--hair); }
        .meaning { margin-top: 12px; padding-top: 10px; border-top: 1px solid var(--hair); font-size: 13.5px; }
        .meaning p { margin: 0 0 6px; }
        .mark { width: 100%; height: auto; }

        """

    private static let drawings = """
        svg { display: block; width: 100%; height: auto; font-family: inherit; }
        svg text { fill: var(--ink); font-size: 12px; font-variant-numeric: tabular-nums; }
        svg .small { font-size: 12px; fill: var(--soft); }
        svg .strong { fill: var(--ink); font-weight: 600; }
        svg .middle { text-anchor: middle; }
        svg .end { text-anchor: end; }
        svg .value { font-size: 15px; font-weight: 700; }
        svg .zone-word { font-size: 11px; font-weight: 600; }
        svg .ring { fill: var(--paper); stroke: var(--negative); stroke-width: 5; }
        svg .ring.negative { stroke-width: 3; }
        svg .filled { stroke: var(--paper); stroke-width: 1.2; }
        .mark.positive .filled, svg .filled.positive { fill: var(--positive); }
        .mark.indeterminate .filled, svg .filled.indeterminate { fill: var(--indeterminate); }
        .mark .sign { stroke: var(--negative); stroke-width: 5; stroke-linecap: round; }
        .mark .sign.light { stroke: var(--paper); }
        .mark .question { fill: var(--paper); font-size: 27px; font-weight: 700; text-anchor: middle; }
        svg .zone.negative { fill: var(--negative-zone); } svg .zone.indeterminate { fill: var(--indeterminate-zone); }
        svg .zone.positive { fill: var(--positive-zone); }
        svg .needle { stroke: var(--ink); stroke-width: 1.6; }
        svg .interval { stroke: var(--ink); stroke-width: 2; }
        svg .tick, svg .axis { stroke: var(--axis); stroke-width: 1; }
        svg .grid { stroke: var(--grid); stroke-width: 1; }
        svg .threshold { stroke-width: 1.2; }
        svg .threshold.upper { stroke: var(--positive); stroke-dasharray: 7 4; }
        svg .threshold.lower { stroke: var(--negative); stroke-dasharray: 7 4; }
        svg .threshold.slice { stroke: var(--slice); stroke-dasharray: 2 3; }
        svg .trace { fill: none; stroke: var(--trace); stroke-width: 1.4; stroke-linejoin: round; }
        svg .dot { stroke-width: 1.6; } svg .dot.high { fill: var(--positive); stroke: var(--positive); }
        svg .dot.low { fill: var(--paper); stroke: var(--negative); }
        svg .top { fill: none; stroke: var(--ink); stroke-width: 1.6; }
        svg .leader { fill: none; stroke: var(--soft); stroke-width: 1; }
        svg .flag { fill: var(--ink); } svg .flag-word { fill: var(--paper); font-size: 11px; font-weight: 700; }
        svg .gap { fill: var(--indeterminate-zone); fill-opacity: 0.55; stroke: var(--indeterminate); stroke-width: 1;
            stroke-dasharray: 4 3; }
        svg .gap-word { fill: var(--indeterminate-ink); font-weight: 600; }
        svg .strip.scored { fill: var(--scored); } svg .strip.skipped { fill: var(--skipped); }
        svg .strip.rejected { fill: var(--positive); }
        svg .cross { stroke: var(--positive); stroke-width: 2; }
        .chart.narrow { display: none; }
        .spark { width: 120px; flex: none; }
        .legend { display: flex; flex-wrap: wrap; gap: 4px 20px; margin: 2px 0 10px; padding: 0; list-style: none;
            color: var(--soft); font-size: 12.5px; }
        .legend li { display: flex; align-items: center; gap: 7px; }
        .key { width: auto; height: 12px; flex: none; } .key.tall { height: 18px; }

        """

    private static let sections = """
        .pictures { display: grid; grid-template-columns: repeat(3, 1fr); gap: 18px; }
        figure { margin: 0; border: 1px solid var(--line); border-radius: 4px; overflow: hidden;
            scroll-margin-top: 12px; }
        figure:target { outline: 3px solid var(--link); }
        figure img { display: block; width: 100%; height: auto; background: #000; }
        .picture { position: relative; }
        .switch { width: 17px; height: 17px; margin: 0 8px 12px 0; vertical-align: middle; accent-color: var(--link); }
        .switch-label { display: inline-block; margin-bottom: 12px; font-size: 14px; font-weight: 600;
            vertical-align: middle; cursor: pointer; }
        .map-key, .map { display: none; }
        .map { position: absolute; top: 0; left: 0; width: 100%; height: 100%; background: none; }
        .switch:checked ~ .map-key, .switch:checked ~ .pictures .map { display: block; }
        .map-scale { display: flex; align-items: center; gap: 8px; font-size: 12.5px;
            font-variant-numeric: tabular-nums; }
        .map-scale img { width: 220px; height: 14px; border: 1px solid var(--edge); }
        .map-key p { margin: 6px 0 12px; }
        .edge { position: absolute; color: #fff; font-size: 12px; font-weight: 600; line-height: 1;
            text-shadow: 0 0 3px #000, 0 0 3px #000; }
        .edge.left { left: 6px; top: 50%; transform: translateY(-50%); }
        .edge.right { right: 6px; top: 50%; transform: translateY(-50%); }
        .edge.top { top: 6px; left: 50%; transform: translateX(-50%); }
        .edge.bottom { bottom: 6px; left: 50%; transform: translateX(-50%); }
        figcaption { padding: 9px 12px 10px; font-size: 12.5px; line-height: 1.5; color: var(--soft); }
        .caption-line { display: flex; align-items: center; gap: 8px; color: var(--ink); font-size: 14px; }
        .caption-line .p { margin-left: auto; font-weight: 700; font-variant-numeric: tabular-nums; }
        .badge { display: inline-block; min-width: 20px; padding: 0 5px; border-radius: 10px; background: var(--ink);
            color: var(--paper); font-size: 12px; line-height: 20px; font-weight: 700; text-align: center; }
        .chip { flex: none; display: inline-block; padding: 0 9px; border: 1px solid var(--edge); border-radius: 10px;
            background: var(--paper); color: var(--soft); font-size: 12px; line-height: 20px; font-weight: 600;
            white-space: nowrap; }
        .chip.chosen { background: var(--ink); border-color: var(--ink); color: var(--paper); }
        .chip.suitable { border-color: var(--ink); color: var(--ink); }
        .chip.fail, .chip.rejected { border-color: var(--positive); color: var(--positive); }
        .chip.scored { background: var(--scored); border-color: var(--scored); color: var(--paper); }
        .finding { display: flex; gap: 12px; align-items: baseline; padding: 8px 0; border-top: 1px solid var(--line); }
        .finding .chip { min-width: 150px; text-align: center; }
        .finding strong { display: block; }
        .series { margin: 0 0 12px; padding: 12px 16px; border: 1px solid var(--line); border-radius: 4px; }
        .series.chosen { border-color: var(--axis); background: var(--wash); }
        .series-head { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 10px; margin-bottom: 6px; }
        .modality { color: var(--soft); }
        .facts.small { grid-template-columns: repeat(4, auto); justify-content: start; gap: 4px 36px; }
        .why { margin: 8px 0 6px; }
        details { font-size: 14px; }
        summary { color: var(--link); cursor: pointer; }
        details[open] summary { margin-bottom: 6px; }
        .scroll { max-height: 480px; overflow: auto; scrollbar-gutter: stable; border: 1px solid var(--line); }
        table { width: 100%; border-collapse: collapse; }
        th { color: var(--soft); font-size: 12.5px; font-weight: 600; text-align: left; white-space: nowrap; }
        th, td { padding: 5px 12px 5px 8px; vertical-align: top; border-bottom: 1px solid var(--line); }
        .plain { font-size: 13px; background: var(--paper); }
        .files, .rules { table-layout: fixed; } .files th:first-child { width: 40%; }
        .rules th:first-child { width: 20%; } .rules th:last-child { width: 72px; }
        .plain td { font-variant-numeric: tabular-nums; }
        .rules .fail td { color: var(--positive); font-weight: 600; }
        .rules td:last-child { white-space: nowrap; }
        .files th, .rules th { white-space: normal; overflow-wrap: anywhere; }
        html:not([lang="en"]) .numbers th { white-space: normal; }
        .sum { display: flex; flex-wrap: wrap; align-items: baseline; gap: 4px 14px; font-size: 15px; }
        .sum b { font-size: 21px; font-variant-numeric: tabular-nums; }
        .sum i { color: var(--soft); font-style: normal; }
        .reason { margin: 0; padding: 5px 0; border-top: 1px solid var(--line); color: var(--ink); font-size: 14px; }
        .reason summary, p.reason { display: grid; align-items: baseline;
            grid-template-columns: 14px minmax(76px, max-content) 1fr auto; gap: 0 10px; color: var(--ink); }
        .reason summary::before { content: "\u{25B8}"; color: var(--soft); }
        .reason[open] summary::before { content: "\u{25BE}"; }
        .reason .chip { grid-column: 2; padding: 0 4px; text-align: center; }
        .reason b { min-width: 44px; text-align: right; font-variant-numeric: tabular-nums; }
        .part { color: var(--ink); }
        .running { display: none; }
        .provenance .row { display: grid; grid-template-columns: 170px 1fr; gap: 16px; padding: 4px 0;
            border-top: 1px solid var(--line); font-size: 13.5px; }
        .provenance .label { line-height: 1.6; } .provenance .value .code { font-size: 12px; }
        .studies { overflow-wrap: break-word; } .studies td:nth-child(2) { min-width: 150px; overflow-wrap: anywhere; }
        .studies td { padding-top: 10px; padding-bottom: 10px; }
        .date { white-space: nowrap; font-variant-numeric: tabular-nums; }
        .verdict-cell { display: flex; align-items: center; gap: 8px; font-weight: 600; }
        .verdict-cell .mark { width: 20px; }
        .verdict-cell.negative { color: var(--negative); }
        .verdict-cell.indeterminate { color: var(--indeterminate-ink); }
        .verdict-cell.positive { color: var(--positive); }
        .number-cell b { min-width: 54px; white-space: nowrap; }
        .number-cell { display: flex; align-items: center; gap: 10px; font-variant-numeric: tabular-nums; }
        .since { display: block; margin-top: 2px; font-size: 13px; font-weight: 650; }
        .change { font-size: 13.5px; font-variant-numeric: tabular-nums; } .called .word-of { font-weight: 650; }
        .changes .fine { margin: 0; } .changes + .quiet { margin-top: 12px; }
        .superseded { color: var(--soft); background: var(--wash); }

        """

    private static let narrow = """
        @media (max-width: 900px) {
        .studies th, .studies td { padding-left: 6px; padding-right: 6px; } .studies .spark { width: 76px; }
        }
        @media screen and (max-width: 640px) {
        main { margin: 0; padding: 16px; border-radius: 0; box-shadow: none; }
        h1 { font-size: 23px; }
        .facts, .facts.small { grid-template-columns: 1fr 1fr; gap: 10px 16px; }
        .facts.measures { grid-template-columns: 1fr; }
        .verdict { padding: 14px; border-left-width: 6px; }
        .answer { flex-wrap: wrap; gap: 10px 14px; }
        .mark-box { width: 46px; }
        .word, .big { font-size: 26px; }
        .answer-text { flex: 1 1 200px; }
        .number { flex: 1 1 100%; text-align: left; }
        .scale-box { flex-basis: 100%; }
        .pictures { grid-template-columns: 1fr; }
        .chart.wide { display: none; } .chart.narrow { display: block; }
        .finding { flex-direction: column; gap: 4px; }
        .plain th, .plain td { padding: 4px 6px 4px 4px; } .numbers { min-width: 720px; }
        .rules th:first-child { width: 27%; } .rules th:last-child { width: 56px; } .rules td { hyphens: auto; }
        html:not([lang="en"]) .rules th:last-child { width: 68px; }
        .provenance .row { grid-template-columns: 1fr; gap: 0; }
        .studies thead { display: none; }
        .studies tr { display: block; padding: 8px 10px; border: 1px solid var(--line); border-radius: 4px;
            margin-bottom: 10px; }
        .studies td { display: grid; grid-template-columns: 96px minmax(0, 1fr); min-width: 0; padding: 3px 0;
            border: 0; }
        .studies td::before { content: attr(data-label); grid-row: span 3; color: var(--soft); font-size: 12.5px;
            line-height: 1.8; }
        .changes td { grid-template-columns: 112px minmax(0, 1fr); }
        html:not([lang="en"]) .studies td { grid-template-columns: 124px minmax(0, 1fr); }
        .studies td > * { grid-column: 2; }
        }

        """

    /// Screens only: paper is light.
    private static let dark = """
        @media screen and (prefers-color-scheme: dark) {
        :root { color-scheme: dark; --ink: #e6ebf0; --soft: #a9b5c1; --line: #37434f; --wash: #212a33; --link: #86bdf2;
        --desk: #0f141a; --paper: #19212a;
        --negative: #7fc1ee; --negative-wash: #16293a; --negative-zone: #24516f;
        --indeterminate: #e6b84c; --indeterminate-ink: #f0cb72; --indeterminate-wash: #2e2716;
        --indeterminate-zone: #6a5314;
        --positive: #ff9b73; --positive-wash: #37221b; --positive-zone: #7d4025;
        --notice: #f2d489; --notice-line: #7d672a; --notice-wash: #2c2614; --reasons: rgba(0, 0, 0, 0.28);
        --hair: rgba(255, 255, 255, 0.16);
        --edge: #5d6b79; --axis: #7c8996; --grid: #2c3741; --trace: #637486; --slice: #97a4b1; --scored: #8fa6bb;
        --skipped: #3b4854; }
        }

        """

    /// What is closed on a screen is open on paper. The page is a table there, since a table's head stands on every
    /// sheet.
    private static let print = """
        @page { margin: 12mm 14mm 15mm; @bottom-right { content: "page " counter(page) " of " counter(pages);
            color: #55626f; font: 8pt sans-serif; } }
        @media print {
        * { -webkit-print-color-adjust: exact; print-color-adjust: exact; }
        body { background: #fff; font-size: 9.5pt; line-height: 1.4; }
        h1 { margin-bottom: 8px; font-size: 16pt; } h2 { font-size: 12pt; } .verdict h2.label { font-size: 9pt; }
        .word, .big { font-size: 19pt; }
        .failed { margin-bottom: 10px; padding: 7px 12px; font-size: 10pt; } .failed strong { font-size: 11.5pt; }
        .identity { padding: 7px 0; gap: 5px 24px; } .verdict { padding: 10px 16px 8px; }
        section.verdict { margin-top: 12px; } .mark-box { width: 44px; }
        .scale-box { flex-basis: 280px; } .measures { flex-basis: 190px; } .chart.wide { width: 90%; }
        .reasons, .scale-row, .meaning { margin-top: 8px; } .meaning { padding-top: 6px; font-size: 8.5pt; }
        .meaning p { margin-bottom: 3px; }
        .quiet, .reason, details, .provenance .row { font-size: 9pt; } .label, .fine, .legend { font-size: 8.5pt; }
        main { display: table; width: 100%; max-width: none; margin: 0; padding: 0; border-radius: 0;
            box-shadow: none; }
        .page { display: table-row-group; }
        .running { display: table-header-group; break-inside: avoid; font-size: 8pt; line-height: 1.4;
            color: var(--soft); }
        .running div { display: grid; grid-template-columns: 1fr auto; gap: 0 12pt; margin-bottom: 8pt;
            padding-bottom: 2pt; border-bottom: 0.5pt solid var(--axis); }
        .running b { color: var(--ink); }
        section { margin-top: 14px; }
        .page > .notice, .topline a { display: none; }
        footer { margin-top: 14px; }
        details::details-content { content-visibility: visible; block-size: auto; }
        summary { list-style: none; color: var(--ink); } summary::marker { content: ""; }
        .reason summary::before { content: "" !important; }
        figure, .failed p, .finding, .quiet, .provenance .row, .chart, .legend, .studies tr, tr, .answer, .scale-row,
            .series-head, .series .facts { break-inside: avoid; }
        h2, h3, summary, thead, .series-head, .series .facts { break-after: avoid; }
        h2 + .quiet, .sum, .sum + .quiet { break-after: avoid; }
        .scroll { max-height: none; border: 0; overflow: visible; }
        .plain { font-size: 8pt; } .plain th { font-size: 8pt; } .plain th, .plain td { padding: 1.5pt 6pt 1.5pt 3pt; }
        .plain .code { font-size: 7pt; }
        .pictures { grid-template-columns: repeat(4, 1fr); gap: 8px; }
        .switch, .switch-label { display: none; }
        figcaption { padding: 3px 6px 4px; font-size: 7.5pt; line-height: 1.35; } figcaption .code { font-size: 6.5pt; }
        .caption-line { font-size: 8.5pt; }
        }

        """
}
