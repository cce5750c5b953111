/// What a person must know before anything else on the page: a study failed after it was judged.
enum FailuresTemplate {
    static let section = """
        {{#hasFailures}}
        <div class="failed" role="note">
        {{#failures}}
        <p><strong>{{{heading}}}</strong> <span{{#isForeign}} lang="en"{{/isForeign}}>{{why}}</span> \
        <b class="block">{{stands}}</b></p>
        {{/failures}}
        </div>
        {{/hasFailures}}
        """
}
