import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { Writable } from 'node:stream'
import { test } from 'node:test'
import { setImmediate as nextTurn } from 'node:timers/promises'
import fc from 'fast-check'
import type { Config } from './config.ts'
import { gatherLines, openLog, piecesOf } from './log.ts'

function recorded(level: Config['logLevel'] = 'debug') {
  const lines: string[] = []
  const destination = new Writable({
    write(chunk, _encoding, done) {
      lines.push(String(chunk))
      done()
    },
  })
  return { log: openLog(level, destination), lines }
}

test('a line is one JSON object with level, time and message', () => {
  const { log, lines } = recorded()
  log.info({ address: 'http://127.0.0.1:1' }, 'listening')
  const [line = ''] = lines
  assert.equal(lines.length, 1)
  assert.ok(line.endsWith('}\n'))
  const { time, ...rest } = JSON.parse(line)
  assert.deepEqual(rest, { level: 'info', address: 'http://127.0.0.1:1', msg: 'listening' })
  assert.match(time, /^\d{4}-\d\d-\d\dT[\d:.]+Z$/)
})

test('what is below the level is not logged', () => {
  const { log, lines } = recorded('warn')
  log.info('no')
  log.warn('yes')
  assert.deepEqual(
    lines.map((line) => JSON.parse(line).msg),
    ['yes'],
  )
})

test('a secret that gets into a line by mistake is blotted out, down to the third level', () => {
  const { log, lines } = recorded()
  const secrets = {
    authorization: 'Bearer s3cret',
    cookie: 's3cret',
    dpop: 's3cret',
    'set-cookie': ['a=s3cret'],
    'x-refresh-token': 's3cret',
    'x-verification-token': 's3cret',
    token: 's3cret',
    access_token: 's3cret',
    refresh_token: 's3cret',
    challenge_token: 's3cret',
    step_up_token: 's3cret',
    code: 's3cret',
    code_verifier: 's3cret',
    password: 's3cret',
    secret: 's3cret',
    masterKey: 's3cret',
    management_key: 's3cret',
    identifier: { value: 's3cret' },
    identifiers: ['s3cret'],
    email: 's3cret',
    phone_number: 's3cret',
  }
  log.warn(secrets, 'top')
  log.warn({ request: secrets }, 'nested')
  log.warn({ request: { body: secrets } }, 'deeper')
  assert.equal(lines.length, 3)
  for (const line of lines) assert.ok(!line.includes('s3cret'), line)
})

test('of an error it tells type, message, code, stack and cause, and nothing a driver puts beside them', () => {
  const { log, lines } = recorded()
  const cause = Object.assign(new Error('connection lost'), { where: 'ada@example.com' })
  const error = Object.assign(new TypeError('duplicate key', { cause }), {
    code: '23505',
    detail: 'Key (value)=(ada@example.com) already exists.',
    parameters: ['ada@example.com'],
  })
  log.error({ err: error }, 'unexpected error')
  const [line = ''] = lines
  const { err } = JSON.parse(line)
  assert.deepEqual(Object.keys(err).sort(), ['cause', 'error_code', 'message', 'stack', 'type'])
  assert.equal(err.type, 'TypeError')
  assert.equal(err.message, 'duplicate key')
  assert.equal(err.error_code, '23505')
  assert.equal(err.cause.message, 'connection lost')
  assert.ok(!line.includes('ada@'), line)
})

test('what is thrown without being an error is told as text', () => {
  const { log, lines } = recorded()
  log.error({ err: 'torn' }, 'unexpected error')
  assert.equal(JSON.parse(lines[0] ?? '').err.message, 'torn')
})

test('the lines of one turn go out together, in their order, and those of the next after them', async () => {
  const written: string[] = []
  const destination = gatherLines((lines) => written.push(lines))
  for (const line of ['a\n', 'b\n', 'c\n']) destination.write(line)
  assert.deepEqual(written, [])
  await nextTurn()
  destination.write('d\n')
  await nextTurn()
  assert.deepEqual(written, ['a\nb\nc\n', 'd\n'])
})

test('an error goes out at once, behind what was said before it', () => {
  const written: string[] = []
  const log = openLog(
    'info',
    gatherLines((lines) => written.push(lines)),
  )
  log.info('first')
  assert.equal(written.length, 0)
  log.error('then')
  assert.deepEqual(
    written.flatMap((lines) => lines.trim().split('\n')).map((line) => JSON.parse(line).msg),
    ['first', 'then'],
  )
})

test('whoever ends the process in the middle of a turn has said so: no line is lost', () => {
  const script = `
    import { openLog } from ${JSON.stringify(import.meta.resolve('./log.ts'))}
    openLog('info').info('the last word')
    process.exit(3)`
  const { status, stdout } = spawnSync(process.execPath, ['--input-type=module', '--eval', script], {
    encoding: 'utf8',
  })
  assert.equal(status, 3)
  assert.equal(JSON.parse(stdout).msg, 'the last word')
})

test('many lines are written in pieces that a pipe takes whole, so that lines of several processes stay apart', () => {
  const lengths = fc.array(fc.integer({ min: 0, max: 5_000 }), { maxLength: 20 })
  fc.assert(
    fc.property(lengths, (all) => {
      const lines = all.map((length) => `${'x'.repeat(length)}\n`)
      const pieces = piecesOf(lines.join(''))
      assert.equal(pieces.join(''), lines.join(''))
      for (const piece of pieces) {
        assert.ok(piece.endsWith('\n'))
        assert.ok(piece.length <= 4096 || piece.indexOf('\n') === piece.length - 1, `${piece.length}`)
      }
    }),
  )
})
