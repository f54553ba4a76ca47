import assert from 'node:assert/strict'
import { test } from 'node:test'
import { scan } from './scan.ts'

const LIMITS = { bytes: 1_000, elements: 40, attributes: 70, names: 66 }
const outcomeOf = (text: string | Uint8Array) => {
  const scanned = scan(Buffer.from(text), LIMITS)
  return scanned.kind === 'text' ? 'text' : scanned.check
}

for (const text of [
  '<a/>',
  ' \n<a/>\n',
  '<a></a>',
  '<a ></a >',
  '<a b=\'"\' c = "\'>"/>',
  '<a:b xmlns:a="urn:a" a:c="d"><e.f-g_1/></a:b>',
  '<?xml version="1.0"?><a/>',
  '<?xml version="1.0" encoding="utf-8" standalone="no" ?>\r\n<a/>',
  '<a>&lt;&#65;&#x10FFFF;&#x10ffff;&#9;\u{10FFFF}é</a>',
  `<a>${'b'.repeat(993)}</a>`,
  `${'<a>'.repeat(32)}${'</a>'.repeat(32)}`,
  `${'<a>'.repeat(31)}<a/>${'</a>'.repeat(31)}`,
  `<a>${'<b/>'.repeat(39)}</a>`,
  `<a ${Array.from({ length: 64 }, (_, index) => `b${index}=""`).join(' ')}/>`,
  `<a>${'<b c="" d=""/>'.repeat(35)}</a>`,
  `<${'a'.repeat(128)} ${'b'.repeat(128)}=""/>`,
  `<a>${Array.from({ length: 32 }, (_, index) => `<b${index} c${index}=""/>`).join('')}<a c0=""/><d/></a>`,
]) {
  test(`XML that is plain: ${JSON.stringify(text).slice(0, 60)}`, () => assert.equal(outcomeOf(text), 'text'))
}

for (const [check, text] of [
  ['size', ''],
  ['size', `<a>${'b'.repeat(994)}</a>`],
  ['encoding', '\uFEFF<a/>'],
  ['encoding', Buffer.from([0x3c, 0x61, 0xff])],
  ['encoding', '<?xml version="1.1"?><a/>'],
  ['encoding', '<?xml encoding="utf-8"?><a/>'],
  ['encoding', '<?xml version="1.1"?><?xml version="1.0"?><a/>'],
  ['encoding', '<?xml version="1.0" encoding="utf-7"?><a/>'],
  ['markup', ' <?xml version="1.0"?><a/>'],
  ['markup', '<?xml version="1.0"?><?xml version="1.0"?><a/>'],
  ['markup', '<a><?b?></a>'],
  ['markup', '<a><!-- --></a>'],
  ['markup', '<a b="<!--"/>'],
  ['markup', '<a><![CDATA[]]></a>'],
  ['markup', '<!DOCTYPE a><a/>'],
  ['markup', '<a><!ELEMENT b></a>'],
  ['characters', '<a>\0</a>'],
  ['characters', '<a>\uFFFE</a>'],
  ['characters', '<a>\u000B</a>'],
  ['characters', '<a>\u0085</a>'],
  ['characters', '<a>&#x2028;</a>'],
  ['characters', '<a>&</a>'],
  ['characters', '<a>& </a>'],
  ['characters', '<a b="&x;"/>'],
  ['characters', '<a>&#x110000;</a>'],
  ['characters', '<a>&#1;</a>'],
  ['characters', '<a>&#xDFFF;</a>'],
  ['characters', '<a>&#xFFFFFFF;</a>'],
  ['characters', '<a>&#;</a>'],
  ['characters', '<a>&LT;</a>'],
  ['well_formed', 'a'],
  ['well_formed', ' '],
  ['well_formed', '<a'],
  ['well_formed', '<a>'],
  ['well_formed', '<a><b></a></b>'],
  ['well_formed', '</a>'],
  ['well_formed', '<a/></a>'],
  ['well_formed', '<a/><a/>'],
  ['well_formed', '<a></a><a></a>'],
  ['well_formed', '<a/>b'],
  ['well_formed', 'b<a/>'],
  ['well_formed', '<a>]]></a>'],
  ['well_formed', '<a b/>'],
  ['well_formed', '<a b=c/>'],
  ['well_formed', '<a b="c"d="e"/>'],
  ['well_formed', '<a b="" b=""/>'],
  ['well_formed', '<a b="<"/>'],
  ['well_formed', '<a b="/>'],
  ['well_formed', '<a:b:c/>'],
  ['well_formed', '<1/>'],
  ['well_formed', '< a/>'],
  ['well_formed', '<a></a b="c">'],
  ['well_formed', '<a></a/>'],
  ['well_formed', '<a>\u00A0</a>\u00A0'],
  ['limits', `${'<a>'.repeat(33)}${'</a>'.repeat(33)}`],
  ['limits', `${'<a>'.repeat(32)}<a/>${'</a>'.repeat(32)}`],
  ['limits', `<a>${'<b/>'.repeat(40)}</a>`],
  ['limits', `<a ${Array.from({ length: 65 }, (_, index) => `b${index}=""`).join(' ')}/>`],
  ['limits', `<a>${'<b c="" d=""/>'.repeat(35)}<b c=""/></a>`],
  ['limits', `<${'a'.repeat(129)}/>`],
  ['limits', `<a ${'b'.repeat(129)}=""/>`],
  ['limits', `<a>${Array.from({ length: 33 }, (_, index) => `<b${index} c${index}=""/>`).join('')}</a>`],
] as const) {
  test(`XML that is refused for its ${check}: ${JSON.stringify(String(text)).slice(0, 60)}`, () =>
    assert.equal(outcomeOf(text), check))
}

test('line ends come out as XML reads them', () => {
  const scanned = scan(Buffer.from('<a>\r\n\r\n\r</a>'), LIMITS)
  assert.equal(scanned.kind === 'text' && scanned.text, '<a>\n\n\n</a>')
})
