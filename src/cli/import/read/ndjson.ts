import { type Line, Lines } from './lines.ts'
import { type Item, itemOf, readJsonRow, refusedAt, type Splitter } from './row.ts'

/** A JSON object on each line; empty lines are none. */
export function ndjson(firstByte = 0): Splitter {
  const lines = new Lines({ firstByte })
  return {
    push: (chunk) => lines.push(chunk).flatMap(readLine),
    end: () => lines.end().flatMap(readLine),
  }
}

function readLine(line: Line): Item[] {
  if (!line.text) return [refusedAt(line, 'line_too_long')]
  if (isBlank(line.text)) return []
  const item = itemOf(line, line.text.length, readJsonRow(line.text), readJsonRow)
  const isHalf = !line.ended && item.kind === 'refused' && item.fault === 'invalid_json'
  return [isHalf ? refusedAt(line, 'unfinished') : item]
}

/** A first byte beyond a space tells most lines apart at once. */
const isBlank = (text: Buffer) => (text[0] ?? 0) <= 0x20 && text.toString('latin1').trim() === ''
