import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { endpoints } from '../../src/server.ts'

/** Every example that a shape and its members give, with the shape. */
function examplesOf(shape: z.ZodType): (readonly [z.ZodType, unknown])[] {
  const { examples = [] } = z.globalRegistry.get(shape) ?? {}
  const members = shape instanceof z.ZodObject ? Object.values(shape.shape as Record<string, z.ZodType>) : []
  return [...(examples as unknown[]).map((one) => [shape, one] as const), ...members.flatMap(examplesOf)]
}

test('every example in the documents is what its operation takes or answers', () => {
  const seen = new Set<string>()
  for (const { operationId, params, query, body, response } of endpoints) {
    for (const [shape, example] of [params, query, body, response].flatMap((one) => (one ? examplesOf(one) : []))) {
      const { error } = shape.safeParse(example)
      assert.ok(!error, `${operationId}: ${JSON.stringify(example)} ${error?.message}`)
      seen.add(operationId)
    }
  }
  for (const operation of ['samlInitiateByEmail', 'samlAcs', 'createSAMLConnection', 'testSAMLConnection'])
    assert.ok(seen.has(operation), operation)
})
