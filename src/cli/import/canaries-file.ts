import { type Canary, canaries } from '../../core/imports/options.ts'

const shape = canaries.min(1)

/** Test accounts of the legacy system with their passwords, as JSON, one a line. Faults say nothing of what stands in it. */
export function readCanaries(
  text: string,
): { kind: 'read'; canaries: readonly Canary[] } | { kind: 'faults'; faults: readonly string[] } {
  try {
    const lines = text.split('\n').filter((line) => line.trim() !== '')
    const { data } = shape.safeParse(lines.map((line) => JSON.parse(line)))
    if (data) return { kind: 'read', canaries: data }
  } catch {
    // Told with everything else that it may be.
  }
  return { kind: 'faults', faults: ['is no list of 1 to 20 {"external_id": "…", "password": "…"}, one a line'] }
}
