import assert from 'node:assert/strict'
import { test } from 'node:test'
import { z } from 'zod'
import { endpoint, redirection } from './endpoint.ts'
import { universal } from './failure.ts'
import { anybody, openBare, requestText } from './http.fixture.ts'
import { openapi } from './openapi.ts'

const answer = z.object({ name: z.string(), more: z.union([z.string(), z.array(z.string())]).optional() })
const seen: unknown[] = []

const common = {
  path: '/v1/back',
  audience: 'frontend',
  tag: 'Back',
  summary: 'Come back',
  access: anybody,
  response: redirection,
  failures: [universal.bad_request],
} as const

const byQuery = endpoint({
  ...common,
  method: 'GET',
  operationId: 'byQuery',
  query: answer,
  async handle({ query, fail }) {
    seen.push(query)
    return query.name === 'nobody' ? fail(universal.bad_request) : { location: 'myapp://in?x=%0d%0a' }
  },
})
const byForm = endpoint({
  ...common,
  method: 'POST',
  operationId: 'byForm',
  body: answer,
  form: true,
  async handle({ body }) {
    seen.push(body)
    return { location: 'https://app.example/in' }
  },
})

const { raw } = await openBare([byQuery, byForm])
const get = (query: string, headers: Record<string, string> = {}, method = 'GET') =>
  raw(requestText(`${method} /v1/back${query}`, headers))
const FORM = { 'content-type': 'application/x-www-form-urlencoded' }
const post = (body: string, headers: Record<string, string> = FORM) => raw(requestText('POST /v1/back', headers, body))
const HTML = { accept: 'text/html,application/xhtml+xml' }

test('a browser is sent on, its history and its cache learn nothing', async () => {
  const { status, headers, text } = await get('?name=ana')
  assert.deepEqual([status, headers.location, text], [303, 'myapp://in?x=%0d%0a', ''])
  assert.deepEqual([headers['cache-control'], headers['referrer-policy']], ['no-store', 'no-referrer'])
})

test('a form is read as it was written, each name once, and a name that is there twice as a list', async () => {
  for (const [body, read] of [
    ['name=a+b%2Bc', { name: 'a b+c' }],
    ['name=Zo%C3%AB&more=', { name: 'Zoë', more: '' }],
    ['name=a&more=1&more=2', { name: 'a', more: ['1', '2'] }],
  ] as const) {
    assert.equal((await post(body)).status, 303, body)
    assert.deepEqual(seen.at(-1), read)
  }
  assert.equal(
    (await post('name=a', { 'content-type': 'application/x-www-form-urlencoded; charset=UTF-8' })).status,
    303,
  )
})

test('a form of as many names as it can hold keeps nobody waiting', async () => {
  const more = Array.from({ length: 16_000 }, (_, i) => i.toString(36).padStart(3, '-')).join('&')
  const before = process.cpuUsage()
  assert.equal((await post(`name=ana&${more}`)).status, 303)
  const { user, system } = process.cpuUsage(before)
  assert.ok(user + system < 1_000_000, `it took ${user + system} µs`)
})

for (const [name, body, headers] of [
  ['JSON', '{"name":"ana"}', { 'content-type': 'application/json' }],
  ['a text', 'name=ana', { 'content-type': 'text/plain' }],
  ['a form of several parts', 'name=ana', { 'content-type': 'multipart/form-data; boundary=x' }],
  ['a form in another charset', 'name=ana', { 'content-type': 'application/x-www-form-urlencoded; charset=utf-16' }],
  ['a form that is compressed', 'name=ana', { ...FORM, 'content-encoding': 'gzip' }],
  ['a form of broken bytes', 'name=%ff', FORM],
  ['a form with half an escape', 'name=%', FORM],
  ['the same name twice', 'name=ana&name=eve', FORM],
  ['a NUL', 'name=a%00b', FORM],
  ['nothing', '', FORM],
] as const) {
  test(`where a form is declared, ${name} is refused`, async () => {
    const before = seen.length
    const { status, json } = await post(body, headers)
    assert.deepEqual([status, json.code], [400, 'bad_request'])
    assert.equal(seen.length, before)
  })
}

test('whoever only looks does not get to the handler', async () => {
  const before = seen.length
  const head = await get('?name=ana', {}, 'HEAD')
  assert.deepEqual([head.status, head.headers.location], [204, undefined])
  for (const headers of [
    { 'sec-purpose': 'prefetch' },
    { 'sec-purpose': 'prefetch;prerender' },
    { purpose: 'prefetch' },
    { 'x-moz': 'prefetch' },
  ] as Record<string, string>[]) {
    const { status, headers: said } = await get('?name=ana', headers)
    assert.deepEqual([status, said['retry-after'], said.location], [503, '5', undefined])
  }
  assert.equal(seen.length, before)
  assert.equal((await get('?name=ana', { 'sec-purpose': 'something' })).status, 303)
})

test('a browser is told of a failure by a page of our own words, others by JSON', async () => {
  for (const query of ['?name=nobody', '?nom=%3Cscript%3E', '?name=a%00b']) {
    const page = await get(query, HTML)
    assert.equal(page.status, 400)
    assert.equal(page.headers['content-type'], 'text/html; charset=utf-8')
    assert.match(page.text, /^<!doctype html>/)
    assert.ok(page.text.includes(page.headers['x-request-id'] ?? '-'))
    assert.ok(!page.text.includes('script'))
    for (const accept of ['*/*', 'application/json', 'image/*'])
      assert.equal((await get(query, { accept })).json?.code, 'bad_request')
  }
})

test('the document tells the redirect, the form and the page', () => {
  const info = { title: 'T', version: '1' }
  const tags = [{ name: 'Back', description: 'Back' }]
  const shape = { audience: 'frontend', info, servers: [], tags, securitySchemes: {} } as const
  // biome-ignore lint/suspicious/noExplicitAny: the shape is what the test asserts
  const { paths } = openapi([byQuery, byForm], shape) as any
  const { get, post } = paths['/v1/back']
  assert.deepEqual(Object.keys(get.responses[303]), ['description', 'headers'])
  assert.equal(get.responses[303].headers.Location.schema.format, 'uri')
  assert.deepEqual(Object.keys(post.requestBody.content), ['application/x-www-form-urlencoded'])
  assert.deepEqual(Object.keys(get.responses[400].content), ['application/json', 'text/html'])
})
