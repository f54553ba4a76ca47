import assert from 'node:assert/strict'
import { EventEmitter, once } from 'node:events'
import type { ServerResponse } from 'node:http'
import { type AddressInfo, connect } from 'node:net'
import { test } from 'node:test'
import { z } from 'zod'
import { world } from '../../test/world.ts'
import { type Access, bytes, endpoint } from './endpoint.ts'
import { anybody, openBare, requestText } from './http.fixture.ts'
import { admitUploads } from './uploads.ts'

test('two uploads of one owner are read at once, four of all, and each is over with its connection', async () => {
  const uploads = admitUploads((await world('sqlite')).deps)
  const open: EventEmitter[] = []
  const admit = (owner: string) => {
    const response = new EventEmitter()
    open.push(response)
    return uploads.admit(owner, response as ServerResponse)
  }
  assert.deepEqual(['a', 'a', 'a', 'b', 'b', 'c'].map(admit), [true, true, false, true, true, false])
  open[0]?.emit('close')
  assert.deepEqual(['b', 'c', 'a'].map(admit), [false, true, false])
  open[1]?.emit('close')
  open[3]?.emit('close')
  assert.deepEqual(['a', 'a', 'b'].map(admit), [true, true, false])
})

test('whoever hangs up before it is known who they are holds no place', async () => {
  let hangUp = async (_request: unknown) => {}
  const access: Access = {
    ...anybody,
    async resolve(request) {
      await hangUp(request)
      return {}
    },
  }
  const upload = endpoint({
    method: 'PUT',
    path: '/lines/{appID}',
    audience: 'management',
    operationId: 'putLines',
    permission: 'imports:write',
    tag: 'Echo',
    summary: 'Take it',
    access,
    params: z.object({ appID: z.string() }),
    body: bytes,
    upload: { mediaType: 'application/x-ndjson', maxBytes: 100 },
    response: z.object({}),
    failures: [],
    handle: async () => ({ body: {} }),
  })
  const { server, raw } = await openBare([upload])
  const { port } = server.server.address() as AddressInfo
  const text = requestText('PUT /lines/a', { 'content-type': 'application/x-ndjson' }, '{}')
  for (let i = 0; i < 4; i++) {
    const socket = connect(port, '127.0.0.1', () => socket.write(text))
    const left = Promise.withResolvers<void>()
    hangUp = async (request) => {
      const { raw: incoming } = request as { raw: { socket: EventEmitter } }
      const closed = once(incoming.socket, 'close')
      socket.destroy()
      await closed
      left.resolve()
    }
    await left.promise
  }
  hangUp = async () => {}
  assert.equal((await raw(text)).status, 200)
})
