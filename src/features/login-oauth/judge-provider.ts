import { type Finding, fault, hint, ok } from '../../platform/finding.ts'
import type { Probe } from './probe.ts'

/** How an application fares with an identity provider. `isEnabled`: whether users log in by it. */
export function judgeProvider(app: { readonly id: string }, probe: Probe, isEnabled: boolean): Finding[] {
  const topic = `application ${app.id}, login by ${probe.id}`
  if (!isEnabled) return [hint(topic, 'it is switched off', 'Set `enabled` to true, or delete the configuration.')]
  if (probe.unavailable !== undefined) {
    return [fault(topic, probe.unavailable, 'Correct the configuration: config/login/oauth.')]
  }
  const findings = [ok(topic, `the redirect URI to register at the provider is ${probe.redirectUri}`)]
  if (!probe.redirectUri.startsWith('https://')) {
    const mend = 'Give the application a public origin with https: most providers register no other.'
    findings.push(hint(topic, 'its redirect URI is not https', mend))
  }
  if (probe.keys === false) {
    findings.push(fault(topic, 'its keys cannot be read', 'See whether this server reaches the provider.'))
  }
  if (probe.client === 'refused') {
    const mend =
      'Set client_id and client_secret, of Apple team_id, key_id and p8_key, anew: they may be wrong, or over.'
    findings.push(fault(topic, 'the provider does not accept the client id or its secret', mend))
  }
  if (probe.client === 'accepted') findings.push(ok(topic, 'the provider accepts the client id and its secret'))
  if (probe.client === 'unknown') {
    findings.push(hint(topic, 'the provider does not say whether it accepts the client', 'Log in by it once.'))
  }
  return findings
}
