import assert from 'node:assert/strict'
import { globSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import { encoded, judged } from '../../../test/house/saml.ts'
import { expectations, VECTORS } from '../../../test/house/saml-vectors/index.ts'
import { CHECKS } from './response.ts'

const folder = join(import.meta.dirname, '../../../test/vectors/saml')
const fileOf = (name: string) => readFileSync(join(folder, `${name}.xml`))

for (const { name, expected, terms, xml, isRandom } of VECTORS) {
  test(`SAML: ${name} is ${expected === 'accepted' ? 'accepted' : `refused for its ${expected}`}`, async () => {
    const file = fileOf(name)
    if (!isRandom) assert.equal(file.toString('base64'), encoded(xml), 'run scripts/saml-vectors.ts')
    const verdict = await judged(file, terms)
    assert.equal(verdict.kind === 'accepted' ? 'accepted' : verdict.check, expected)
    if (verdict.kind === 'accepted') assert.equal(verdict.reading.nameId.value, 'ada@example.com')
  })
}

test('the vectors of SAML are those that lie there, each with what is expected of it', () => {
  const files = globSync('*.xml', { cwd: folder }).map((file) => file.replace(/\.xml$/, ''))
  assert.deepEqual(files.sort(), VECTORS.map(({ name }) => name).sort())
  assert.deepEqual(JSON.parse(readFileSync(join(folder, 'expected.json'), 'utf8')), expectations)
})

test('every check of SAML refuses something', () => {
  const refusing = new Set<string>(VECTORS.map(({ expected }) => expected))
  // Nothing in a file of XML is no base64.
  assert.deepEqual(
    CHECKS.filter((name) => !refusing.has(name)),
    ['base64'],
  )
})
