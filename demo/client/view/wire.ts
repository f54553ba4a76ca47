import { timeOfDay } from '../clock.ts'
import { arrange, find, make, write } from '../dom.ts'
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
  arrange(find('wire'), exchanges.map(rowOf))
  showMore()
}

/** How many exchanges are not, or not whole, in what is seen of the list, but below. Called when it is scrolled, too, and when the page gets another width. */
export function showMore(): void {
  const list = find('wire')
  const end = list.scrollTop + list.clientHeight
  const rows = [...list.children] as HTMLElement[]
  const below = rows.filter(({ offsetTop, offsetHeight }) => offsetTop + offsetHeight > end + 1).length
  find('wire-more').hidden = below === 0
  write('wire-more', `${below} ${below === 1 ? 'exchange' : 'exchanges'} more below: scroll the list.`)
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
