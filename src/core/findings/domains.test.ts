import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { DomainRow } from '../domains/tables.ts'
import { judgeDomains } from './domains.ts'

const SINCE = Date.UTC(2026, 0, 2)

const missing = {
  name: 'cname',
  outcome: 'failed',
  expected: 'shop.id.example',
  found: 'nothing',
  hint: 'Add it.',
  at: 1,
}
const fine = { ...missing, outcome: 'passed', found: 'shop.id.example', hint: null }
function judge(status: DomainRow['status'], check: object, failing_since: number | null = null) {
  const row = { id: 'dom_1', domain: 'login.shop.example', status, failing_since, checks: JSON.stringify([check]) }
  const [finding, ...more] = judgeDomains({ id: 'shop' }, [row as DomainRow])
  assert.deepEqual(more, [])
  assert.equal(finding?.topic, 'application shop, domain login.shop.example')
  return finding
}

test('a domain that works is ok', () => {
  const finding = judge('active', fine)
  assert.deepEqual([finding?.level, finding?.what], ['ok', 'it is active'])
})

test('one whose records are gone is a fault, with the day on which the name is free', () => {
  const finding = judge('active', missing, SINCE)
  assert.deepEqual([finding?.level, finding?.mend], ['fault', 'Add it.'])
  assert.equal(finding?.what, 'cname is nothing, not shop.id.example; the name is free again on 2026-02-01')
})

test('one whose certificate is none is a fault, too', () => {
  const finding = judge('active', { ...missing, name: 'certificate', found: 'expired', expected: 'one' })
  assert.deepEqual([finding?.level, finding?.what], ['fault', 'certificate is expired, not one'])
})

for (const status of ['pending_dns', 'verifying', 'issuing', 'failed'] as const) {
  test(`one that is ${status} is a hint`, () => {
    const finding = judge(status, missing)
    assert.equal(finding?.level, 'hint')
    assert.ok(finding?.mend)
  })
}
