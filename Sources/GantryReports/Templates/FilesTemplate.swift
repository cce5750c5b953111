/// What became of every file of the study.
enum FilesTemplate {
    static let section = """
        <section id="files">
        <h2>Files</h2>
        {{#hasFiles}}
        <p class="sum"><span><b>{{scored}}</b> scored</span><i>+</i><span><b>{{skipped}}</b> skipped</span><i>+</i>\
        <span><b>{{rejected}}</b> rejected</span><i>=</i><span><b>{{seen}}</b> seen</span></p>
        <p class="quiet">Skipped files are sound and not what the pipeline looks at. Something is wrong with rejected \
        ones.</p>
        {{#reasons}}
        {{#hasList}}
        <details class="reason">
        <summary><span class="chip {{disposition}}">{{disposition}}</span><span class="words">{{words}}</span><b>\
        {{count}}</b></summary>
        <div class="scroll" role="region" tabindex="0" aria-label="Files: {{words}}"><table class="plain files">
        <thead><tr><th>File</th><th>What was found</th></tr></thead>
        <tbody>
        {{#list}}
        <tr><td class="code"><bdi>{{file}}</bdi></td><td>{{detail}}</td></tr>
        {{/list}}
        </tbody>
        </table></div>
        </details>
        {{/hasList}}
        {{^hasList}}
        <p class="reason"><span class="chip {{disposition}}">{{disposition}}</span><span class="words">{{words}}</span>\
        <b>{{count}}</b></p>
        {{/hasList}}
        {{/reasons}}
        {{/hasFiles}}
        {{^hasFiles}}
        <p class="quiet">No file was recorded for this study.</p>
        {{/hasFiles}}
        </section>
        """
}
