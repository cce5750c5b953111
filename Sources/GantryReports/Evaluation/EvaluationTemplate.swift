/// `evaluation.html`: a page that reads from top to bottom, without script. Markup is well-formed XML.
enum EvaluationTemplate {
    static let page = """
        {{> head}}
        {{> running}}
        <div class="page">
        <p class="notice" role="note">{{notice}}</p>
        <header>
        <div class="topline"><span>Evaluation against <bdi>{{truth}}</bdi></span><span>Gantry {{gantryVersion}}</span>\
        </div>
        <h1><bdi>{{name}}</bdi></h1>
        </header>
        {{#hasWarnings}}
        <div class="failed warnings" role="note">
        <strong>{{warningsTitle}}</strong>
        <ul>
        {{#warnings}}
        <li>{{.}}</li>
        {{/warnings}}
        </ul>
        </div>
        {{/hasWarnings}}
        <section id="figures">
        <h2>Key figures</h2>
        <div class="figures">
        {{#figures}}
        <div><span class="label">{{label}}</span><span class="figure">{{value}}</span>
        <span class="fine">{{note}}</span></div>
        {{/figures}}
        </div>
        </section>
        <section id="verdicts">
        <h2>Verdicts</h2>
        <div class="scroll" role="region" tabindex="0" aria-label="Verdicts"><table class="plain">
        <thead><tr><th>Truth</th>{{#verdictColumns}}<th class="numeric">{{.}}</th>{{/verdictColumns}}</tr></thead>
        <tbody>
        {{#verdicts}}
        <tr><td>{{truth}}</td>{{#counts}}<td class="numeric">{{.}}</td>{{/counts}}</tr>
        {{/verdicts}}
        </tbody>
        </table></div>
        </section>
        {{#levels}}
        {{> evaluation-level}}
        {{/levels}}
        {{#comparison}}
        {{> evaluation-comparison}}
        {{/comparison}}
        {{#hasGroups}}
        {{> evaluation-groups}}
        {{/hasGroups}}
        <section id="wrong">
        <h2>What it got wrong</h2>
        <p class="quiet">{{wrongSentence}}</p>
        {{#hasWrong}}
        <div class="scroll" role="region" tabindex="0" aria-label="What it got wrong"><table class="plain numbers">
        <thead><tr><th>Case</th><th>True</th><th>Said</th><th class="numeric">Probability</th><th>Report</th></tr>
        </thead>
        <tbody>
        {{#wrong}}
        <tr><td><bdi>{{name}}</bdi></td><td><bdi>{{truth}}</bdi></td><td><bdi>{{said}}</bdi></td>
        <td class="numeric">{{probability}}</td>
        <td>{{#.report}}<a href="{{.}}">Open report</a>{{/.report}}{{^.report}}<span class="missing">none</span>\
        {{/.report}}</td></tr>
        {{/wrong}}
        </tbody>
        </table></div>
        {{/hasWrong}}
        </section>
        <footer>
        <p class="notice" role="note">{{notice}}</p>
        <p class="fine">{{method}} The same numbers for programs: evaluation.json beside this page.</p>
        </footer>
        </div>
        </main>
        </body>
        </html>

        """

    static let level = """
        <section id="{{id}}">
        <h2>{{heading}}</h2>
        <div class="scroll" role="region" tabindex="0" aria-label="{{heading}}: areas"><table class="plain numbers">
        <thead><tr><th>Label</th><th class="numeric">Cases</th><th class="numeric">Positive</th>
        <th class="numeric">Patients</th><th class="numeric">AUC</th><th class="numeric">95 % interval</th>
        <th class="numeric">Average precision</th></tr></thead>
        <tbody>
        {{#labels}}
        <tr><td><bdi>{{label}}</bdi>{{#.note}}<span class="fine block">{{.}}</span>{{/.note}}</td>
        <td class="numeric">{{cases}}</td><td class="numeric">{{positives}}</td><td class="numeric">{{patients}}</td>
        <td class="numeric">{{area}}</td><td class="numeric">{{interval}}</td><td class="numeric">{{precision}}</td>
        </tr>
        {{/labels}}
        </tbody>
        </table></div>
        {{#hasCharts}}
        <div class="charts">
        {{#charts}}
        <div class="chart-box"><h3>{{title}}</h3>{{{svg}}}</div>
        {{/charts}}
        {{#.confusion}}
        <div class="chart-box"><h3>Confusion matrix</h3>{{{.}}}<p class="fine">{{confusionNote}}</p></div>
        {{/.confusion}}
        </div>
        {{/hasCharts}}
        <h3>At the thresholds</h3>
        <div class="scroll" role="region" tabindex="0" aria-label="{{heading}}: thresholds">\
        <table class="plain numbers">
        <thead><tr><th>Label</th><th>Threshold</th><th class="numeric">Sensitivity</th>
        <th class="numeric">Specificity</th><th class="numeric">PPV</th><th class="numeric">NPV</th>
        <th class="numeric">Accuracy</th></tr></thead>
        <tbody>
        {{#thresholds}}
        <tr><td><bdi>{{label}}</bdi></td><td>{{threshold}}</td>
        {{#shares}}
        <td class="numeric">{{value}}<span class="fine block">{{count}}</span>\
        <span class="fine block">{{interval}}</span></td>
        {{/shares}}
        </tr>
        {{/thresholds}}
        </tbody>
        </table></div>
        <p class="fine">PPV and NPV: positive and negative predictive value, which hang on how many are ill here.</p>
        <h3>Calibration</h3>
        <div class="scroll" role="region" tabindex="0" aria-label="{{heading}}: calibration">\
        <table class="plain numbers">
        <thead><tr><th>Label</th><th class="numeric">Expected calibration error</th>
        <th class="numeric">Brier score</th><th class="numeric">= reliability</th>
        <th class="numeric">\u{2212} resolution</th><th class="numeric">+ uncertainty</th>
        <th class="numeric">+ within bins</th></tr></thead>
        <tbody>
        {{#calibrations}}
        <tr><td><bdi>{{label}}</bdi></td><td class="numeric">{{error}}</td><td class="numeric">{{brier}}</td>
        <td class="numeric">{{reliability}}</td><td class="numeric">{{resolution}}</td>
        <td class="numeric">{{uncertainty}}</td><td class="numeric">{{withinBins}}</td></tr>
        {{/calibrations}}
        </tbody>
        </table></div>
        </section>
        """

    static let groups = """
        <section id="groups">
        <h2>Groups of studies</h2>
        <p class="quiet">{{groupsSentence}}</p>
        <div class="scroll" role="region" tabindex="0" aria-label="Groups of studies"><table class="plain numbers">
        <thead><tr><th>By</th><th>Group</th><th class="numeric">Studies</th><th class="numeric">Positive</th>
        <th class="numeric">AUC</th><th class="numeric">95 % interval</th><th class="numeric">Sensitivity</th>
        <th class="numeric">Specificity</th></tr></thead>
        <tbody>
        {{#groups}}
        <tr{{#differs}} class="best"{{/differs}}><td>{{attribute}}</td>
        <td><bdi>{{name}}</bdi>{{#notes}}<span class="fine block">{{.}}</span>{{/notes}}</td>
        <td class="numeric">{{cases}}</td><td class="numeric">{{positives}}</td><td class="numeric">{{area}}</td>
        <td class="numeric">{{interval}}</td>
        {{#sensitivity}}<td class="numeric">{{value}}<span class="fine block">{{count}}</span>\
        <span class="fine block">{{interval}}</span></td>{{/sensitivity}}
        {{#specificity}}<td class="numeric">{{value}}<span class="fine block">{{count}}</span>\
        <span class="fine block">{{interval}}</span></td>{{/specificity}}
        </tr>
        {{/groups}}
        </tbody>
        </table></div>
        </section>
        """

    static let comparison = """
        <section id="comparison">
        <h2>Compared with <bdi>{{other}}</bdi></h2>
        <div class="scroll" role="region" tabindex="0" aria-label="Areas of both"><table class="plain numbers">
        <thead><tr><th>Level</th><th>Label</th><th class="numeric">Cases of both</th>
        <th class="numeric"><bdi>{{first}}</bdi></th><th class="numeric"><bdi>{{other}}</bdi></th>
        <th class="numeric">Difference</th><th class="numeric">95 % interval</th><th class="numeric">p (DeLong)</th>
        </tr></thead>
        <tbody>
        {{#areas}}
        <tr><td>{{level}}{{#.note}}<span class="fine block">{{.}}</span>{{/.note}}</td><td><bdi>{{label}}</bdi></td>
        <td class="numeric">{{cases}}</td><td class="numeric">{{first}}</td><td class="numeric">{{second}}</td>
        <td class="numeric">{{difference}}</td><td class="numeric">{{interval}}</td>
        <td class="numeric">{{probability}}</td></tr>
        {{/areas}}
        </tbody>
        </table></div>
        <p class="quiet">{{agreementSentence}} Rows are this one's verdicts, columns the other's.</p>
        <div class="scroll" role="region" tabindex="0" aria-label="Agreement of verdicts">\
        <table class="plain">
        <thead><tr><th></th>{{#columns}}<th class="numeric">{{.}}</th>{{/columns}}</tr></thead>
        <tbody>
        {{#rows}}
        <tr><td>{{finding}}</td>{{#counts}}<td class="numeric">{{.}}</td>{{/counts}}</tr>
        {{/rows}}
        </tbody>
        </table></div>
        </section>
        """
}
