/// What a person must know before anything else on the page: a study failed after it was judged.
enum FailuresTemplate {
    static let section = """
        {{#hasFailures}}
        <div class="failed" role="note">
        {{#failures}}
        <p><strong>{{subject}}{{#.description}}, <bdi>\
        {{.}}</bdi>,{{/.description}} failed on {{when}}:</strong> <span>{{why}}</span> <b class="block">\
        {{stands}}</b></p>
        {{/failures}}
        </div>
        {{/hasFailures}}
        """
}
