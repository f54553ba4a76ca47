/** Puts `body` between the markers of `section`; a section that is not there yet is added at the end. */
export function replaceSection(document: string, section: string, body: string): string {
  const begin = `<!-- ${section}:begin -->`
  const end = `<!-- ${section}:end -->`
  const block = `${begin}\n\n${body.trim()}\n\n${end}`
  const from = document.indexOf(begin)
  const to = document.indexOf(end)
  if (from < 0 || to < from) return `${document.trimEnd()}\n\n${block}\n`
  return `${document.slice(0, from)}${block}${document.slice(to + end.length)}`
}
