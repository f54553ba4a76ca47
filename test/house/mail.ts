import assert from 'node:assert/strict'
import { createHash, createVerify, type KeyObject } from 'node:crypto'

/** Header fields, unfolded, by lower-case name; and the body. */
export function parseMail(raw: string) {
  const end = raw.indexOf('\r\n\r\n')
  const lines = raw.slice(0, end).split(/\r\n(?![ \t])/)
  const fields = new Map(lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line]))
  const value = (name: string) => {
    const line = fields.get(name) ?? ''
    return line
      .slice(line.indexOf(':') + 1)
      .replace(/\r\n/g, '')
      .trim()
  }
  return { fields, value, body: raw.slice(end + 4) }
}

export const decodeQuotedPrintable = (text: string) =>
  Buffer.from(
    text.replace(/=\r\n/g, '').replace(/=([0-9A-F]{2})/g, (_, hex) => String.fromCharCode(Number.parseInt(hex, 16))),
    'latin1',
  ).toString()

/** RFC 2047 §4.2. */
export const decodeWords = (text: string) =>
  decodeQuotedPrintable(
    text
      .replace(/\?= =\?UTF-8\?Q\?/g, '')
      .replace(/^=\?UTF-8\?Q\?|\?=$/g, '')
      .replaceAll('_', ' '),
  )

/** Asserts that a mail is signed for `mail._domainkey.shop.example` by this key. RFC 6376 §6.1.3, relaxed canonicalisation of both. */
export function assertDkim(raw: string, publicKey: KeyObject): void {
  const { fields, value, body } = parseMail(raw)
  const tags = new Map(
    value('dkim-signature')
      .split(';')
      .map(
        (tag) => [tag.slice(0, tag.indexOf('=')).trim(), tag.slice(tag.indexOf('=') + 1).replace(/\s/g, '')] as const,
      ),
  )
  assert.equal(tags.get('c'), 'relaxed/relaxed')
  assert.equal(tags.get('d'), 'shop.example')
  assert.equal(tags.get('s'), 'mail')
  const relaxedBody = `${body
    .replace(/[ \t]+(?=\r\n)/g, '')
    .replace(/[ \t]+/g, ' ')
    .replace(/(\r\n)*$/, '')}\r\n`
  assert.equal(tags.get('bh'), createHash('sha256').update(relaxedBody, 'latin1').digest('base64'))
  const relaxedField = (name: string, text: string) =>
    `${name}:${text
      .slice(text.indexOf(':') + 1)
      .replace(/\r\n/g, '')
      .replace(/[ \t]+/g, ' ')
      .trim()}`
  const signed = (tags.get('h') ?? '').toLowerCase().split(':')
  assert.ok(['from', 'to', 'subject', 'date', 'message-id'].every((name) => signed.includes(name)))
  const text = [
    ...signed.map((name) => relaxedField(name, fields.get(name) ?? '')),
    relaxedField('dkim-signature', (fields.get('dkim-signature') ?? '').replace(/([;\s]b=)[^;]*/, '$1')),
  ].join('\r\n')
  const verified = createVerify('sha256').update(text, 'latin1')
  assert.ok(verified.verify(publicKey, tags.get('b') ?? '', 'base64'), 'DKIM-Signature')
}
