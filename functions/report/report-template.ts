/** The report page, in the order of reporting.md section 2: data quality stands before results. */

const chart = `{% macro picture(chart) %}
<figure class="chart-box">
<figcaption><h3>{{ chart.title }}</h3><p class="hint">{{ chart.subtitle }}</p></figcaption>
<div class="scroll drawing" role="region" aria-label="Chart: {{ chart.title }}" tabindex="0">{{ chart.svg | safe }}</div>
<ul class="key">{% for line in chart.key %}<li>{{ line }}</li>{% endfor %}</ul>
<details><summary>Figures of this chart as a table: {{ chart.table.caption }}</summary>{{ grid(chart.table, chart.id) }}</details>
<p class="hint">{{ chart.source }}</p>
</figure>
{% endmacro %}`;

const grid = `{% macro grid(table, id) %}
<div class="scroll" role="region" aria-label="Table: {{ table.caption }}" tabindex="0">
<table>
<caption>{{ table.caption }}</caption>
<thead><tr>{% for column in table.columns %}<th scope="col">{{ column }}</th>{% endfor %}</tr></thead>
<tbody>
{% for row in table.rows %}
<tr>{% for text in row %}{% if loop.first %}<th scope="row">{{ text }}</th>{% else %}<td>{{ text }}</td>{% endif %}{% endfor %}</tr>
{% endfor %}
</tbody>
</table>
</div>
{% endmacro %}`;

const facts = `{% macro facts(items) %}
<dl class="facts">{% for item in items %}<dt>{{ item.label }}</dt><dd>{{ item.words }}</dd>{% endfor %}</dl>
{% endmacro %}`;

const onePage = `
<p class="hint">{{ kind }} &middot; {{ periodText }} &middot; version {{ report.version }}</p>
<h1>{{ report.title }}</h1>
{% if report.replaces %}<div class="inset"><p>This is version {{ report.version }}. It replaces version {{ report.replaces.version }}: {{ report.replaces.changed }}</p></div>{% endif %}
{% if report.status != "final" %}<p><strong class="tag quiet">{{ statusText }}</strong></p>{% endif %}
<section class="panel" aria-labelledby="in-short">
<h2 id="in-short">In short</h2>
{% for sentence in report.sentences %}<p class="lede">{{ sentence }}</p>{% endfor %}
<ul class="numbers">
{% for number in report.numbers %}
<li><span class="number-label">{{ number.label }}</span><strong class="figure">{{ number.figure }}</strong>{% if number.interval %}<span class="interval">{{ number.interval }}</span>{% endif %}<span class="hint">{{ number.words }}</span></li>
{% endfor %}
</ul>
<p class="hint">The bold line under each big number: we are fairly sure the true figure is between these two.</p>
{% if control %}{{ picture(control) }}{% endif %}
<h3>What we do not know</h3>
<ul>{% for line in report.unknowns %}<li>{{ line }}</li>{% endfor %}</ul>
</section>`;

const whoAndQuality = `
<section class="panel" aria-labelledby="who">
<h2 id="who">Who is in it</h2>
<ol class="flow">
{% for step in report.flow %}
<li><span class="flow-box"><strong>{{ step.label }}</strong> {{ step.people }} people</span>
{% if step.exits.length %}<ul class="exits">{% for exit in step.exits %}<li>{{ exit.reason }}: {{ exit.people }}</li>{% endfor %}</ul>{% endif %}</li>
{% endfor %}
</ol>
</section>
<section class="panel" aria-labelledby="quality">
<h2 id="quality">How good the data are</h2>
<div class="scroll" role="region" aria-label="Table: data quality" tabindex="0">
<table>
<caption>Data quality, and the least that the contract asks for</caption>
<thead><tr><th scope="col">What</th><th scope="col">Figure</th><th scope="col">Asked for</th><th scope="col">Met</th></tr></thead>
<tbody>
{% for item in report.quality %}
<tr><th scope="row">{{ item.label }}<br><span class="hint light">{{ item.definition }}</span></th><td>{{ item.figure }}</td><td>{{ item.floor }}</td><td>{% if item.met == "yes" %}<strong class="tag good">Yes</strong>{% elif item.met == "no" %}<strong class="tag bad">No</strong>{% else %}<span class="tag quiet">{{ item.met | capitalize }}</span>{% endif %}</td></tr>
{% endfor %}
</tbody>
</table>
</div>
</section>`;

const results = `
<section class="panel" aria-labelledby="outcomes">
<h2 id="outcomes">Outcomes</h2>
{% for table in outcomes %}
<h3>{{ table.heading }}</h3>
<p class="hint">{{ table.definition }}</p>
{{ grid(table, table.caption) }}
{% endfor %}
</section>
{% if report.comparison %}
<section class="panel" aria-labelledby="compared">
<h2 id="compared">Compared with what</h2>
<p class="lede">{{ report.comparison.finding }}</p>
{{ facts(comparison) }}
{% if dots %}{{ picture(dots) }}{% endif %}
{% if report.comparison.bars.length %}<h3>Why we do not claim more</h3><ul>{% for bar in report.comparison.bars %}<li>{{ bar }}</li>{% endfor %}</ul>{% endif %}
</section>
{% endif %}
{% if ledgers.length %}
<section class="panel" aria-labelledby="ledger">
<h2 id="ledger">Where people spent their days</h2>
{% for ledger in ledgers %}{{ picture(ledger) }}{% endfor %}
</section>
{% endif %}`;

const moneyAndMethod = `
{% if statement %}
<section class="panel" aria-labelledby="money">
<h2 id="money">Money: what is owed, and why</h2>
<p class="lede">{{ statement.sentence }}</p>
{{ grid(statement.owed, "owed") }}
{{ grid(statement.steps, "steps") }}
</section>
{% endif %}
<section class="panel" aria-labelledby="method">
<h2 id="method">Method</h2>
{{ grid(definitions, "definitions") }}
<h3>Checklist</h3>
{{ facts(report.checklist) }}
<h3>Notes</h3>
<ul>{% for note in report.notes %}<li>{{ note }}</li>{% endfor %}</ul>
<h3>This report</h3>
{{ facts(about) }}
<h3>The same figures as data</h3>
<ul class="files">{% for file in files %}<li><a href="{{ file.href }}">{{ file.text }}</a></li>{% endfor %}</ul>
</section>`;

export const reportTemplate = [grid, chart, facts, onePage, whoAndQuality, results, moneyAndMethod].join(
  "\n",
);

export const reportStyle = `
.numbers{list-style:none;margin:24px 0 8px;padding:0;display:grid;grid-template-columns:repeat(auto-fit,minmax(min(100%,210px),1fr));gap:16px}
.numbers li{border-top:4px solid #005eb8;background:#f0f4f5;padding:12px 16px;display:flex;flex-direction:column}
.number-label{font-weight:600}.figure{font-size:2rem;line-height:1.2;margin:4px 0}.interval{font-weight:600}
.numbers .hint{font-size:1rem;margin-top:4px;color:#425563}
.chart-box{margin:24px 0}.chart-box figcaption p{margin:0 0 8px}
.drawing{background:#fff}.drawing svg{display:block;min-width:600px;width:100%;height:auto}
.drawing svg text{white-space:pre}
.key{list-style:none;padding:0;margin:8px 0;font-size:1rem}
.flow{list-style:none;margin:0;padding:0}
.flow>li{position:relative;padding-bottom:28px}
.flow>li:not(:last-child)::after{content:"";position:absolute;left:28px;bottom:4px;height:20px;border-left:3px solid #4c6272}
.flow-box{display:inline-block;border:2px solid #4c6272;padding:8px 16px;background:#f0f4f5;min-width:min(100%,320px)}
.exits{list-style:none;margin:4px 0 8px 48px;padding:0 0 0 12px;border-left:3px solid #b04a00;font-size:1rem}
.light{font-weight:400;font-size:1rem}
.files li{padding:4px 0}
td:last-child,th:last-child{padding-right:0}
`;
