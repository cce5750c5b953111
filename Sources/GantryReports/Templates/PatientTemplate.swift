/// `index.html` of a patient.
enum PatientTemplate {
    static let page = """
        {{> head}}
        {{> running}}
        <div class="page">
        <p class="notice" role="note">{{notice}}</p>
        {{> failures}}
        <header>
        <div class="topline"><span>CT studies of a patient</span><span>{{studyCount}}</span></div>
        <h1><bdi>{{identity.name}}</bdi></h1>
        <div class="facts identity">
        {{#identity.facts}}
        <div><span class="label">{{label}}</span><bdi class="value{{#isMissing}} missing{{/isMissing}}">\
        {{value}}</bdi></div>
        {{/identity.facts}}
        </div>
        </header>
        {{#trend}}
        <section id="trend">
        <h2>Probability over time</h2>
        {{{wide}}}
        {{{narrow}}}
        <p class="quiet">Each mark is a study, with its interval; the broken lines are the thresholds, positive from \
        {{positiveFrom}} and negative below {{negativeBelow}}. A change of the number is a change of the \
        network\u{2019}s output, which also hangs on the scan itself.</p>
        </section>
        {{/trend}}
        {{#trendNote}}
        <p class="quiet">{{trendNote}}</p>
        {{/trendNote}}
        <section id="studies">
        <h2>Studies</h2>
        <table class="studies">
        <thead><tr><th>Date</th><th>Study</th><th>Verdict</th><th>Probability</th><th>Revision</th>\
        <th>Report</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr{{#isSuperseded}} class="superseded"{{/isSuperseded}}>
        <td data-label="Date" class="date">{{date}}</td>
        <td data-label="Study"><bdi>{{description}}</bdi>{{#.accession}}<span class="fine block">Accession <bdi>\
        {{.}}</bdi></span>{{/.accession}}</td>
        <td data-label="Verdict"><span class="verdict-cell {{cssClass}}">{{{mark}}}{{word}}</span>{{#hasFailedSince}}\
        <span class="since">failed since: see above</span>{{/hasFailedSince}}</td>
        <td data-label="Probability">{{#.probability}}<span class="number-cell"><b>{{.}}</b>\
        {{{sparkline}}}</span>{{/.probability}}{{^.probability}}<span class="missing">none</span>{{/.probability}}\
        {{#.interval}}<span class="fine block">interval {{.}}</span>{{/.interval}}</td>
        <td data-label="Revision">{{revision}}</td>
        <td data-label="Report">{{^isSuperseded}}<a href="{{link}}">Open report</a>{{/isSuperseded}}{{#isSuperseded}}\
        <span class="missing">replaced by a later revision</span>{{/isSuperseded}}</td>
        </tr>
        {{/rows}}
        </tbody>
        </table>
        </section>
        {{#.progression}}
        {{> progression}}
        {{/.progression}}
        <footer>
        <p class="notice" role="note">{{notice}}</p>
        </footer>
        </div>
        </main>
        </body>
        </html>

        """
}
