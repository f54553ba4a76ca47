import assert from 'node:assert/strict'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { test } from 'node:test'

const root = join(import.meta.dirname, '../..')
/** Ours: what is installed, built, or copied from elsewhere is not. */
const DOCUMENTS = ['', 'docs', 'examples', 'bench', 'demo'].flatMap((folder) =>
  readdirSync(join(root, folder), { recursive: folder !== '', encoding: 'utf8' })
    .filter((path) => path.endsWith('.md') && !path.includes('node_modules'))
    .map((path) => join(folder, path)),
)

const proseOf = (path: string) => readFileSync(join(root, path), 'utf8').replace(/^```[\s\S]*?^```$/gm, '')

/** Headings as GitHub names them; of two that are alike the second ends in 1. */
function anchorsOf(path: string): ReadonlySet<string> {
  const anchors = new Set<string>()
  for (const [, heading = ''] of proseOf(path).matchAll(/^#+ (.*)$/gm)) {
    const plain = heading.replace(/\[([^\]]*)\]\([^)]*\)/g, '$1').toLowerCase()
    const slug = plain.replace(/[^\p{L}\p{N}\s_-]/gu, '').replaceAll(' ', '-')
    let anchor = slug
    for (let i = 1; anchors.has(anchor); i++) anchor = `${slug}-${i}`
    anchors.add(anchor)
  }
  return anchors
}

test('links between documents lead to files and headings that are there', () => {
  const broken = DOCUMENTS.flatMap((from) =>
    [...proseOf(from).matchAll(/\]\((?![a-z]+:)([^)\s#]*)(?:#([^)\s]*))?\)/g)].flatMap(([link, path = '', anchor]) => {
      const to = path === '' ? from : join(dirname(from), path)
      const isThere = existsSync(join(root, to)) && (anchor === undefined || anchorsOf(to).has(anchor))
      return isThere ? [] : [`${from}: ${link}`]
    }),
  )
  assert.deepEqual(broken, [])
})

test('no document cites notes that nobody else has', () => {
  const cited = DOCUMENTS.flatMap((path) => (proseOf(path).match(/\bX-\d+\b/g) ?? []).map((note) => `${path}: ${note}`))
  assert.deepEqual(cited, [])
})

test('no document starts a server with a master key that is kept nowhere', () => {
  const lost = DOCUMENTS.filter((path) =>
    /^ *ANTIPHON_MASTER_KEY="?\$\(openssl/m.test(readFileSync(join(root, path), 'utf8')),
  )
  assert.deepEqual(lost, [])
})

test('every decision has a number of its own, and says it', () => {
  const names = readdirSync(join(root, 'docs/decisions'))
  const numbers = names.map((name) => name.slice(0, 4))
  assert.equal(new Set(numbers).size, names.length, String(numbers.toSorted()))
  for (const name of names)
    assert.match(readFileSync(join(root, 'docs/decisions', name), 'utf8'), new RegExp(`^# ${name.slice(0, 4)} `))
})
