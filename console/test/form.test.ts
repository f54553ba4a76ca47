import assert from 'node:assert/strict'
import { describe, test } from 'node:test'
import { Failure } from '../src/api/failure.ts'
import { draftOf, nulled } from '../src/parts/form/draft.ts'
import { errorOf, fieldErrorsIn } from '../src/parts/form/errors.ts'
import { kindOf, plainly, unitOf, variantsOf, wordsOf } from '../src/parts/form/schema.ts'

describe('forms of schemas', () => {
  test('each kind of member is told by its schema and its name', () => {
    const text = { type: 'string' }
    assert.equal(kindOf(text, 'name'), 'text')
    assert.equal(kindOf({ ...text, format: 'uri' }, 'jwks_url'), 'url')
    assert.equal(kindOf(text, 'client_secret'), 'secret')
    assert.equal(kindOf(text, 'secrets.user'), 'secret')
    assert.equal(kindOf({ ...text, enum: ['a'] }, 'mode'), 'enum')
    assert.equal(kindOf({ type: 'boolean' }, 'enabled'), 'boolean')
    assert.equal(kindOf({ type: 'integer' }, 'sessions.idle_lifetime_seconds'), 'duration')
    assert.equal(kindOf({ type: 'integer' }, 'retention_days'), 'number')
    assert.equal(kindOf({ type: 'array', items: text }, 'origins'), 'list')
    assert.equal(kindOf({ type: 'array', items: { ...text, enum: ['a', 'b'] } }, 'events'), 'choices')
    assert.equal(kindOf({ type: 'object', additionalProperties: text }, 'headers'), 'map')
    assert.equal(kindOf({ type: 'object', properties: { a: text } }, 'options'), 'group')
    assert.equal(kindOf({ type: 'array', items: { type: 'object' } }, 'rules'), 'json')
    assert.equal(unitOf('retention_days'), 'days')
    assert.equal(kindOf(plainly({ anyOf: [text, { type: 'null' }] }), 'name'), 'text')
    assert.equal(kindOf(plainly({ anyOf: [text, { type: 'array', items: text }] }), 'issuer'), 'list')
    assert.equal(
      kindOf(
        plainly({
          anyOf: [
            { ...text, const: '' },
            { ...text, format: 'uri' },
          ],
        }),
        'jwks_url',
      ),
      'url',
    )
    assert.equal(kindOf(plainly({ anyOf: [{ type: 'integer' }, { type: 'boolean' }] }), 'numbers'), 'number')
    assert.equal(wordsOf('idle_lifetime_seconds'), 'Idle lifetime')
    assert.equal(wordsOf('rp_id'), 'RP ID')
  })

  test('a union is one whose forms a fixed member tells apart', () => {
    const form = (kind: string) => ({ type: 'object', properties: { kind: { const: kind } } })
    assert.equal(variantsOf({ oneOf: [form('smtp'), form('twilio')] }).length, 2)
    assert.equal(variantsOf({ anyOf: [{ type: 'string' }, { type: 'null' }] }).length, 0)
  })

  test('what the server says of members is found by where they stand', () => {
    const message =
      'body.options.host: is no name or address of a server; body.allowed_origins[1]: must be a text of at most 300 characters; body.rp_name: is missing'
    const errors = fieldErrorsIn(new Failure('invalid_request', message, 400))
    assert.equal(errorOf(errors, 'options.host'), 'is no name or address of a server')
    assert.equal(errorOf(errors, 'allowed_origins'), 'must be a text of at most 300 characters')
    assert.equal(errorOf(errors, 'rp_name'), 'is missing')
    assert.equal(errorOf(errors, 'rp_id'), undefined)
    assert.equal(fieldErrorsIn(new Failure('internal', message, 500)).size, 0)
  })

  test('of what is kept, a form sends its own members alone, and says of one that was emptied that it is to go', () => {
    const schema = {
      properties: {
        name: { type: 'string' },
        idp: { properties: { url: { anyOf: [{ type: 'string' }, { type: 'null' }] } } },
      },
    }
    const kept = draftOf(schema, { id: 'x', name: 'Acme', idp: { url: 'https://a', until: 1 }, created_at: 'y' })
    assert.deepEqual(kept, { name: 'Acme', idp: { url: 'https://a' } })
    assert.deepEqual(nulled(schema, kept, { name: 'Acme' }), { name: 'Acme', idp: { url: null } })
    assert.deepEqual(nulled(schema, kept, kept), kept)
  })
})
