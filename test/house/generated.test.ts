import assert from 'node:assert/strict'
import { globSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { findStale, generate } from '../../scripts/generate.ts'
import { FIXED } from '../../scripts/limits-page.ts'
import { frontendDocument, managementDocument } from '../../src/documents.ts'
import { statusOf } from '../../src/platform/failure.ts'
import { endpoints, settingsGroups } from '../../src/server.ts'

interface Operation {
  readonly operationId: string
  readonly summary: string
  readonly tags: readonly string[]
  readonly security?: readonly Readonly<Record<string, unknown>>[]
  readonly parameters: readonly { readonly name: string; readonly in: string; readonly required: boolean }[]
  readonly responses: Readonly<Record<string, object>>
}

interface Document {
  readonly tags: readonly { readonly name: string; readonly description: string }[]
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>
  readonly components: {
    readonly schemas: Readonly<Record<string, { readonly properties?: Readonly<Record<string, Constant>> }>>
    readonly examples: Readonly<Record<string, unknown>>
    readonly responses: Readonly<Record<string, unknown>>
    readonly securitySchemes: object
  }
}

interface Constant {
  readonly enum?: readonly string[]
}

const DOCUMENTS = {
  frontend: frontendDocument() as Document,
  management: managementDocument() as Document,
} as const

const operationsOf = (document: Document) => Object.values(document.paths).flatMap((item) => Object.values(item))

/** Every value of a member, at any depth. */
function collect(value: unknown, member: string): unknown[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => [
    ...(key === member ? [inner] : []),
    ...collect(inner, member),
  ])
}

test('the generated documents in the tree are those that the declarations give', () => {
  assert.deepEqual(findStale(join(import.meta.dirname, '../..'), generate()), [])
})

test('generating twice gives the same text', () => {
  assert.deepEqual(generate(), generate())
})

test('a check names the documents that are missing or differ, and writes nothing', () => {
  const root = mkdtempSync(join(tmpdir(), 'antiphon-generated-'))
  after(() => rmSync(root, { recursive: true }))
  mkdirSync(join(root, 'docs'))
  writeFileSync(join(root, 'docs/same.md'), 'same\n')
  writeFileSync(join(root, 'docs/other.md'), 'old\n')
  const documents = new Map([
    ['docs/same.md', 'same\n'],
    ['docs/other.md', 'new\n'],
    ['docs/missing.md', 'new\n'],
  ])
  assert.deepEqual(findStale(root, documents), ['docs/other.md', 'docs/missing.md'])
  assert.deepEqual(readdirSync(join(root, 'docs')).sort(), ['other.md', 'same.md'])
})

for (const [audience, document] of Object.entries(DOCUMENTS)) {
  test(`${audience} document: it holds every operation of its audience and no other`, () => {
    const declared = endpoints.filter((one) => one.audience === audience).map((one) => one.operationId)
    const documented = operationsOf(document).map((operation) => operation.operationId)
    assert.deepEqual(documented.toSorted(), declared.toSorted())
    assert.equal(new Set(documented).size, documented.length, 'an operationId is used twice')
  })

  test(`${audience} document: every reference leads somewhere, and every schema is referred to`, () => {
    const references = new Set(collect(document, '$ref'))
    const named = (['schemas', 'examples', 'responses'] as const).flatMap((kind) =>
      Object.keys(document.components[kind]).map((name) => `#/components/${kind}/${name}`),
    )
    assert.deepEqual([...references].sort(), named.sort())
  })

  test(`${audience} document: the parameters of a path are exactly those declared`, () => {
    for (const [path, item] of Object.entries(document.paths)) {
      const inPath = [...path.matchAll(/\{(\w+)\}/g)].map((match) => match[1])
      for (const operation of Object.values(item)) {
        const declared = operation.parameters.filter((one) => one.in === 'path')
        assert.deepEqual(declared.map((one) => one.name).toSorted(), inPath.toSorted(), operation.operationId)
        assert.ok(declared.every((one) => one.required))
      }
    }
  })

  test(`${audience} document: the security schemes are exactly those that operations ask for`, () => {
    const used = operationsOf(document).flatMap((one) => (one.security ?? []).flatMap((scheme) => Object.keys(scheme)))
    const described = Object.keys(document.components.securitySchemes)
    const unused = described.filter((name) => !used.includes(name) && operationsOf(document).length > 0)
    assert.deepEqual({ missing: used.filter((name) => !described.includes(name)), unused }, { missing: [], unused: [] })
  })

  test(`${audience} document: every tag is described, and every operation has one tag and a summary`, () => {
    const described = document.tags.map((tag) => tag.name)
    for (const { tags, summary, operationId } of operationsOf(document)) {
      assert.equal(tags.length, 1, operationId)
      assert.ok(described.includes(tags[0] as string), `${operationId}: add the tag ${tags[0]} to src/documents.ts`)
      assert.match(summary, /^[A-Z].*[^.]$/, operationId)
    }
  })

  test(`${audience} document: an error stands under the status of its family, in the envelope of its audience`, () => {
    const member = audience === 'frontend' ? 'type' : 'status'
    for (const { responses, operationId } of operationsOf(document)) {
      for (const [status, response] of Object.entries(responses).filter(([code]) => Number(code) >= 400)) {
        for (const reference of collect(response, '$ref')) {
          const schema = document.components.schemas[String(reference).split('/').at(-1) as string]
          const family = schema?.properties?.[member]?.enum?.[0] as keyof typeof statusOf
          assert.equal(String(statusOf[family]), status, `${operationId} ${reference}`)
        }
      }
    }
  })
}

test('every operation may answer 500, and one that takes input 400', () => {
  for (const one of endpoints) {
    const { paths } = DOCUMENTS[one.audience as keyof typeof DOCUMENTS]
    const responses = Object.keys(paths[one.path]?.[one.method.toLowerCase()]?.responses ?? {})
    assert.ok(responses.includes('500'), one.operationId)
    if (one.body || one.query || one.params) assert.ok(responses.includes('400'), one.operationId)
  }
})

test('every declared error is in the table of its audience, with its status', () => {
  const [, frontend = '', management = ''] = (generate().get('docs/errors.md') ?? '').split(/^## /m)
  for (const { audience, failures } of endpoints) {
    for (const { code, family } of failures) {
      const row = (audience === 'frontend' ? frontend : management)
        .split('\n')
        .find((line) => line.startsWith(`| \`${code}\` `))
      assert.match(row ?? '', new RegExp(`^\\| \`${code}\` +\\| ${statusOf[family]} +\\| \`${family}\``), code)
    }
  }
})

test('tables can be read as text, too: no cell is filled up with spaces', () => {
  for (const [path, text] of generate()) if (path.endsWith('.md')) assert.doesNotMatch(text, / {3,}\|/, path)
})

test('every setting is in the page of settings', () => {
  const page = generate().get('docs/settings.md') ?? ''
  for (const { title, name, schema } of settingsGroups) {
    const section = page.split('### ').find((text) => text.startsWith(`${title}: \`${name}\``)) ?? ''
    for (const member of Object.keys(schema.shape)) assert.ok(section.includes(`| \`${member}\` `), `${name}.${member}`)
  }
})

test('every variable that the server reads is in the page of settings', () => {
  const root = join(import.meta.dirname, '../..')
  const sources = globSync('src/**/*.ts', { cwd: root }).filter((path) => !path.endsWith('.test.ts'))
  const read = sources.flatMap(
    (path) => readFileSync(join(root, path), 'utf8').match(/\bANTIPHON_(?!TEST_)[A-Z_]+/g) ?? [],
  )
  const page = generate().get('docs/settings.md') ?? ''
  assert.ok(read.includes('ANTIPHON_LISTEN'))
  for (const name of new Set(read)) assert.ok(page.includes(`\`${name}\``), name)
})

test('every limit that is declared is on the page of limits', () => {
  const declared = globSync('src/**/*.ts', { cwd: join(import.meta.dirname, '../..') })
    .filter((file) => !file.endsWith('.test.ts'))
    .flatMap((file) => [
      ...readFileSync(join(import.meta.dirname, '../..', file), 'utf8').matchAll(/: Limit = \{ name: '(\w+)'/g),
    ])
  const named = FIXED.map(([{ name }]) => name)
  assert.deepEqual(
    declared.map(([, name = '']) => name).filter((name) => !named.includes(name)),
    [],
  )
})
