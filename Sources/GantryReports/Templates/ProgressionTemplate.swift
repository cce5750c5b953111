/// The patient's page: each study beside the one before it.
enum ProgressionTemplate {
    static let section = """
        <section id="progression">
        <h2>{{texts.changeHeading}}</h2>
        <table class="studies changes">
        <thead><tr><th>{{texts.date}}</th><th>{{texts.comparedWith}}</th><th>{{texts.probability}}</th>\
        <th>{{texts.lungInPositive}}</th><th>{{texts.positiveSlices}}</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr>
        <td data-label="{{texts.date}}" class="date">{{date}}</td>
        <td data-label="{{texts.comparedWith}}">{{#.against}}<a href="{{link}}">{{date}}</a>{{/.against}}\
        {{#.absence}}<span class="missing">{{.}}</span>{{/.absence}}{{#notes}} <span class="fine block">{{.}}</span>\
        {{/notes}}</td>
        <td data-label="{{texts.probability}}">{{#probability}}{{> change}}{{/probability}}</td>
        <td data-label="{{texts.lungInPositive}}">{{#lung}}{{> change}}{{/lung}}</td>
        <td data-label="{{texts.positiveSlices}}">{{#slices}}{{> change}}{{/slices}}</td>
        </tr>
        {{/rows}}
        </tbody>
        </table>
        <p class="quiet">{{{meaning}}}</p>
        {{#lacksBand}}
        <p class="quiet">{{{noBand}}}</p>
        {{/lacksBand}}
        {{#lacksVolume}}
        <p class="quiet">{{texts.noVolume}}</p>
        {{/lacksVolume}}
        </section>
        """

    /// One number of one study.
    static let change = """
        <span class="block"><b>{{value}}</b></span>\
        {{#.change}} <span class="block change{{#isCalled}} called{{/isCalled}}">{{#difference}}{{.}} {{/difference}}\
        <span class="word-of">{{.}}</span></span>{{/.change}}\
        {{#details}} <span class="fine block">{{.}}</span>{{/details}}
        """
}
