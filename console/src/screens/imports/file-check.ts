/** What a look at the beginning of a file tells before anything is sent. */
export type FileCheck = 'ok' | 'empty' | 'no_ndjson' | 'no_external_id'

const LOOK_BYTES = 256 * 1024

export async function checkFile(file: File): Promise<FileCheck> {
  const text = await file.slice(0, LOOK_BYTES).text()
  const line = text.split('\n').find((one) => one.trim() !== '')
  if (line === undefined) return 'empty'
  const record = parsed(line)
  if (record === undefined) return 'no_ndjson'
  return 'external_id' in record ? 'ok' : 'no_external_id'
}

function parsed(line: string): object | undefined {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}
