/// Where the numbers come from.
enum ProvenanceTemplate {
    static let section = """
        <section id="provenance">
        <h2>{{texts.provenanceHeading}}</h2>
        <div class="provenance">
        {{#provenance.facts}}
        <div class="row"><span class="label">{{label}}</span><span class="value">{{value}}\
        {{#remarks}} {{slices}}: {{#isForeign}}<span lang="en">{{/isForeign}}{{sentence}}\
        {{#isForeign}}</span>{{/isForeign}}{{/remarks}}{{#.code}}<span class="code">{{.}}</span>{{/.code}}</span></div>
        {{/provenance.facts}}
        </div>
        </section>
        """
}
