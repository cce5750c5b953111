/// The table of series: each with its decision, the reason, and all rules behind it.
enum SeriesTemplate {
    static let section = """
        <section id="series">
        <h2>{{texts.seriesHeading}}</h2>
        {{^series}}
        <p class="quiet">{{texts.noSeries}}</p>
        {{/series}}
        {{#series}}
        <div class="series {{decisionClass}}">
        <div class="series-head">
        <span class="chip {{decisionClass}}">{{decision}}</span>
        <strong>{{{name}}}</strong>
        {{#.part}}
        <span class="modality"><bdi{{#isForeign}} lang="en"{{/isForeign}}>{{.}}</bdi></span>
        {{/.part}}
        {{#.modality}}
        <span class="modality">{{.}}</span>
        {{/.modality}}
        </div>
        <div class="facts small">
        <div><span class="label">{{texts.images}}</span><span class="value">{{images}}</span></div>
        <div><span class="label">{{texts.thickness}}</span><span class="value">{{thickness}}</span></div>
        <div><span class="label">{{texts.spacingColumn}}</span><span class="value">{{spacing}}</span></div>
        <div><span class="label">{{texts.kernel}}</span><span class="value">{{kernel}}</span></div>
        </div>
        <p class="why"{{#isForeign}} lang="en"{{/isForeign}}>{{why}}</p>
        <details>
        <summary>{{ruleSummary}}</summary>
        <table class="plain rules">
        <thead><tr><th>{{texts.rule}}</th><th>{{texts.expected}}</th><th>{{texts.ruleFound}}</th>\
        <th>{{texts.passed}}</th></tr></thead>
        <tbody>
        {{#rules}}
        <tr class="{{#passed}}pass{{/passed}}{{^passed}}fail{{/passed}}"><td>{{rule}}</td>\
        <td{{#isForeign}} lang="en"{{/isForeign}}>{{expected}}</td>\
        <td{{#isForeign}} lang="en"{{/isForeign}}>{{measured}}</td>\
        <td>{{#passed}}{{texts.yes}}{{/passed}}{{^passed}}{{texts.no}}{{/passed}}</td></tr>
        {{/rules}}
        </tbody>
        </table>
        {{#.geometryText}}
        <p class="fine">{{.}}</p>
        {{/.geometryText}}
        {{#.airText}}
        <p class="fine">{{.}}</p>
        {{/.airText}}
        {{#.equipment}}
        <p class="fine">{{.}}</p>
        {{/.equipment}}
        <p class="fine">{{transferSyntaxes}}</p>
        <p class="code">{{uid}}</p>
        </details>
        </div>
        {{/series}}
        </section>
        """
}
