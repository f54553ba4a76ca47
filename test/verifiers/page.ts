import { readFileSync } from 'node:fs'
import { join } from 'node:path'

const text = readFileSync(join(import.meta.dirname, '../../docs/guide/verify-tokens.md'), 'utf8')

/** What the guide names, and what a test puts in its place. */
export const HOST = 'shop.session.example.com'
export const AUDIENCE = 'https://api.shop.example'

/** The first code of the page below a heading, of a language when one is named. */
export function codeBelow(heading: string, language = '\\w+'): string {
  const [, below = ''] = text.split(`\n${heading}\n`)
  const [, code] = new RegExp(`\n\`\`\`${language}\n([\\s\\S]*?)\n\`\`\`\n`).exec(below) ?? []
  if (code === undefined) throw new Error(`the guide has no code below ${heading}`)
  return code
}

/** The names of the claims that the table of the page explains. */
export const claimsExplained = (): readonly string[] => {
  const [, table = ''] = /\n\| claim \|.*\n[|-]+\n((?:\|.*\n)+)/.exec(text) ?? []
  return table
    .split('\n')
    .flatMap((row) => [...(row.split('|')[1] ?? '').matchAll(/`(\w+)`/g)].map(([, name = '']) => name))
}

/** The messages of a library that the page explains. */
export const messagesExplained = (library: string): readonly string[] => {
  const [, table = ''] = /\n\| message \|.*\n[|-]+\n((?:\|.*\n)+)/.exec(text) ?? []
  const rows = table.split('\n').map((row) => row.split('|'))
  const ofLibrary = rows.filter(([, , of = '']) => of.split(',').some((name) => name.trim() === library))
  return ofLibrary.flatMap(([, said = '']) => [...said.matchAll(/`([^`]+)`/g)].map(([, message = '']) => message))
}
