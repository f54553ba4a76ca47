import assert from 'node:assert/strict'
import { test } from 'node:test'
import { application, applicationRecord } from '../../../test/builders.ts'
import { stages } from '../../../test/house/stages.ts'
import type { HttpRequest } from '../../platform/endpoint.ts'
import { isOwnPage } from './origin.ts'

const [stage] = await stages()

test('a call is by a page of the application if it comes from its origins, from its list, or from no browser', async () => {
  assert.ok(stage)
  const { w } = stage
  const app = await application(w, {
    publicOrigins: ['https://id.shop.example:8443'],
    allowedOrigins: ['https://www.shop.example', 'http://localhost:3000'],
  })
  const record = await applicationRecord(w, app)
  const judge = (headers: HttpRequest['headers'], authority = app.host) => {
    const request = { id: '', method: 'POST', url: '/', authority, ip: '', proxied: false, headers, cookies: {} }
    return isOwnPage(request, record, w.deps)
  }
  for (const origin of [
    app.origin,
    'https://id.shop.example:8443',
    'https://www.shop.example',
    'http://localhost:3000',
  ]) {
    assert.ok(judge({ origin }), origin)
    assert.ok(judge({ origin, 'sec-fetch-site': 'cross-site' }), origin)
  }
  for (const origin of [
    '',
    'null',
    '*',
    'https://evil.example',
    'https://id.shop.example',
    'https://shop.example',
    'https://sub.www.shop.example',
    'https://www.shop.example.evil.example',
    'http://www.shop.example',
    'http://localhost:3001',
    app.origin.toUpperCase(),
    `${app.origin}/`,
  ]) {
    assert.ok(!judge({ origin }), origin)
    assert.ok(!judge({ origin, 'sec-fetch-site': 'same-origin' }), origin)
  }
  assert.ok(!judge({ 'sec-fetch-site': 'cross-site' }))
  for (const site of [undefined, 'same-origin', 'same-site', 'none'])
    assert.ok(judge({ 'sec-fetch-site': site }), String(site))

  const atPort = { origin: `${app.origin}:8443` }
  assert.ok(judge(atPort, `${app.host}:8443`))
  assert.ok(!judge(atPort))
  assert.ok(!judge({ origin: 'https://evil.example' }, 'evil.example'))
})
