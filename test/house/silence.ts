import assert from 'node:assert/strict'

/** A secret and both its halves; of an address, what comes before the @. */
function tracesOf(secret: string): string[] {
  assert.ok(secret.length >= 12, 'a secret of a story is longer')
  if (secret.includes('@')) return [secret, secret.slice(0, secret.indexOf('@'))]
  const middle = Math.ceil(secret.length / 2)
  return [secret, secret.slice(0, middle), secret.slice(middle)]
}

/** No line has a secret: neither as it is, nor as JSON or a URL spells it. */
export function assertSilent(lines: readonly string[], secrets: Readonly<Record<string, string>>) {
  const text = lines.join('')
  for (const [name, secret] of Object.entries(secrets)) {
    for (const trace of tracesOf(secret)) {
      for (const spelt of [trace, JSON.stringify(trace).slice(1, -1), encodeURIComponent(trace)]) {
        assert.ok(!text.includes(spelt), `${name} is told: ${text.slice(Math.max(0, text.indexOf(spelt) - 200))}`)
      }
    }
  }
}
