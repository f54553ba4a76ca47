import { timeOfDay } from '../clock.ts'
import { find, make } from '../dom.ts'
import { noteOf, partiesOf } from '../notes.ts'
import type { State } from '../state.ts'
import type { Exchange } from '../wire.ts'

let shown: readonly Exchange[] = []
const rows = new WeakMap<Exchange, HTMLElement>()

/** The list of HTTP exchanges. */
export function showWire({ exchanges }: State): void {
  if (exchanges === shown) return
  shown = exchanges
  find('wire-empty').hidden = exchanges.length > 0
  find('wire').hidden = exchanges.length === 0
  const list = find('wire')
  exchanges.forEach((exchange, place) => {
    const row = rowOf(exchange)
    const there = list.children[place]
    if (row !== there) list.insertBefore(row, there ?? null)
  })
  while (list.children.length > exchanges.length) list.lastElementChild?.remove()
}

function rowOf(exchange: Exchange): HTMLElement {
  const known = rows.get(exchange)
  if (known) return known
  const row = newRow(exchange)
  rows.set(exchange, row)
  return row
}

function newRow(exchange: Exchange): HTMLElement {
  const { at, method, path, status, tookMs, from } = exchange
  const [speaker, listener] = partiesOf(exchange)
  const parties = make(
    'span',
    `parties to-${listener.toLowerCase()}`,
    speaker,
    make('i', '', make('span', 'sr', ' to ')),
    listener,
  )
  const time = make('time', '', timeOfDay(at))
  time.dateTime = new Date(at).toISOString()
  return make(
    'li',
    '',
    time,
    parties,
    make('code', 'request', make('b', '', method), ' ', path),
    make('span', `status ${familyOf(exchange)}`, status === 0 ? '—' : String(status)),
    make('span', 'took', `${Math.max(1, Math.round(tookMs))} ms`),
    make('span', 'note', ...(from === 'other tab' ? [make('span', 'tag', 'other tab'), ' '] : []), noteOf(exchange)),
  )
}

/** A demand for a nonce is no failure: the protocol asks for it. */
function familyOf({ status, code }: Exchange): string {
  if (code === 'use_dpop_nonce') return 'again'
  return status >= 200 && status < 400 ? 'good' : 'bad'
}
