/**
 * Receivers of webhooks, as many as are asked for, each at a path of its own: `/hook/<n>`. `/mode/<n>/<mode>` says how one answers: `take`, `hold`
 * (503, in an hour) or `hang`; `/counts` says what came since it was last asked.
 */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import { text } from 'node:stream/consumers'
import { listen } from './listen.ts'

type Delivery = { readonly events: readonly { readonly payload: { readonly profile?: { readonly at?: number } } }[] }

const modes = new Map<string, string>()
let counts = empty()

function empty() {
  return { deliveries: 0, events: 0, latenciesMs: [] as number[] }
}

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const url = new URL(request.url ?? '/', 'http://receiver')
  const [, what, name = '', mode = ''] = url.pathname.split('/')
  if (what === 'mode') {
    modes.set(name, mode)
    response.end('{}')
  } else if (what === 'counts') {
    response.end(JSON.stringify(counts))
    counts = empty()
  } else if (request.method === 'GET') {
    response.end(JSON.stringify({ challenge: Number(url.searchParams.get('challenge')) }))
  } else receive(name, JSON.parse(await text(request)) as Delivery, response)
}

function receive(name: string, { events }: Delivery, response: ServerResponse): void {
  const mode = modes.get(name)
  if (mode === 'hang') return
  if (mode === 'hold') {
    response.writeHead(503, { 'retry-after': '3600' }).end()
    return
  }
  counts.deliveries += 1
  counts.events += events.length
  for (const { payload } of events) {
    if (payload.profile?.at !== undefined) counts.latenciesMs.push(Date.now() - payload.profile.at)
  }
  response.end()
}

await listen(createServer((request, response) => void answer(request, response)))
