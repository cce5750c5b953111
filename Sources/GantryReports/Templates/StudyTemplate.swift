/// `report.html`: a page that reads from top to bottom, without script. Markup is well-formed XML.
enum StudyTemplate {
    static let page = """
        {{> head}}
        {{> running}}
        <div class="page">
        <p class="notice" role="note">{{notice}}</p>
        {{> failures}}
        <header>
        <div class="topline"><span>{{texts.studyReport}}</span>\
        <a href="../index.html">{{texts.allStudies}}</a></div>
        <h1><bdi>{{identity.name}}</bdi></h1>
        <div class="facts identity">
        {{#identity.facts}}
        <div><span class="label">{{label}}</span><bdi class="value{{#isMissing}} missing{{/isMissing}}">\
        {{value}}</bdi></div>
        {{/identity.facts}}
        {{#studyFacts}}
        <div><span class="label">{{label}}</span><bdi class="value{{#isMissing}} missing{{/isMissing}}">\
        {{value}}</bdi></div>
        {{/studyFacts}}
        </div>
        {{#.deidentified}}
        <p class="warning">{{.}}</p>
        {{/.deidentified}}
        <p class="fine">{{revisionText}}</p>
        {{#newerRevision}}
        <p class="warning">{{newerRevision}}</p>
        {{/newerRevision}}
        </header>
        {{#verdict}}
        {{> verdict}}
        {{/verdict}}
        {{#slices}}
        {{> slices}}
        {{/slices}}
        {{> pictures}}
        <section id="quality">
        <h2>{{texts.qualityHeading}}</h2>
        {{#quality}}
        <div class="finding{{#isFailure}} failure{{/isFailure}}">
        <span class="chip {{#isFailure}}fail{{/isFailure}}{{^isFailure}}note{{/isFailure}}">\
        {{#isFailure}}{{texts.makesIndeterminate}}{{/isFailure}}{{^isFailure}}{{texts.noted}}{{/isFailure}}</span>
        <div><strong>{{name}}</strong> <span{{#isForeign}} lang="en"{{/isForeign}}>{{detail}}</span></div>
        </div>
        {{/quality}}
        {{^quality}}
        <p class="quiet">{{texts.nothingNoticed}}</p>
        {{/quality}}
        </section>
        {{> series}}
        {{#slices}}
        {{> slice-table}}
        {{/slices}}
        {{#files}}
        {{> files}}
        {{/files}}
        {{> provenance}}
        <footer>
        <p class="notice" role="note">{{notice}}</p>
        <p class="fine">{{{forPrograms}}}</p>
        </footer>
        </div>
        </main>
        </body>
        </html>

        """

    static let verdict = """
        <section id="verdict" class="verdict {{cssClass}}">
        <div class="answer">
        <div class="mark-box">{{{mark}}}</div>
        <div class="answer-text">
        <h2 class="label">{{label}}</h2>
        <p class="word">{{word}}</p>
        <p class="summary">{{summary}}</p>
        </div>
        <div class="number">
        {{#probability}}
        <p class="label">{{texts.probability}}</p>
        <p class="big">{{probability}}</p>
        {{/probability}}
        {{^probability}}
        <p class="label">{{texts.probability}}</p>
        <p class="big none">{{texts.none}}</p>
        {{/probability}}
        {{#interval}}
        <p class="fine">{{interval}}</p>
        {{/interval}}
        </div>
        </div>
        {{#hasReasons}}
        <div class="reasons">
        <h3>{{texts.why}}</h3>
        <ul>
        {{#reasons}}
        <li{{#areReasonsStored}}{{#isForeign}} lang="en"{{/isForeign}}{{/areReasonsStored}}>{{.}}</li>
        {{/reasons}}
        </ul>
        </div>
        {{/hasReasons}}
        <div class="scale-row">
        {{#scale}}
        <div class="scale-box">{{{scale}}}</div>
        {{/scale}}
        <div class="facts measures">
        {{#measures}}
        <div><span class="label">{{label}}</span><span class="value">{{value}}</span></div>
        {{/measures}}
        </div>
        </div>
        <div class="meaning">
        <p>{{probabilityMeaning}}</p>
        {{#intervalMeaning}}
        <p>{{intervalMeaning}}</p>
        {{/intervalMeaning}}
        </div>
        {{#otherRevisions}}
        <p class="fine">{{.}}</p>
        {{/otherRevisions}}
        </section>
        """

    static let slices = """
        <section id="slices">
        <h2>{{texts.slicesHeading}}</h2>
        {{#hasSlices}}
        <p class="quiet">{{line}}</p>
        {{{chartWide}}}
        {{{chartNarrow}}}
        <ul class="legend">
        <li><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 26 12" class="key" aria-hidden="true">\
        <circle cx="7" cy="6" r="3.4" class="dot high"/>\
        <circle cx="19" cy="6" r="3.4" class="dot low"/></svg>{{dotsKey}}</li>
        {{#hasFlags}}
        <li><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 20 18" class="key tall" aria-hidden="true">\
        <circle cx="10" cy="9" r="8" class="flag"/>\
        <text x="10" y="12.8" class="flag-word middle">1</text></svg>{{texts.pictureKey}}</li>
        {{/hasFlags}}
        <li><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 12" class="key" aria-hidden="true">\
        <rect x="0" y="2" width="22" height="8" class="strip scored"/></svg>{{texts.scoredKey}}</li>
        {{#hasSkipped}}
        <li><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 12" class="key" aria-hidden="true">\
        <rect x="0" y="2" width="22" height="8" class="strip skipped"/></svg>{{texts.leftOutKey}}</li>
        {{/hasSkipped}}
        {{#hasRejected}}
        <li><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 12" class="key" aria-hidden="true">\
        <line x1="7" y1="2" x2="15" y2="10" class="cross"/>\
        <line x1="7" y1="10" x2="15" y2="2" class="cross"/></svg>{{texts.notReadableKey}}</li>
        {{/hasRejected}}
        {{#hasGaps}}
        <li><svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 22 12" class="key" aria-hidden="true">\
        <rect x="1" y="1" width="20" height="10" class="gap"/></svg>{{texts.missingKey}}</li>
        {{/hasGaps}}
        </ul>
        {{/hasSlices}}
        {{^hasSlices}}
        <p class="quiet">{{texts.noSlices}}</p>
        {{/hasSlices}}
        </section>
        """

    /// Behind what a person reads first: a printed page shows all of it.
    static let sliceTable = """
        {{#hasSlices}}
        <section id="slice-table">
        <h2>{{texts.everySlice}}</h2>
        <details>
        <summary>{{summary}}</summary>
        <div class="scroll" role="region" tabindex="0" aria-label="{{texts.everySlice}}">\
        <table class="plain numbers">
        <thead><tr><th>{{texts.slice}}</th><th>{{texts.positionColumn}}</th>\
        <th>{{texts.probability}}</th><th>{{texts.lungColumn}}</th>\
        {{#hasDistances}}<th>{{texts.distanceColumn}}</th>{{/hasDistances}}<th>{{texts.outcomeColumn}}</th>\
        <th>{{texts.instanceColumn}}</th></tr></thead>
        <tbody>
        {{#rows}}
        <tr><td>{{number}}</td><td>{{position}}</td><td>{{^.probability}}\u{2013}{{/.probability}}{{.probability}}</td>\
        <td>{{^.lung}}\u{2013}{{/.lung}}{{.lung}}</td>\
        {{#hasDistances}}<td>{{^.distance}}\u{2013}{{/.distance}}{{.distance}}</td>{{/hasDistances}}\
        <td>{{reason}}</td><td class="code">{{uid}}</td></tr>
        {{/rows}}
        </tbody>
        </table></div>
        </details>
        </section>
        {{/hasSlices}}
        """

    static let pictures = """
        <section id="pictures">
        <h2>{{texts.picturesHeading}}</h2>
        {{#hasPictures}}
        <p class="quiet">{{picturesMeaning}} {{texts.edgeLetters}}</p>
        {{#hasMaps}}
        <input type="checkbox" id="show-maps" class="switch"/><label for="show-maps" class="switch-label">\
        {{texts.showMaps}}</label>
        {{#maps}}
        <div class="map-key">
        <div class="map-scale"><span>0</span><img src="{{{scale}}}" width="256" height="1" \
        alt="{{texts.mapColours}}"/><span>{{top}}</span></div>
        <p class="fine">{{meaning}}</p>
        </div>
        {{/maps}}
        {{/hasMaps}}
        <div class="pictures">
        {{#pictures}}
        <figure id="picture-{{rank}}">
        <div class="picture"><img src="{{{source}}}" width="{{columns}}" height="{{rows}}" alt="{{alternative}}"/>\
        {{#.map}}<img class="map" src="{{{.}}}" width="{{columns}}" height="{{rows}}" alt=""/>{{/.map}}\
        <span class="edge left">{{left}}</span><span class="edge right">{{right}}</span><span class="edge top">\
        {{top}}</span><span class="edge bottom">{{bottom}}</span></div>
        <figcaption>
        <div class="caption-line"><span class="badge">{{rank}}</span><strong>{{place}}</strong>{{#.probability}}\
        <span class="p">{{.}}</span>{{/.probability}}</div>
        {{#.position}}
        <div>{{.}}</div>
        {{/.position}}
        <div>{{window}}</div>
        {{#.outsideBody}}
        <div>{{.}}</div>
        {{/.outsideBody}}
        {{#.part}}
        <div class="part">{{.}}</div>
        {{/.part}}
        {{#.uid}}
        <div class="code">{{.}}</div>
        {{/.uid}}
        </figcaption>
        </figure>
        {{/pictures}}
        </div>
        {{/hasPictures}}
        {{^hasPictures}}
        <p class="quiet">{{noPictures}}</p>
        {{/hasPictures}}
        </section>
        """
}
