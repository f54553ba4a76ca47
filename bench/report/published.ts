import type { Figures, Measured } from './figures.ts'
import { growth } from './growth.ts'
import { replaceSection } from './results.ts'
import { type Bar, bars, lines } from './svg.ts'

const ENGINES = ['SQLite', 'PostgreSQL'] as const
const OURS = ENGINES.map((engine) => `Antiphon refresh, ${engine}`)
const CRYPTO = 'the crypto of one refresh alone'
/** What is no peer: bounds, and the floor. */
const NO_PEERS = [CRYPTO, 'Antiphon refresh, no storage (the bound)', 'bare node:http']
const IMAGES = 'docs/guide/images'

/** What documents say of the figures, by path: whole files, and what stands between the markers of a section. */
export type Published = {
  readonly files: Readonly<Record<string, string>>
  readonly sections: readonly { readonly path: string; readonly name: string; readonly body: string }[]
}

export function publish(figures: Figures): Published {
  const plots = { peers: peers(figures), cpu: cpu(figures), scale: scale(figures) }
  const files = Object.fromEntries(
    Object.entries(plots).flatMap(([name, svg]) => (svg ? [[`${IMAGES}/performance-${name}.svg`, svg]] : [])),
  )
  return { files, sections: [{ path: 'docs/guide/scale.md', name: 'growth', body: growth(figures) }] }
}

/** A document with its sections as they are to be. */
export const withSections = (path: string, document: string, { sections }: Published): string =>
  sections
    .filter((one) => one.path === path)
    .reduce((text, { name, body }) => replaceSection(text, name, body), document)

function peers({ refresh }: Figures): string {
  const rows = Object.entries(refresh.rows)
    .filter(([name]) => !NO_PEERS.includes(name))
    .toSorted(([, a], [, b]) => b.perSecond - a.perSecond)
  return bars(
    'Requests per second, one process on one core',
    'more is better · durable, 32 clients · Antiphon checks a proof, rotates and signs with each',
    rows.map(
      ([name, { perSecond }]): Bar => ({
        name: shorten(name),
        parts: [perSecond],
        label: count(perSecond),
        ours: OURS.includes(name),
      }),
    ),
  )
}

/** The longest names do not fit beside their bars. */
const shorten = (name: string) =>
  name
    .replace(' + DPoP, SQLite', '')
    .replace('the same, its default policy (no rotation)', 'oidc-provider, not rotating')
    .replace(', SQLite', OURS.includes(name) ? ', SQLite' : '')

function cpu({ refresh }: Figures): string {
  const crypto = refresh.rows[CRYPTO]?.cpuMicros ?? 0
  const split = (name: string, { cpuMicros, databaseCpuMicros = 0 }: Measured): Bar => {
    const all = cpuMicros + databaseCpuMicros
    return { name, parts: [crypto, all - crypto], label: `${all} µs = ${crypto} + ${all - crypto}`, ours: true }
  }
  return bars(
    'Processor time of one refresh, in µs',
    'less is better · full: its cryptography, which nobody can leave out · pale: all the rest, the database too',
    OURS.flatMap((name) => (refresh.rows[name] ? [split(name, refresh.rows[name])] : [])),
  )
}

/** Nothing where nobody has measured yet. */
function scale({ scale: { rows } }: Figures): string | undefined {
  const timed = rows.filter(({ p99Ms }) => p99Ms !== undefined)
  const sizes = [...new Set(timed.map(({ sessions }) => sessions))].toSorted((a, b) => a - b)
  if (sizes.length < 2) return undefined
  return lines(
    'The slowest hundredth of refreshes, in ms, by sessions in the database',
    'lower is better · 32 clients as fast as they can · sessions drawn from all of them',
    sizes.map(size),
    ENGINES.map((name) => ({
      name,
      points: sizes.map((sessions) => timed.find((row) => row.engine === name && row.sessions === sessions)?.p99Ms),
    })),
  )
}

const count = (value: number) => value.toLocaleString('en-US')
const size = (value: number) => (value >= 1e6 ? `${value / 1e6} million` : count(value))
