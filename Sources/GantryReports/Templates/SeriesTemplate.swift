/// The table of series: each with its decision, the reason, and all rules behind it.
enum SeriesTemplate {
    static let section = """
        <section id="series">
        <h2>Series of the study</h2>
        {{^series}}
        <p class="quiet">No series was found.</p>
        {{/series}}
        {{#series}}
        <div class="series {{decisionClass}}">
        <div class="series-head">
        <span class="chip {{decisionClass}}">{{decision}}</span>
        <strong>Series {{number}}: <bdi>{{description}}</bdi></strong>
        {{#.part}}
        <span class="modality"><bdi>{{.}}</bdi></span>
        {{/.part}}
        {{#.modality}}
        <span class="modality">{{.}}</span>
        {{/.modality}}
        </div>
        <div class="facts small">
        <div><span class="label">Images</span><span class="value">{{images}}</span></div>
        <div><span class="label">Thickness, mm</span><span class="value">{{thickness}}</span></div>
        <div><span class="label">Spacing, mm</span><span class="value">{{spacing}}</span></div>
        <div><span class="label">Kernel</span><span class="value">{{kernel}}</span></div>
        </div>
        <p class="why">{{why}}</p>
        <details>
        <summary>{{ruleSummary}}</summary>
        <table class="plain rules">
        <thead><tr><th>Rule</th><th>Expected</th><th>Found</th><th>Passed</th></tr></thead>
        <tbody>
        {{#rules}}
        <tr class="{{#passed}}pass{{/passed}}{{^passed}}fail{{/passed}}"><td>{{rule}}</td><td>{{expected}}</td><td>\
        {{measured}}</td><td>{{#passed}}\u{2713} yes{{/passed}}{{^passed}}\u{2717} no{{/passed}}</td></tr>
        {{/rules}}
        </tbody>
        </table>
        {{#.geometryText}}
        <p class="fine">Measured: {{.}}.</p>
        {{/.geometryText}}
        {{#.airText}}
        <p class="fine">Air enclosed by the body: {{.}}.</p>
        {{/.airText}}
        {{#.equipment}}
        <p class="fine">Equipment: {{.}}.</p>
        {{/.equipment}}
        <p class="fine">Transfer syntax: {{transferSyntaxes}}.</p>
        <p class="code">{{uid}}</p>
        </details>
        </div>
        {{/series}}
        </section>
        """
}
