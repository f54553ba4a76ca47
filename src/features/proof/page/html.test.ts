import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { html } from './html.ts'

test('whatever a value holds, it adds no tag, no attribute and no end of one', () => {
  fc.assert(
    fc.property(fc.string(), (value) => {
      const { text } = html`<p title="${value}">${value}</p>`
      assert.equal(text.match(/[<>"'`]/g)?.join(''), '<"">' + '<>')
    }),
  )
  assert.equal(html`<b>${'<script>&"\'`'}</b>`.text, '<b>&#60;script&#62;&#38;&#34;&#39;&#96;</b>')
})

test('markup within markup stays, lists are joined, and nothing is written for undefined', () => {
  assert.equal(
    html`<ul>${[1, 2].map((n) => html`<li>${n}</li>`)}</ul>${undefined}`.text,
    '<ul><li>1</li><li>2</li></ul>',
  )
})
