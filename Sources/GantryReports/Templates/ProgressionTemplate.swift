/// The patient's page: each study beside the one before it.
enum ProgressionTemplate {
    static let section = """
        <section id="progression">
        <h2>Change since the study before</h2>
        <table class="studies changes">
        <thead><tr><th>Date</th><th>Compared with</th><th>Probability</th><th>Lung in positive slices</th>\
        <th>Positive slices</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr>
        <td data-label="Date" class="date">{{date}}</td>
        <td data-label="Compared with">{{#.against}}<a href="{{link}}">{{date}}</a>{{/.against}}\
        {{#.absence}}<span class="missing">{{.}}</span>{{/.absence}}{{#notes}} <span class="fine block">{{.}}</span>\
        {{/notes}}</td>
        <td data-label="Probability">{{#probability}}{{> change}}{{/probability}}</td>
        <td data-label="Lung in positive slices">{{#lung}}{{> change}}{{/lung}}</td>
        <td data-label="Positive slices">{{#slices}}{{> change}}{{/slices}}</td>
        </tr>
        {{/rows}}
        </tbody>
        </table>
        <p class="quiet">A difference is called <i>more</i> or <i>less</i> only beyond its band: what two scans of the \
        same lungs, between which nothing changed, differ by in 95 of 100 cases (95 % repeatability coefficient of \
        this pipeline). Within it there is <i>no clear change</i>. A slice is positive from \
        {{#.slicePositiveFrom}}a probability of {{.}}{{/.slicePositiveFrom}}{{^.slicePositiveFrom}}the threshold \
        of its pipeline{{/.slicePositiveFrom}} on. Lung is aerated lung, in the part of the body that these slices \
        stand for; their number is compared as the length of that part.</p>
        {{#lacksBand}}
        <p class="quiet">No band was measured for this pipeline, so that differences are not called more or less: \
        <code>gantry model repeatability</code> measures it.</p>
        {{/lacksBand}}
        {{#lacksVolume}}
        <p class="quiet">Where the lung in positive slices is not known, the study was scored by a version of Gantry \
        that did not keep the area of lung on its slices, or the distance of these is not known.</p>
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
