import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { test } from 'node:test'
import { openMetrics, watchProcess } from '../../src/platform/metrics.ts'

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const { registry } = watchProcess(openMetrics())

interface Told {
  readonly name: string
  readonly labelNames: readonly string[]
}
const metrics = registry.getMetricsAsArray() as unknown as readonly Told[]
const ours = metrics.map(({ name }) => name).filter((name) => name.startsWith('antiphon_'))

/** As Prometheus names the series of a histogram. */
const seriesOf = (name: string) => [name, `${name}_bucket`, `${name}_count`, `${name}_sum`]
const labelsOf = new Map(
  metrics.flatMap(({ name, labelNames }) => seriesOf(name).map((series) => [series, labelNames])),
)
/** What Prometheus adds. */
const ADDED = ['le', 'job', 'instance']

const NAME = /\b(?:antiphon|process|nodejs)_[a-z0-9_]+/g
const namesIn = (text: string) => [...new Set(text.match(NAME))]

/** Queries of a dashboard and of rules. */
const dashboard = JSON.parse(read('ops/grafana.json'))
const ofPanels: string[] = dashboard.panels.flatMap((panel: { targets?: { expr: string }[] }) =>
  (panel.targets ?? []).map(({ expr }) => expr),
)
const ofRules = [...read('ops/alerts.yml').matchAll(/^ +expr: (.+)$/gm)].map(([, expr]) => expr as string)

test('the dashboard and the alert rules ask for metrics that there are, by labels that these have', () => {
  assert.ok(ofPanels.length > 20 && ofRules.length > 10)
  for (const query of [...ofPanels, ...ofRules]) {
    for (const name of namesIn(query)) assert.ok(labelsOf.has(name), `${name} in ${query}`)
    for (const [, name = '', selector = ''] of query.matchAll(/\b([a-z0-9_]+)\{([^}]*)\}/g)) {
      if (name === 'up') continue
      for (const [, label = ''] of selector.matchAll(/([a-z_]+)[!=]~?=?"/g))
        assert.ok([...ADDED, ...(labelsOf.get(name) ?? [])].includes(label), `${label} of ${name} in ${query}`)
    }
    const known = namesIn(query).flatMap((name) => labelsOf.get(name) ?? [])
    for (const [, labels = ''] of query.matchAll(/\bby \(([^)]*)\)/g))
      for (const label of labels.split(/, */)) assert.ok([...ADDED, ...known].includes(label), `${label} in ${query}`)
  }
})

test('every metric of ours is on the dashboard, and no two panels are one', () => {
  const shown = namesIn(ofPanels.join('\n'))
  assert.deepEqual(
    ours.filter((name) => !seriesOf(name).some((series) => shown.includes(series))),
    [],
  )
  const places = dashboard.panels.map(({ gridPos: { x, y } }: { gridPos: { x: number; y: number } }) => `${x} ${y}`)
  assert.equal(new Set(places).size, places.length)
})

test('the guide has every metric of ours, and none that there is not', () => {
  const guide = read('docs/guide/operate.md')
  assert.deepEqual(
    ours.filter((name) => !guide.includes(`\`${name}\``)),
    [],
  )
  for (const page of ['operate', 'log-in-by-code', 'switch-day', 'custom-domains'])
    for (const name of namesIn(read(`docs/guide/${page}.md`)).filter((one) => one.startsWith('antiphon_')))
      assert.ok(labelsOf.has(name), `${name} on ${page}`)
})

test('before anything is known of a certificate there is none that has ended', async () => {
  assert.doesNotMatch(await registry.metrics(), /^antiphon_certificate_expiry_timestamp_seconds/m)
})

test('every alert says what is wrong and what to do', () => {
  const rules = read('ops/alerts.yml').split('- alert: ').slice(1)
  assert.equal(rules.length, ofRules.length)
  for (const rule of rules) {
    assert.match(rule, /^Antiphon\w+\n/)
    for (const member of [/severity: (page|warn)/, /summary: "[^"]+"/, /action: "[^"]+"/]) assert.match(rule, member)
  }
})
