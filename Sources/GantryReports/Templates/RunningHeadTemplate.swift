/// The head of every printed sheet; hidden from screens and, since the page says the same, from screen readers.
enum RunningHeadTemplate {
    static let section = """
        {{#running}}
        <div class="running" aria-hidden="true"><div><span class="who"><b><bdi>{{name}}</bdi></b>, <bdi>\
        {{identity}}</bdi></span><span>{{notice}}</span><span class="what"><bdi>{{subject}}</bdi></span></div></div>
        {{/running}}
        """
}
