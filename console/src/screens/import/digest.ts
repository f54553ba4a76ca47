/** Beyond it a file is too much for the memory of a page. */
const MOST_BYTES = 128 * 1024 * 1024

/** SHA-256 of a file, in hexadecimal. */
export async function digestOf(file: File): Promise<string | undefined> {
  if (file.size > MOST_BYTES) return undefined
  const digest = await crypto.subtle.digest('SHA-256', await file.arrayBuffer())
  return [...new Uint8Array(digest)].map((byte) => byte.toString(16).padStart(2, '0')).join('')
}
