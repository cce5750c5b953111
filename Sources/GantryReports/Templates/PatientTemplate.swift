/// `index.html` of a patient.
enum PatientTemplate {
    static let page = """
        {{> head}}
        {{> running}}
        <div class="page">
        <p class="notice" role="note">{{notice}}</p>
        {{> failures}}
        <header>
        <div class="topline"><span>{{texts.patientReport}}</span><span>{{studyCount}}</span></div>
        <h1><bdi>{{identity.name}}</bdi></h1>
        <div class="facts identity">
        {{#identity.facts}}
        <div><span class="label">{{label}}</span><bdi class="value{{#isMissing}} missing{{/isMissing}}">\
        {{value}}</bdi></div>
        {{/identity.facts}}
        </div>
        {{#.deidentified}}
        <p class="warning">{{.}}</p>
        {{/.deidentified}}
        </header>
        {{#trend}}
        <section id="trend">
        <h2>{{texts.trendHeading}}</h2>
        {{{wide}}}
        {{{narrow}}}
        <p class="quiet">{{meaning}}</p>
        </section>
        {{/trend}}
        {{#trendNote}}
        <p class="quiet">{{trendNote}}</p>
        {{/trendNote}}
        <section id="studies">
        <h2>{{texts.studiesHeading}}</h2>
        <table class="studies">
        <thead><tr><th>{{texts.date}}</th><th>{{texts.study}}</th><th>{{texts.verdict}}</th>\
        <th>{{texts.probability}}</th><th>{{texts.revision}}</th><th>{{texts.report}}</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr{{#isSuperseded}} class="superseded"{{/isSuperseded}}>
        <td data-label="{{texts.date}}" class="date">{{date}}</td>
        <td data-label="{{texts.study}}"><bdi>{{description}}</bdi>{{#.accession}}<span class="fine block">\
        {{{.}}}</span>{{/.accession}}</td>
        <td data-label="{{texts.verdict}}"><span class="verdict-cell {{cssClass}}">{{{mark}}}{{word}}</span>\
        {{#hasFailedSince}}\
        <span class="since">{{texts.failedSince}}</span>{{/hasFailedSince}}</td>
        <td data-label="{{texts.probability}}">{{#.probability}}<span class="number-cell"><b>{{.}}</b>\
        {{{sparkline}}}</span>{{/.probability}}\
        {{^.probability}}<span class="missing">{{texts.none}}</span>{{/.probability}}\
        {{#.interval}}<span class="fine block">{{.}}</span>{{/.interval}}</td>
        <td data-label="{{texts.revision}}">{{revision}}</td>
        <td data-label="{{texts.report}}">\
        {{^isSuperseded}}<a href="{{link}}">{{texts.openReport}}</a>{{/isSuperseded}}\
        {{#isSuperseded}}\
        <span class="missing">{{texts.replaced}}</span>{{/isSuperseded}}</td>
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
