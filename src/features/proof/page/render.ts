import type { Progress } from '../../../core/imports/progress.ts'
import type { CountedUser } from '../../../core/proof/census.ts'
import { type Facts, JUDGED_DAYS } from '../../../core/proof/facts.ts'
import type { ProofReport } from '../../../core/proof/report.ts'
import { maskId, type RefusalSample } from '../../../core/proof/sample.ts'
import { counted, grouped } from '../../../core/proof/verdict.ts'
import { rfc3339 } from '../../../platform/clock.ts'
import { type Html, html } from './html.ts'
import { drawBar, drawColumns, drawLegend, drawTable, type Plot, tableOf } from './plot.ts'
import { burnDown, exchangesByDay, today, wayWords } from './series.ts'

/** Everything that the page shows. */
export interface Shown {
  readonly name: string
  readonly report: ProofReport
  readonly facts: Facts
  readonly now: number
  readonly refusals: readonly { readonly reason: string; readonly at: number; readonly sample: RefusalSample }[]
  /** The first of each. */
  readonly leftBehind: readonly CountedUser[]
  readonly lockedOut: readonly CountedUser[]
  readonly unknownHere: readonly CountedUser[]
  /** By import. */
  readonly progress: ReadonlyMap<string, Progress>
}

/** A page without a report: whoever looks names the application and gives a key. */
export const renderForm = (app: string): string =>
  page(
    'Migration',
    html`<form class="card open" autocomplete="off">
<div class="field"><label for="app">Application</label><input id="app" name="app" required maxlength="64" value="${app}" autocapitalize="none" spellcheck="false"></div>
<div class="field"><label for="key">Management key</label><input id="key" name="key" type="password" autocomplete="off" spellcheck="false"></div>
<button type="submit">Look</button>
<p class="problem" id="problem" role="alert"></p>
</form>
<noscript><p class="card">Without JavaScript: <code>curl -H 'Authorization: Bearer …' …/migration/apps/&lt;application&gt;</code></p></noscript>
<div id="report"><p class="soft">The key is of the application, or of the instance. It is kept until this page is closed, and nowhere else.</p></div>`,
  )

/** The report as a page. */
export const renderReport = (shown: Shown): string =>
  page(
    `Migration of ${shown.name}`,
    html`<div id="report">
${renderVerdict(shown)}
<div class="grid">
${renderToday(shown)}
${renderBurnDown(shown)}
${renderExchanges(shown)}
${renderRefusals(shown)}
${renderPeople(shown)}
${renderSigned(shown)}
</div>
${renderImports(shown)}
</div>`,
  )

/** Why there is none. */
export const renderRefusal = (message: string): string => `<!doctype html>${html`<p>${message}</p>`.text}`

const page = (title: string, main: Html): string => `<!doctype html>
${
  html`<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title} – Antiphon</title>
<link rel="icon" href="/migration/icon.svg" type="image/svg+xml">
<link rel="stylesheet" href="/migration/style.css">
<script type="module" src="/migration/page.js"></script>
</head>
<body>
<header class="masthead"><div class="wide brand"><img src="/migration/icon.svg" alt="" width="32" height="32"><span class="brand-name">Antiphon</span><span class="brand-line">Can the old system be switched off, and who would notice?</span></div></header>
<main class="wide">${main}</main>
</body>
</html>
`.text
}`

const STATE_WORDS = { met: 'Met', failed: 'Failed', unknown: 'Not known' } as const

/** A tick, a cross, a question mark: drawn, for not every font has them. */
const STATE_MARKS = {
  met: 'M3 8.5l3.2 3.2L13 4.8',
  failed: 'M4 4l8 8M12 4l-8 8',
  unknown: 'M5.5 5.5a2.5 2.5 0 1 1 3.6 2.2c-.8.4-1.1.9-1.1 1.8M8 12.6h.01',
} as const

const drawState = (state: keyof typeof STATE_WORDS): Html =>
  html`<span class="state ${state}"><svg width="16" height="16" viewBox="0 0 16 16" aria-hidden="true"><path d="${STATE_MARKS[state]}"/></svg>${STATE_WORDS[state]}</span>`

const renderVerdict = ({ name, report, now }: Shown): Html =>
  html`<section class="card verdict ${report.verdict}" aria-label="Verdict">
<p class="soft">${name} · ${momentOf(now)}</p>
<h1 tabindex="-1">${report.sentence}</h1>
<ul class="conditions">${report.conditions.map(
    ({ state, words }) => html`<li>${drawState(state)}<span>${capital(words)}.</span></li>`,
  )}</ul>
${report.cannot_say.length > 0 ? html`<p><strong>What this cannot say</strong></p><ul class="list">${report.cannot_say.map((one) => html`<li>${withCode(one)}</li>`)}</ul>` : ''}
</section>`

/** A time as people read it, to the minute; machines get it whole. */
const momentOf = (ms: number): Html => {
  const at = rfc3339(ms)
  return html`<time datetime="${at}">${at.slice(0, 10)} ${at.slice(11, 16)} UTC</time>`
}

/** What stands between backticks as code. */
const withCode = (words: string): readonly (Html | string)[] =>
  words.split('`').map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : part))

const capital = (words: string) => words.slice(0, 1).toUpperCase() + words.slice(1)

function renderToday({ report, facts }: Shown): Html {
  const series = today(facts)
  const { users } = report
  const ways = Object.entries(users.by_way)
    .sort(([, a], [, b]) => b - a)
    .map(([way, count]) => [wayWords(way), count])
  const id = 'today'
  const title = 'Who is here today'
  const tell = ({ name, values: [value = 0] }: { name: string; values: readonly number[] }) =>
    `${name} ${grouped(value)}`
  const figures: readonly (readonly [string, number | undefined])[] = [
    ['old system', users.total],
    ['here', users.here],
    ['not yet here', users.not_yet_here],
    ['signed up here', users.signed_up_here],
  ]
  return html`<section class="card" aria-labelledby="${id}-heading">
<h2 id="${id}-heading">${title}</h2>
<dl class="figures">${figures.map(([name, value]) => html`<div><dt>${name}</dt><dd>${value === undefined ? 'not known' : grouped(value)}</dd></div>`)}</dl>
${drawBar({ id, title, description: series.map(tell).join(', '), series })}
${drawLegend(id, series, ({ values: [value = 0] }) => ` ${grouped(value)}`)}
${
  ways.length === 0
    ? html`<p class="soft">Nobody has come yet.</p>`
    : drawTable('Who came by which way', ['Came first', 'People'], ways)
}
</section>`
}

const numbers = (table: Html, summary = 'The numbers as a table'): Html =>
  html`<details><summary>${summary}</summary>${table}</details>`

const renderPlot = (plot: Plot, about: string): Html =>
  html`<section class="card" aria-labelledby="${plot.id}-heading">
<h2 id="${plot.id}-heading">${plot.title}</h2>
<p class="soft">${about}</p>
${drawColumns(plot)}
${drawLegend(plot.id, plot.series, () => '')}
${numbers(tableOf(plot, 'Day (UTC)'))}
</section>`

function renderBurnDown({ facts, now }: Shown): Html {
  const table = burnDown(facts, now)
  const last = table.series.map(({ name, values }) => `${name} ${grouped(values.at(-1) ?? 0)}`)
  const description = `From ${table.labels[0]} to ${table.labels.at(-1)}; at the end ${last.join(', ')}.`
  return renderPlot(
    { id: 'burn-down', title: 'Day by day', description, ...table },
    'Of everybody who is known now: who had come by the end of each day, and who had not.',
  )
}

function renderExchanges({ facts, now, report }: Shown): Html {
  const table = exchangesByDay(facts.hours, now)
  const { exchanged, exchanged_in_grace } = report.sessions.last_30_days
  const description = `${grouped(exchanged)} exchanged and ${grouped(exchanged_in_grace)} exchanged in grace in ${JUDGED_DAYS} days.`
  return renderPlot(
    { id: 'exchanges', title: 'Legacy sessions that were brought', description, ...table },
    `In the last ${JUDGED_DAYS} days, by what became of them. The verdict is judged by these.`,
  )
}

function renderRefusals({ report, refusals }: Shown): Html {
  const { refused } = report.sessions
  const lately = report.sessions.last_30_days.refused
  const rows = Object.entries(refused).map(([reason, count]) => [reason, lately[reason] ?? 0, count])
  return html`<section class="card" aria-labelledby="refusals-heading">
<h2 id="refusals-heading">Refused, by reason</h2>
${
  rows.length === 0
    ? html`<p class="soft">Nobody was refused.</p>`
    : html`${drawTable('Refused, by reason', ['Reason', `${JUDGED_DAYS} days`, 'Ever'], rows)}
${refusals.length > 0 ? html`<p class="soft">What some of them looked like, as far as whoever sent them can be believed:</p><ul class="samples">${refusals.map(renderSample)}</ul>` : ''}`
}
</section>`
}

const renderSample = ({ reason, at, sample }: Shown['refusals'][number]): Html =>
  html`<li><span class="sample"><code>${reason}</code> <span class="soft">${momentOf(at)}</span></span>${sampleWords(sample)}</li>`

function sampleWords(sample: RefusalSample): string {
  if (sample.kind === 'opaque') return `no JWT, ${counted(sample.characters, 'character')}`
  const { issuer, subject, algorithm, expired_seconds_ago: ago } = sample
  return [
    issuer === undefined ? 'no issuer' : `of ${issuer}`,
    ...(subject === undefined ? [] : [`for ${subject}`]),
    ...(algorithm === undefined ? [] : [algorithm]),
    ...(ago === undefined ? [] : [`over for ${spanWords(ago)}`]),
  ].join(', ')
}

function spanWords(seconds: number): string {
  if (seconds < 7_200) return counted(Math.ceil(seconds / 60), 'minute')
  return seconds < 172_800 ? counted(Math.floor(seconds / 3_600), 'hour') : counted(Math.floor(seconds / 86_400), 'day')
}

function renderPeople({ report, leftBehind, lockedOut, unknownHere }: Shown): Html {
  const { left_behind: left, locked_out: locked, unknown_here: unknown } = report
  const path = (name: string) => `GET /v2/session/apps/${report.application}/migration/${name}`
  const there: Told = ['Seen there', ({ legacySeenAt }) => legacySeenAt]
  const came: Told = ['Came', ({ migratedAt }) => migratedAt]
  return html`<section class="card" aria-labelledby="people-heading">
<h2 id="people-heading">Who would notice</h2>
${
  left === undefined || unknown === undefined
    ? html`<p class="soft">No import has been completed: nobody knows whom the old system knew.</p>`
    : html`${renderGroup('left behind', left.count, 'active there in the 30 days before the import, not seen here.', leftBehind, there)}
${renderGroup('unknown here', unknown, 'named by a legacy session, in no import.', unknownHere, came)}`
}
${renderGroup('locked out without it', locked.count, lockedOutWords(report), lockedOut, there)}
<p class="soft">All of them, with a management key:</p>
<ul class="list soft">${['left_behind', 'unknown_here', 'locked_out'].map((name) => html`<li><code>${path(name)}</code></li>`)}</ul>
</section>`
}

function lockedOutWords({ locked_out: { activity_unknown: more } }: ProofReport): string {
  const words = 'active lately, and with no way to log in but the old system.'
  return more === 0 ? words : `${words} Of ${grouped(more)} more nobody knows whether they were.`
}

/** A time of a user, and what it is called. */
type Told = readonly [head: string, time: (user: CountedUser) => number | null]

function renderGroup(name: string, count: number, about: string, first: readonly CountedUser[], told: Told): Html {
  const [head, time] = told
  const rows = first.map((user) => {
    const at = time(user)
    return [maskId(user.externalId ?? user.id), at === null ? '' : momentOf(at)]
  })
  const table = drawTable(`${capital(name)}, the first`, ['External id, masked', head], rows)
  return html`<p><strong>${grouped(count)}</strong> ${name}: ${about}</p>
${first.length > 0 ? numbers(table, 'The first of them') : ''}`
}

const UNDER_WAY: readonly string[] = ['open', 'loading', 'paused']

function renderImports({ report, progress }: Shown): Html {
  const rows = report.imports.map((one) => [
    `${one.source} (${one.id})`,
    one.status,
    one.lines,
    ...['created', 'updated', 'unchanged', 'conflict', 'refused', 'skipped'].map(
      (outcome) => one.outcomes[outcome as 'created'] ?? 0,
    ),
  ])
  const bars = report.imports.flatMap(({ id, source, status }) => {
    const far = progress.get(id)
    return far && UNDER_WAY.includes(status) ? [renderProgress(id, source, status, far)] : []
  })
  return html`<section class="card" aria-labelledby="imports-heading">
<h2 id="imports-heading">Imports</h2>
${bars}
${rows.length === 0 ? html`<p class="soft">There is none.</p>` : drawTable('Imports', ['Import', 'Status', 'Lines', 'Created', 'Updated', 'Unchanged', 'Conflict', 'Refused', 'Skipped'], rows)}
</section>`
}

function renderProgress(id: string, source: string, status: string, far: Progress): Html {
  const { loaded_bytes: loaded, received_bytes: received, lines_per_second: rate, seconds_left: left } = far
  const words = [
    `${source}: ${status}`,
    counted(far.lines, 'line'),
    ...(rate === undefined ? [] : [`${grouped(rate)} a second`]),
    ...(left === undefined ? [] : [`${spanWords(left)} left`]),
  ].join(', ')
  return html`<div><label for="progress-${id}">${words}</label><progress id="progress-${id}" value="${loaded}" max="${Math.max(1, received)}"></progress></div>`
}

const renderSigned = ({ report }: Shown): Html =>
  html`<section class="card" aria-labelledby="signed-heading">
<h2 id="signed-heading">The signed report</h2>
<p class="soft">The same numbers, signed by the application’s key, for whoever has to sign off the switch:</p>
<pre tabindex="0" aria-label="Command">antiphon migration report --app ${report.application} &gt; report.jws</pre>
</section>`
