import assert from 'node:assert/strict'
import { afterEach, beforeEach, test } from 'node:test'
import { sendFile, uploadOf } from '../src/api/uploads.ts'

const MIB = 1024 * 1024
const path = { appID: 'shop', importID: '' }
const really = globalThis.fetch
let kept = new Uint8Array()
let lastOffset = 0
/** How many pieces are lost on their way. */
let losses = 0
let sent: number[] = []
let ids = 0

/** A server that keeps what it is sent, as the real one does. */
async function serve(url: string, body: Blob | null): Promise<Response> {
  if (!body) return Response.json({ import: { progress: { received_bytes: kept.length } } })
  const offset = Number(new URL(url, 'http://console').searchParams.get('offset'))
  sent.push(offset)
  if (losses-- > 0) throw new TypeError('failed to fetch')
  const bytes = new Uint8Array(await body.arrayBuffer())
  const isAgain = offset === lastOffset && Buffer.compare(bytes, kept.subarray(offset, offset + bytes.length)) === 0
  if (offset !== kept.length && !isAgain) return Response.json({ code: 'import_offset', message: '' }, { status: 409 })
  if (!isAgain) kept = new Uint8Array([...kept, ...bytes])
  lastOffset = offset
  return Response.json({ received_bytes: offset + bytes.length })
}

beforeEach(() => {
  kept = new Uint8Array()
  sent = []
  losses = 0
  path.importID = `imp_${ids++}`
  globalThis.fetch = (async (url: string, { body }: { body: Blob | null }) => await serve(url, body)) as typeof fetch
})

afterEach(() => {
  globalThis.fetch = really
})

const fileOf = (letter: string, bytes: number) => new File([letter.repeat(bytes)], 'users.ndjson')

test('a file goes in pieces, and one whose answer was lost is sent again', async () => {
  losses = 1
  await sendFile(path, fileOf('a', 2.5 * MIB))
  assert.deepEqual(sent, [0, 0, MIB, 2 * MIB])
  assert.equal(kept.length, 2.5 * MIB)
  assert.equal(uploadOf(path.importID)?.state, 'done')
})

test('what was broken off goes on with the same file, and with no other', async () => {
  await sendFile(path, fileOf('a', 1.5 * MIB))
  sent = []
  await sendFile(path, fileOf('b', 3 * MIB))
  assert.deepEqual([uploadOf(path.importID)?.state, kept.length], ['failed', 1.5 * MIB])
  await sendFile(path, fileOf('a', MIB))
  assert.equal(uploadOf(path.importID)?.failure?.code, 'import_offset')
  sent = []
  await sendFile(path, fileOf('a', 1.5 * MIB))
  assert.deepEqual([uploadOf(path.importID)?.state, sent], ['done', [MIB]])
})
