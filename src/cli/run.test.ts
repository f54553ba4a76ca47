import assert from 'node:assert/strict'
import { test } from 'node:test'
import manifest from '../../package.json' with { type: 'json' }
import { VARIABLES } from '../platform/config-variables.ts'
import { commandLine } from './commands.ts'
import { wordsOf } from './completion/words.ts'
import { leavesOf } from './help.ts'
import { typed } from './io.fixture.ts'
import { misconfigured, misused, type Outcome, refused } from './outcome.ts'
import { newProgram } from './program.ts'
import { EXIT, report } from './report.ts'
import { run } from './run.ts'

/** Run the command line in this process. */
async function antiphon(...args: string[]) {
  const io = typed()
  await run(args, {}, io)
  return { out: io.said.out.join('\n'), err: io.said.err.join('\n'), code: io.said.code }
}

test('the version is told in each of the ways that are tried', async () => {
  for (const args of [['-v'], ['--version'], ['version']]) {
    const { out, err, code } = await antiphon(...args)
    assert.deepEqual([out, err, code ?? 0], [manifest.version, '', 0])
  }
})

test('what makes no sense as it was typed is told in one line and ends with 64', async () => {
  const mistakes = [
    { args: ['serf'], said: /^antiphon: unknown command 'serf' \(Did you mean .*serve.*\)$/ },
    { args: ['users', 'sessions', 'usr_1'], said: /^antiphon: required option '--app <id>' not specified$/ },
    { args: ['apps', 'create'], said: /^antiphon: missing required argument 'id'$/ },
    { args: ['apps', 'list', '--all'], said: /^antiphon: unknown option '--all'$/ },
    {
      args: ['apps', 'create', 'shop', '--mode', 'test'],
      said: /^antiphon: option '--mode <mode>' argument 'test' is invalid/,
    },
    { args: ['completion', 'csh'], said: /^antiphon: .*Allowed choices are bash, zsh, fish\.$/ },
  ]
  for (const { args, said } of mistakes) {
    const { out, err, code } = await antiphon(...args)
    assert.deepEqual([out, code], ['', EXIT.misused], args.join(' '))
    assert.match(err, said)
  }
})

test('with --json a mistake is JSON', async () => {
  const { err, code } = await antiphon('apps', 'create', '--json')
  assert.deepEqual(JSON.parse(err), { error: { kind: 'usage', message: "missing required argument 'id'" } })
  assert.equal(code, 64)
})

test('a group without a command says which there are, and ends with 64', async () => {
  for (const args of [[], ['users']]) {
    const { err, code } = await antiphon(...args)
    assert.match(err, /^Usage: antiphon/)
    assert.equal(code, 64)
  }
})

test('help is no mistake', async () => {
  for (const args of [['--help'], ['help', 'users'], ['users', 'find', '--help']]) {
    const { out, code } = await antiphon(...args)
    assert.match(out, /^Usage: antiphon/)
    assert.equal(code, 0)
  }
})

test('each outcome ends with a code of its own, in words or as JSON', () => {
  const outcomes: [Outcome, number, string, object][] = [
    [refused('no'), 1, 'antiphon: no', { kind: 'refused', message: 'no' }],
    [
      { ...refused('no'), answered: { status: 404, code: 'not_found' } },
      1,
      'antiphon: no',
      { kind: 'refused', message: 'no', status: 404, code: 'not_found' },
    ],
    [misused('what?'), 64, 'antiphon: what?', { kind: 'usage', message: 'what?' }],
    [
      misconfigured(['A: is wrong', 'B: too']),
      2,
      'A: is wrong\nB: too',
      { kind: 'configuration', message: 'A: is wrong; B: too', faults: ['A: is wrong', 'B: too'] },
    ],
  ]
  for (const [outcome, code, line, error] of outcomes) {
    const [words, json] = [typed(), typed()]
    report(words, outcome, {})
    report(json, outcome, { json: true })
    assert.deepEqual([words.said.err.join('\n'), words.said.code, words.said.out], [line, code, []])
    assert.deepEqual([JSON.parse(json.said.err.join()), json.said.code], [{ error }, code])
  }
  const io = typed()
  report(io, { kind: 'done', json: {}, plain: 'It is broken.', failed: true }, {})
  assert.deepEqual([io.said.out, io.said.code], [['It is broken.'], 1])
})

test('nothing that steers a terminal gets there, in an answer or in an error', () => {
  const io = typed()
  report(io, { kind: 'done', json: {}, plain: 'Ada\u001b[2J\u202e\u009b31m', failed: false }, {})
  report(io, refused('no \u001b]0;owned\u0007'), {})
  report(io, misconfigured(['A: \u001b[1m']), {})
  report(io, refused('no \u001b'), { json: true })
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
  assert.doesNotMatch([...io.said.out, ...io.said.err].join(), /[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202e]/)
})

test('what is no mistake of the person who types is not taken for one', async () => {
  const io = typed()
  const program = newProgram(io, false)
  program.command('fall').action(() => {
    throw new TypeError('what')
  })
  await assert.rejects(
    run(['fall'], {}, io, () => program),
    TypeError,
  )
  assert.equal(io.said.code, undefined)
})

const program = commandLine({}, typed())
const leaves = leavesOf(program)

test('every command and flag says what it is for', () => {
  for (const { path, commands, flags } of wordsOf(program))
    for (const { word, description } of [...commands, ...flags]) assert.ok(description, `${path} ${word}`)
  assert.ok(leaves.size > 30)
})

/** The lines under `Examples:`. */
function examplesOf(help: string): string[] {
  const [, text = ''] = /\nExamples:\n((?: {2}antiphon .*\n?)+)/.exec(help) ?? []
  return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
}

test('every command shows how it is used, with flags that it has', async () => {
  for (const [path, { options }] of leaves) {
    const { out, code } = await antiphon(...path.split(' '), '--help')
    const examples = examplesOf(out)
    assert.ok(code === 0 && examples.length > 0, `${path} has no example`)
    for (const example of examples) {
      assert.ok(`${example} `.startsWith(`antiphon ${path} `), example)
      for (const [, flag] of example.matchAll(/ (--[\w-]+)/g))
        assert.ok(
          options.some(({ long }) => long === flag),
          `${path} has no ${flag}`,
        )
    }
  }
})

test('serve shows every variable, and the others which of them they read', async () => {
  const serve = (await antiphon('serve', '--help')).out
  for (const [name] of VARIABLES) assert.match(serve, new RegExp(`^  ${name}  `, 'm'))
  assert.match((await antiphon('users', 'list', '--help')).out, /^ {2}ANTIPHON_URL, ANTIPHON_MANAGEMENT_KEY/m)
  assert.match((await antiphon('migrate', '--help')).out, /^ {2}ANTIPHON_DATABASE_URL/m)
})
