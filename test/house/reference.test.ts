import assert from 'node:assert/strict'
import { test } from 'node:test'
import { Validator } from '@seriousme/openapi-schema-validator'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import { EVENT_TYPES } from '../../src/core/events/store.ts'
import { readLegacyUser } from '../../src/core/legacy-users/legacy-user.ts'
import { findLacking, frontendDocument, managementDocument } from '../../src/documents.ts'
import { readTerms } from '../../src/features/step-up/hook.ts'
import { chapters, words } from '../../src/reference/words.ts'

interface Media {
  readonly schema: object
  readonly example?: unknown
  readonly examples?: Readonly<Record<string, { readonly $ref: string }>>
}

interface Document {
  readonly components: { readonly examples: Readonly<Record<string, { readonly value: unknown }>> }
}

const DOCUMENTS = { frontend: frontendDocument(), management: managementDocument() }

test('everything is described, and has an example', () => {
  assert.deepEqual(findLacking(), [])
})

test('a word is told once', () => {
  const told = chapters.flatMap((chapter) => Object.keys(chapter))
  assert.deepEqual(
    told.filter((word, index) => told.indexOf(word) !== index),
    [],
  )
  assert.equal(told.length, Object.keys(words).length)
})

/** Every body of a document, with where it stands. */
function bodiesOf(value: unknown, pointer: string): { pointer: string; media: Media }[] {
  if (typeof value !== 'object' || value === null) return []
  return Object.entries(value).flatMap(([key, inner]) => {
    const at = `${pointer}/${key.replaceAll('~', '~0').replaceAll('/', '~1')}`
    if (key !== 'content') return bodiesOf(inner, at)
    return Object.entries(inner as Record<string, Media>).map(([type, media]) => ({
      pointer: `${at}/${type.replaceAll('/', '~1')}`,
      media,
    }))
  })
}

for (const [audience, document] of Object.entries(DOCUMENTS)) {
  const bodies = bodiesOf(document, '')
  const { examples } = (document as Document).components
  const valuesOf = ({ example, examples: referred = {} }: Media) => [
    ...(example === undefined ? [] : [example]),
    ...Object.values(referred).map(({ $ref }) => examples[$ref.split('/').at(-1) ?? '']?.value),
  ]

  test(`${audience} document: a validator that is not ours finds it valid`, async () => {
    const validator = new Validator()
    const { valid, errors } = await validator.validate(structuredClone(document) as Record<string, unknown>)
    assert.deepEqual({ valid, errors }, { valid: true, errors: undefined })
    assert.equal(validator.version, '3.1')
  })

  test(`${audience} document: every body has an example that fits its schema, errors included`, () => {
    assert.ok(bodies.length > 100)
    const ajv = new Ajv2020({ strict: false, allErrors: true })
    addFormats.default(ajv)
    ajv.addSchema(document, 'document')
    for (const { pointer, media } of bodies) {
      const values = valuesOf(media)
      assert.ok(values.length > 0, pointer)
      const validate = ajv.getSchema(`document#${encodeURI(pointer)}/schema`)
      for (const value of values) assert.ok(validate?.(value), `${pointer}: ${ajv.errorsText(validate?.errors)}`)
    }
  })
}

test('what hooks answer in the examples is read whole by those who ask', async () => {
  const { LegacyRecord, StepUpTerms } = (DOCUMENTS.management as Document).components.examples
  const read = await readLegacyUser(LegacyRecord?.value)
  assert.ok(read.kind === 'user')
  assert.deepEqual([read.user.leftOut, read.user.password?.kind], [[], 'hash'])
  assert.equal(readTerms(StepUpTerms?.value, ['id-card']).kind, 'terms')
})

test('every type of event is described as it is sent', () => {
  const { webhooks } = DOCUMENTS.management as { webhooks: Record<string, { post?: { tags: string[] } }> }
  const sent = Object.keys(webhooks).filter((name) => webhooks[name]?.post?.tags[0] === 'Events sent')
  assert.deepEqual(sent.toSorted(), [...EVENT_TYPES].sort())
})
