/// `training.html`: a page that reads from top to bottom, without script. Markup is well-formed XML.
enum TrainingTemplate {
    static let page = """
        {{> head}}
        {{> running}}
        <div class="page">
        <p class="notice" role="note">{{notice}}</p>
        <header>
        <div class="topline"><span>Training of a network</span><span>Gantry {{gantryVersion}}</span></div>
        <h1><bdi>{{name}}</bdi></h1>
        </header>
        {{#hasWarnings}}
        <div class="failed warnings" role="note">
        <strong>{{warningsTitle}}</strong>
        <ul>
        {{#warnings}}
        <li>{{.}}</li>
        {{/warnings}}
        </ul>
        </div>
        {{/hasWarnings}}
        {{#state}}
        {{> training-state}}
        {{/state}}
        <section id="figures">
        <h2>Key figures</h2>
        <div class="figures">
        {{#figures}}
        <div><span class="label">{{label}}</span><span class="figure">{{value}}</span>
        <span class="fine">{{note}}</span></div>
        {{/figures}}
        </div>
        </section>
        <section id="curves">
        <h2>Epoch by epoch</h2>
        {{#hasCharts}}
        <div class="charts">
        {{#charts}}
        <div class="chart-box"><h3>{{title}}</h3>{{{svg}}}</div>
        {{/charts}}
        </div>
        <p class="quiet">Training values are of the images as they were met within the epoch, with their augmentation;
        validation values are of all validation images behind it.</p>
        {{/hasCharts}}
        {{^hasCharts}}
        <p class="quiet">The first epoch is not done: its curves come with it.</p>
        {{/hasCharts}}
        </section>
        {{#validation}}
        {{> training-validation}}
        {{/validation}}
        {{> training-tables}}
        <footer>
        <p class="notice" role="note">{{notice}}</p>
        <p class="fine">Made by Gantry {{gantryVersion}}. The same numbers for programs: history.csv beside this
        page.</p>
        </footer>
        </div>
        </main>
        </body>
        </html>

        """

    static let state = """
        <section id="state" class="verdict state {{cssClass}}">
        <div class="answer">
        <div class="answer-text">
        <h2 class="word">{{word}}</h2>
        {{#.reason}}
        <p class="summary">{{.}}</p>
        {{/.reason}}
        </div>
        {{#.time}}
        <div class="number">
        <p class="label">{{timeLabel}}</p>
        <p class="big">{{time}}</p>
        </div>
        {{/.time}}
        </div>
        {{{bar}}}
        {{#.resumeCommand}}
        <p class="go-on">To go on from the last checkpoint:</p>
        <p class="command"><code>{{.}}</code></p>
        {{/.resumeCommand}}
        {{#.made}}
        <p class="fine">As of {{.}}.{{#isRunning}} The page loads itself anew while the run goes on; a run that was
        killed cannot say so.{{/isRunning}}</p>
        {{/.made}}
        {{^.made}}
        {{#isRunning}}
        <p class="fine">The page loads itself anew while the run goes on; a run that was killed cannot say so.</p>
        {{/isRunning}}
        {{/.made}}
        </section>
        """

    static let validation = """
        <section id="validation">
        <h2>{{heading}}</h2>
        {{#hasPredictions}}
        <p class="quiet">{{sentence}}</p>
        <div class="charts">
        {{#.roc}}
        <div class="chart-box"><h3>ROC curve of <bdi>{{positiveClass}}</bdi></h3>{{{.}}}
        <p class="fine">The dot is where the more probable class is said.</p></div>
        {{/.roc}}
        <div class="chart-box"><h3>Confusion matrix</h3>
        {{{confusion}}}{{#.confusionNote}}<p class="fine">{{.}}</p>{{/.confusionNote}}</div>
        {{#hasConfusions}}
        <div class="chart-box"><h3>Most frequent confusions</h3>
        <table class="plain confusions">
        <thead><tr><th>True</th><th>Said</th><th class="numeric">Images</th><th class="numeric">Of class</th>
        </tr></thead>
        <tbody>
        {{#confusions}}
        <tr><td><bdi>{{label}}</bdi></td><td><bdi>{{said}}</bdi></td><td class="numeric">{{count}}</td>
        <td class="numeric">{{share}}</td></tr>
        {{/confusions}}
        </tbody>
        </table></div>
        {{/hasConfusions}}
        </div>
        {{/hasPredictions}}
        {{^hasPredictions}}
        <p class="quiet">No epoch has been best yet: what the network says of them comes with the first.</p>
        {{/hasPredictions}}
        </section>
        {{#hasPredictions}}
        <section id="wrong">
        <h2>What it is most wrong about</h2>
        <p class="quiet">{{wrongSentence}}</p>
        {{#hasWrong}}
        <div class="pictures wrong">
        {{#wrong}}
        <figure>
        {{#.source}}
        <img src="{{{.}}}" width="{{columns}}" height="{{rows}}" alt="{{alternative}}"/>
        {{/.source}}
        {{^.source}}
        <div class="no-picture">no picture</div>
        {{/.source}}
        <figcaption>
        <div class="caption-line"><span>said <strong><bdi>{{said}}</bdi></strong></span>\
        <span class="p">{{probability}}</span></div>
        <div class="caption-line truth"><span>true <bdi>{{label}}</bdi></span>\
        <span class="p">{{labelProbability}}</span></div>
        <div class="code"><bdi>{{name}}</bdi></div>
        </figcaption>
        </figure>
        {{/wrong}}
        </div>
        {{/hasWrong}}
        </section>
        {{/hasPredictions}}
        """

    static let tables = """
        <section id="classes">
        <h2>Images of each class</h2>
        {{#classes.isLong}}
        <details>
        <summary>{{classes.count}}: all as a table</summary>
        <div class="scroll" role="region" tabindex="0" aria-label="Images of each class">
        {{/classes.isLong}}
        <table class="plain counts">
        <thead><tr><th>Class</th><th class="numeric">Training</th><th class="numeric">Validation</th>
        <th class="numeric">Found right</th></tr></thead>
        <tbody>
        {{#classes.rows}}
        <tr><td><bdi>{{name}}</bdi></td><td class="numeric">{{training}}</td><td class="numeric">{{validation}}</td>
        <td class="numeric">{{right}}</td></tr>
        {{/classes.rows}}
        {{#classes.total}}
        <tr class="total"><td>{{name}}</td><td class="numeric">{{training}}</td><td class="numeric">{{validation}}</td>
        <td class="numeric">{{right}}</td></tr>
        {{/classes.total}}
        </tbody>
        </table>
        {{#classes.isLong}}
        </div>
        </details>
        {{/classes.isLong}}
        </section>
        {{#hasEpochs}}
        <section id="epochs">
        <h2>Every epoch</h2>
        <details>
        <summary>{{epochCount}} as a table</summary>
        <div class="scroll" role="region" tabindex="0" aria-label="Every epoch"><table class="plain numbers">
        <thead><tr><th class="numeric">Epoch</th><th class="numeric">Learning rate</th>
        <th class="numeric">Training loss</th><th class="numeric">Accuracy</th><th class="numeric">Validation loss</th>
        <th class="numeric">Accuracy</th>{{#hasAUC}}<th class="numeric">AUC</th>
        {{/hasAUC}}<th class="numeric">Images/s</th><th class="numeric">Time</th></tr></thead>
        <tbody>
        {{#epochs}}
        <tr{{#isBest}} class="best"{{/isBest}}><td class="numeric">{{#isBest}}best {{/isBest}}{{epoch}}</td>
        <td class="numeric">{{rate}}</td><td class="numeric">{{trainingLoss}}</td>
        <td class="numeric">{{trainingAccuracy}}</td><td class="numeric">{{validationLoss}}</td>
        <td class="numeric">{{validationAccuracy}}</td>{{#hasAUC}}<td class="numeric">{{area}}</td>
        {{/hasAUC}}<td class="numeric">{{speed}}</td><td class="numeric">{{seconds}}</td></tr>
        {{/epochs}}
        </tbody>
        </table></div>
        </details>
        </section>
        {{/hasEpochs}}
        {{#hasRecipe}}
        <section id="recipe">
        <h2>Recipe</h2>
        <div class="provenance">
        {{#recipe}}
        <div class="row"><span class="label">{{key}}</span><bdi class="value">{{value}}</bdi></div>
        {{/recipe}}
        </div>
        </section>
        {{/hasRecipe}}
        """
}
