import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '..')
const guide = readFileSync(join(root, 'docs/guide/troubleshooting.md'), 'utf8')
const read = (paths: readonly string[]) => paths.map((path) => readFileSync(join(root, path), 'utf8')).join('\n')

/** What others say: browsers, Node, curl, Vite. */
const FOREIGN =
  /^(Failed to fetch|NetworkError when|has been blocked|net::|SSL cert|getaddrinfo|Empty reply|E[A-Z]+\b|fetch failed|self-signed|DEPTH_|Blocked request|is not allowed$|localhost\.crt$)/

/** Quoted messages: code of three words or more that is neither a path, a command nor code. */
const messages = [...guide.matchAll(/`+([^`\n]+)`+/g)]
  .map(([, quoted = '']) => quoted.replace(/^\w*Error: /, ''))
  .filter((quoted) => quoted.split(' ').length > 2 && !FOREIGN.test(quoted))
  .filter((quoted) => !/[=<]|^(--|127|domain: )|npm |antiphon |Bearer|claim value|Parameter value/.test(quoted))

/** What a message says of one case: a port, a version, a channel, what a mail server answered. */
const VARIES = /port \d+ | v\d+$|email$| \(\d{3}.*\)$/

test('every message of ours that the page about troubles quotes is one that is said', () => {
  const paths = globSync(['src/**/*.ts', 'src/*.js', 'docs/guide/*.mjs'], { cwd: root })
  const sources = read(paths.filter((path) => !path.endsWith('.test.ts')))
  const unsaid = messages.filter((message) => !sources.includes(message.replace(VARIES, '')))
  assert.ok(messages.length > 20, String(messages.length))
  assert.deepEqual(unsaid, [])
})

test('every hint of a development server leads to a heading of that page', () => {
  const hints = [...read(['src/cli/dev-hints.ts']).matchAll(/\{GUIDE\}#([\w-]+)/g)].map(([, anchor]) => anchor)
  const headings = [...guide.matchAll(/^## (.*)$/gm)].map(([, it = '']) => it.toLowerCase().replaceAll(' ', '-'))
  assert.equal(hints.length, 4)
  assert.deepEqual(
    hints.filter((anchor) => !headings.includes(String(anchor))),
    [],
  )
})
