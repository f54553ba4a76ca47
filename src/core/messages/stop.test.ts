import assert from 'node:assert/strict'
import { createServer, type Socket } from 'node:net'
import { after, test } from 'node:test'
import { application } from '../../../test/builders.ts'
import { newest, provider, queue, told } from '../../../test/house/messages.ts'
import { world } from '../../../test/world.ts'
import { openProcess, startServer } from '../../main.ts'
import { listJobs } from '../../platform/jobs/store.ts'

const sockets: Socket[] = []
const reached = Promise.withResolvers<void>()
/** Never silent and never done: of the bounds on a mail only the last, twelve seconds for all of it, would end this before the process does. */
const slow = createServer((socket) => {
  sockets.push(socket.on('error', () => {}))
  socket.write('220 mail.example.com\r\n')
  const timer = setInterval(() => socket.write('250-wait\r\n'), 500)
  socket.on('close', () => clearInterval(timer))
  reached.resolve()
})
await new Promise<void>((resolve) => slow.listen(0, '127.0.0.1', resolve))
after(() => {
  for (const socket of sockets) socket.destroy()
  slow.close()
})
const { port } = slow.address() as { port: number }

test('a process that stops does not wait for slow servers: within ten seconds the message goes back to the queue', async () => {
  const w = await world('sqlite')
  const app = await application(w)
  const options = { host: 'localhost', port, security: 'none', from: 'no-reply@shop.example' }
  await provider(app, { kind: 'smtp', channel: 'email', options })
  await provider(app, { kind: 'smtp', channel: 'email', options })
  w.advance(Date.now() - w.deps.now())
  await queue(w, app)

  const server = await startServer(openProcess({ ...w.deps.config, allowPrivateHooks: true }, w.deps.log))
  await reached.promise
  const start = performance.now()
  await server.stop()
  assert.ok(performance.now() - start < 10_000)
  assert.deepEqual(told(await newest(w, app)), [
    'queued',
    null,
    'smtp: ended the connection; smtp: could not be reached',
  ])
  const row = (await listJobs(w.deps.db)).find(({ app_id, kind }) => app_id === app.id && kind === 'messages/send')
  assert.deepEqual([row?.attempts, row?.leased_until, row?.parked_at], [1, null, null])
})
