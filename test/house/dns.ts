import { createSocket, type RemoteInfo } from 'node:dgram'
import { once } from 'node:events'
import type { RecordType } from '../../src/platform/names.ts'

/** Type numbers. RFC 1035 §3.2.2, RFC 3596, RFC 8659 §4.1. */
const TYPES: Readonly<Record<RecordType, number>> = { A: 1, CNAME: 5, TXT: 16, AAAA: 28, CAA: 257 }
const CLASS_IN = 1
const NO_SUCH_NAME = 3
const SERVER_FAILURE = 2

/** A name server that knows what a test tells it, on a UDP port of 127.0.0.1. Names are lower case, without a dot at the end. */
export interface NameServer {
  /** `127.0.0.1:port`. */
  readonly address: string
  /** Questions, oldest first: `login.shop.example CNAME`. */
  readonly asked: string[]
  /** What it answers from now on, in place of what it answered for that name and type. None: nothing. */
  set(name: string, type: RecordType, ...records: string[]): void
  /** Forget everything, and answer as it should. */
  clear(): void
  /** `silent`: no answer. `failing`: SERVFAIL. `junk`: bytes that are no answer. `elsewhere`: a good answer, to another question. */
  mood: 'well' | 'silent' | 'failing' | 'junk' | 'elsewhere'
  close(): void
}

export async function nameServer(): Promise<NameServer> {
  const zone = new Map<string, readonly string[]>()
  const socket = createSocket('udp4')
  socket.bind(0, '127.0.0.1')
  await once(socket, 'listening')
  const server: NameServer = {
    address: `127.0.0.1:${socket.address().port}`,
    asked: [],
    mood: 'well',
    set: (name, type, ...records) => void zone.set(`${name} ${type}`, records),
    clear() {
      zone.clear()
      server.asked.length = 0
      server.mood = 'well'
    },
    close: () => socket.close(),
  }
  socket.unref().on('message', (query, from: RemoteInfo) => {
    const { name, type, end } = questionOf(query)
    server.asked.push(`${name} ${type}`)
    const reply = replyTo(query, end, server.mood, zone.get(`${name} ${type}`) ?? [], type, isKnown(zone, name))
    if (reply) socket.send(reply, from.port, from.address)
  })
  return server
}

const isKnown = (zone: ReadonlyMap<string, unknown>, name: string) =>
  [...zone.keys()].some((key) => key.split(' ')[0]?.endsWith(name))

function questionOf(query: Buffer) {
  const labels: string[] = []
  let at = 12
  for (let length = query[at] ?? 0; length > 0; length = query[at] ?? 0) {
    labels.push(query.toString('latin1', at + 1, at + 1 + length).toLowerCase())
    at += 1 + length
  }
  const number = query.readUInt16BE(at + 1)
  const [type] = Object.entries(TYPES).find(([, one]) => one === number) ?? ['A']
  return { name: labels.join('.'), type: type as RecordType, end: at + 5 }
}

function replyTo(
  query: Buffer,
  end: number,
  mood: NameServer['mood'],
  records: readonly string[],
  type: RecordType,
  known: boolean,
): Buffer | undefined {
  if (mood === 'silent') return undefined
  if (mood === 'junk') return Buffer.from([...query.subarray(0, 2), 0xff, 0xff, 0xff])
  const header = Buffer.alloc(12)
  query.copy(header, 0, 0, 2)
  const code = mood === 'failing' ? SERVER_FAILURE : records.length === 0 && !known ? NO_SUCH_NAME : 0
  header.writeUInt16BE(0x8180 + code, 2)
  header.writeUInt16BE(1, 4)
  const answers = mood === 'failing' ? [] : records.map((record) => answerOf(type, record))
  header.writeUInt16BE(answers.length, 6)
  const question =
    mood === 'elsewhere'
      ? Buffer.concat([written('other.example'), query.subarray(end - 4, end)])
      : query.subarray(12, end)
  return Buffer.concat([header, question, ...answers])
}

/** A resource record of the name in the question. */
function answerOf(type: RecordType, record: string): Buffer {
  const data = dataOf(type, record)
  const head = Buffer.alloc(12)
  head.writeUInt16BE(0xc00c, 0)
  head.writeUInt16BE(TYPES[type], 2)
  head.writeUInt16BE(CLASS_IN, 4)
  head.writeUInt32BE(300, 6)
  head.writeUInt16BE(data.length, 10)
  return Buffer.concat([head, data])
}

function dataOf(type: RecordType, record: string): Buffer {
  if (type === 'A') return Buffer.from(record.split('.').map(Number))
  if (type === 'AAAA')
    return Buffer.from(
      record.split(':').flatMap((part) => [Number.parseInt(part, 16) >> 8, Number.parseInt(part, 16) & 255]),
    )
  if (type === 'CNAME') return written(record)
  if (type === 'TXT') return Buffer.concat((record.match(/[\s\S]{1,255}/g) ?? ['']).map(counted))
  const [tag = '', ...value] = record.split(' ')
  return Buffer.concat([Buffer.from([0]), counted(tag), Buffer.from(value.join(' '))])
}

const counted = (text: string) => Buffer.concat([Buffer.from([text.length]), Buffer.from(text, 'latin1')])

const written = (name: string) => Buffer.concat([...name.split('.').filter(Boolean).map(counted), Buffer.from([0])])
