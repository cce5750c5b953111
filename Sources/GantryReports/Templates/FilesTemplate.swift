/// What became of every file of the study.
enum FilesTemplate {
    static let section = """
        <section id="files">
        <h2>{{texts.filesHeading}}</h2>
        {{#hasFiles}}
        <p class="sum"><span>{{{scored}}}</span><i>+</i><span>{{{skipped}}}</span><i>+</i>\
        <span>{{{rejected}}}</span><i>=</i><span>{{{seen}}}</span></p>
        <p class="quiet">{{texts.filesMeaning}}</p>
        {{#reasons}}
        {{#hasList}}
        <details class="reason">
        <summary><span class="chip {{cssClass}}">{{disposition}}</span><span class="words">{{words}}</span><b>\
        {{count}}</b></summary>
        <div class="scroll" role="region" tabindex="0" aria-label="{{name}}"><table class="plain files">
        <thead><tr><th>{{texts.file}}</th><th>{{texts.fileFound}}</th></tr></thead>
        <tbody>
        {{#list}}
        <tr><td class="code"><bdi>{{file}}</bdi></td><td{{#isForeign}} lang="en"{{/isForeign}}>\
        {{detail}}</td></tr>
        {{/list}}
        </tbody>
        </table></div>
        </details>
        {{/hasList}}
        {{^hasList}}
        <p class="reason"><span class="chip {{cssClass}}">{{disposition}}</span><span class="words">{{words}}</span>\
        <b>{{count}}</b></p>
        {{/hasList}}
        {{/reasons}}
        {{/hasFiles}}
        {{^hasFiles}}
        <p class="quiet">{{texts.noFiles}}</p>
        {{/hasFiles}}
        </section>
        """
}
