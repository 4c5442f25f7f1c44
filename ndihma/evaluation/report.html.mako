<%def name="chart(drawing)"><div class="chart">${drawing}</div></%def>\
<!doctype html>
<html lang="sq">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${policy}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta name="referrer" content="no-referrer">
<meta name="color-scheme" content="light dark">
<title>${t.TITLE}: ${about.file}</title>
<style>${css}</style>
</head>
<body>
<header>
<h1>${t.TITLE}</h1>
<p>${t.ABOUT.format(messages=len(report.predictions), file=about.file, day=about.made.strftime("%d.%m.%Y, %H:%M"), model=about.model)}</p>
<p class="note">${t.NOT_SHARED}</p>
% if report.malformed:
<p class="note">${t.SKIPPED.format(count=len(report.malformed))}</p>
% endif
<nav aria-label="${t.NAVIGATION}">
<ul>
% for anchor, title in (("registers", t.REGISTERS), ("confidence", t.CONFIDENCE), ("rejection", t.REJECTION), ("intents", t.INTENTS), ("matrix", t.MATRIX), ("misreadings", t.MISREADINGS)):
<li><a href="#${anchor}">${title}</a></li>
% endfor
</ul>
</nav>
</header>
<main>
<section aria-label="${t.SUMMARY}">
<dl class="tiles">
% for name, value in ((t.ACCURACY, percent(report.accuracy)), (t.IN_SCOPE, percent(report.in_scope_accuracy)), (t.OUT_OF_SCOPE_RECALL, percent(report.out_of_scope_recall)), (t.FALSE_REJECTIONS, percent(report.false_rejections)), (t.RECALL_AT_BUDGET, percent(report.recall_at_budget)), (t.CALIBRATION_ERROR, number(report.calibration_error))):
<div><dt>${name}</dt><dd>${value}</dd></div>
% endfor
</dl>
</section>

<section id="registers">
<h2>${t.REGISTERS}</h2>
% if registers is None:
<p>${t.NO_REGISTERS}</p>
% else:
<figure>
${chart(registers)}
<details><summary>${t.AS_TABLE}</summary>
<div class="scroll" role="region" aria-label="${t.REGISTERS}" tabindex="0"><table>
<thead><tr><th scope="col">${t.REGISTER}</th><th scope="col" class="n">${t.RIGHT}</th><th scope="col" class="n">${t.MESSAGES}</th></tr></thead>
<tbody>
% for name, row in styles.items():
<tr><th scope="row"><bdi>${name}</bdi></th><td class="n">${percent(row["accuracy"])}</td><td class="n">${row["examples"]}</td></tr>
% endfor
</tbody>
</table></div></details>
</figure>
% endif
</section>

<section id="confidence">
<h2>${t.CONFIDENCE}</h2>
<p>${t.CONFIDENCE_ABOUT.format(few=few)}</p>
<div class="pair">
<figure>
<figcaption>${t.RELIABILITY_CHART}</figcaption>
${chart(reliability)}
<details><summary>${t.AS_TABLE}</summary>
<div class="scroll" role="region" aria-label="${t.RELIABILITY_CHART}" tabindex="0"><table>
<thead><tr><th scope="col">${t.RANGE}</th><th scope="col" class="n">${t.MEAN_SURE}</th><th scope="col" class="n">${t.SHARE_RIGHT}</th><th scope="col" class="n">${t.MESSAGES}</th></tr></thead>
<tbody>
% for each in report.reliability():
<tr><th scope="row">${percent(each.low, 0)}–${percent(each.high, 0)}</th><td class="n">${percent(each.confidence)}</td><td class="n">${percent(each.accuracy)}</td><td class="n">${each.count}</td></tr>
% endfor
</tbody>
</table></div></details>
</figure>
% for each in histograms:
<figure>
<figcaption>${each["title"]}</figcaption>
<p class="legend"><span class="key right"></span>${t.RIGHT} <span class="key wrong"></span>${t.WRONG}</p>
${chart(each["chart"])}
<details><summary>${t.AS_TABLE}</summary>
<div class="scroll" role="region" aria-label="${each["title"]}" tabindex="0"><table>
<thead><tr><th scope="col">${t.RANGE}</th><th scope="col" class="n">${t.RIGHT}</th><th scope="col" class="n">${t.WRONG}</th></tr></thead>
<tbody>
% for low, high, right, wrong in each["rows"]:
<tr><th scope="row">${percent(low, 0)}–${percent(high, 0)}</th><td class="n">${right}</td><td class="n">${wrong}</td></tr>
% endfor
</tbody>
</table></div></details>
</figure>
% endfor
</div>
<p>${t.HISTOGRAM_ABOUT}
% if about.thresholds:
${t.THRESHOLD_ABOUT}
% endif
</p>
</section>

<section id="rejection">
<h2>${t.REJECTION}</h2>
% if rejection is None:
<p>${t.NOTHING}</p>
% else:
<p>${t.REJECTION_ABOUT}</p>
<figure>
<figcaption>${t.REJECTION_CHART}</figcaption>
${chart(rejection)}
<details><summary>${t.AS_TABLE}</summary>
<div class="scroll" role="region" aria-label="${t.REJECTION_CHART}" tabindex="0"><table>
<thead><tr><th scope="col">${t.AT_MOST}</th><th scope="col" class="n">${t.FOUND}</th></tr></thead>
<tbody>
% for budget, recall in budgets:
<tr><th scope="row">${percent(budget)}</th><td class="n">${percent(recall)}</td></tr>
% endfor
</tbody>
</table></div></details>
</figure>
% endif
</section>

% if learning is not None:
<section id="learning">
<h2>${t.LEARNING}</h2>
<p>${t.LEARNING_ABOUT}</p>
<figure>
<figcaption>${t.LEARNING_CHART}</figcaption>
${chart(learning)}
<details><summary>${t.AS_TABLE}</summary>
<div class="scroll" role="region" aria-label="${t.LEARNING_CHART}" tabindex="0"><table>
<thead><tr><th scope="col">${t.EXAMPLES_EACH}</th><th scope="col" class="n">${t.EXAMPLES_ALL}</th><th scope="col" class="n">${t.OVERALL}</th><th scope="col" class="n">${t.IN_SCOPE}</th><th scope="col" class="n">${t.OUT_OF_SCOPE_RECALL}</th></tr></thead>
<tbody>
% for each in learned:
<tr><th scope="row">${each.each}</th><td class="n">${each.total}</td><td class="n">${percent(each.accuracy)}</td><td class="n">${percent(each.in_scope_accuracy)}</td><td class="n">${percent(each.out_of_scope_recall)}</td></tr>
% endfor
</tbody>
</table></div></details>
</figure>
</section>
% endif

<section id="intents">
<h2>${t.INTENTS}</h2>
<p>${t.INTENTS_ABOUT}</p>
<div class="scroll" role="region" aria-label="${t.INTENTS}" tabindex="0"><table>
<thead><tr><th scope="col">${t.INTENT}</th><th scope="col" class="n">${t.F1}</th><th scope="col" class="n">${t.PRECISION}</th><th scope="col" class="n">${t.RECALL}</th><th scope="col" class="n">${t.MESSAGES}</th></tr></thead>
<tbody>
% for name, row in intents.items():
<tr><th scope="row">${name}</th><td class="n"><meter min="0" max="1" value="${f'{row["f1"]:.3f}'}" aria-hidden="true"></meter> ${percent(row["f1"])}</td><td class="n">${percent(row["precision"])}</td><td class="n">${percent(row["recall"])}</td><td class="n">${row["examples"]}</td></tr>
% endfor
</tbody>
</table></div>
</section>

<section id="matrix">
<h2>${t.MATRIX}</h2>
<p>${t.MATRIX_ABOUT}</p>
<div class="scroll" role="region" aria-label="${t.MATRIX}" tabindex="0"><table class="matrix">
<thead><tr><th scope="col">${t.MATRIX_CORNER}</th>
% for index, (name, _) in enumerate(matrix, start=1):
<th scope="col"><abbr title="${name}">${index}</abbr></th>
% endfor
</tr></thead>
<tbody>
% for index, (name, row) in enumerate(matrix, start=1):
<tr><th scope="row">${index} ${name}</th>
% for count, shade in row:
<td class="${shade}">${count or ""}</td>
% endfor
</tr>
% endfor
</tbody>
</table></div>
<h3>${t.CONFUSIONS}</h3>
<div class="scroll" role="region" aria-label="${t.CONFUSIONS}" tabindex="0"><table>
<thead><tr><th scope="col">${t.IS}</th><th scope="col">${t.TAKEN_FOR}</th><th scope="col" class="n">${t.TIMES}</th></tr></thead>
<tbody>
% for each in report.confusions():
<tr><td>${each["intent"]}</td><td>${each["predicted"]}</td><td class="n">${each["count"]}</td></tr>
% endfor
</tbody>
</table></div>
</section>

<section id="misreadings">
<h2>${t.MISREADINGS}</h2>
% if not misreadings:
<p>${t.NO_MISREADINGS}</p>
% else:
<p>${t.MISREADINGS_ABOUT}</p>
<ol>
% for each in misreadings:
<li>
<blockquote><bdi>
% for word, mark in each.words:
% if mark:
<mark class="${mark}">${word}</mark>
% else:
${word}
% endif
% endfor
</bdi></blockquote>
<p>${t.TAKEN_FOR} <strong>${each.prediction.likeliest[0]}</strong> (${percent(each.prediction.likeliest[1], 0)}), ${t.IS} <strong>${each.prediction.example.intent}</strong> · ${t.LINE.format(line=each.prediction.example.line)}\
% if each.prediction.example.style:
 · <bdi>${each.prediction.example.style}</bdi>\
% endif
</p>
% if each.features:
<details><summary>${t.FEATURES}</summary>
<ul class="features">
% for ngram, weight in each.features:
<li><bdi>“${ngram}”</bdi> ${"+" if weight > 0 else "−"}${number(abs(weight), 2)}</li>
% endfor
</ul></details>
% endif
</li>
% endfor
</ol>
% endif
% if unsure:
<p>${t.UNSURE.format(count=unsure)}</p>
% endif
</section>
</main>
</body>
</html>
