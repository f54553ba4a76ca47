import assert from 'node:assert/strict'
import { test } from 'node:test'
import { judgeWebhooks, type WebhookPatient } from './webhooks.ts'

const healthy: WebhookPatient = {
  id: 'web_1',
  url: 'https://hooks.example.com/',
  active: true,
  pausedReason: null,
  failingSince: null,
  stuck: 0,
}

for (const [what, change, levels] of [
  ['one that takes what is sent', {}, ['ok']],
  ['one that fails', { failingSince: 0 }, ['hint']],
  ['one that nobody activated', { active: false }, ['hint']],
  ['one that the server paused', { active: false, pausedReason: 'gone', failingSince: 0 }, ['fault']],
  ['one with events that were set aside', { stuck: 2 }, ['ok', 'hint']],
] as const) {
  test(`${what}: ${levels.join(' and ')}`, () => {
    const findings = judgeWebhooks({ id: 'shop' }, [{ ...healthy, ...change }])
    assert.deepEqual(
      findings.map(({ level }) => level),
      levels,
    )
    for (const { topic } of findings) assert.equal(topic, 'application shop, webhook web_1')
  })
}
