import { listApplications } from '../core/applications/store.ts'
import { examineApplication } from '../core/findings/examine-application.ts'
import { examineConfig, examineCountedKeys, examineDatabase } from '../core/findings/examine-instance.ts'
import { readCertificate } from '../crypto/certificate.ts'
import { systemClock } from '../platform/clock.ts'
import { type Config, readConfig, type Variables } from '../platform/config.ts'
import { isTrouble } from '../platform/db-fault.ts'
import type { Deps } from '../platform/deps.ts'
import { type Finding, fault, ok } from '../platform/finding.ts'
import { openLog } from '../platform/log.ts'
import { whole } from '../server.ts'
import { describeFault, done, type Outcome } from './outcome.ts'
import { openReachable } from './process.ts'
import { judgeVariables } from './variables.ts'

/**
 * `antiphon doctor`: look at everything that can be judged from here, without changing anything. `typed` are the variables that somebody set, where they are not
 * those that count.
 */
export async function doctor(variables: Variables, typed = variables): Promise<Outcome> {
  const findings = [...judgeVariables(typed), ...(await examine(variables))]
  const faults = findings.filter(({ level }) => level === 'fault').length
  const hints = findings.filter(({ level }) => level === 'hint').length
  const summary = `${count(faults, 'fault')}, ${count(hints, 'hint')}`
  const plain = [...findings.map(describe), '', summary].join('\n')
  return done({ faults, hints, findings }, plain, faults > 0)
}

const count = (n: number, what: string) => `${n} ${what}${n === 1 ? '' : 's'}`

const describe = ({ level, topic, what, mend }: Finding) =>
  `${level.padEnd(5)}  ${topic}: ${what}${mend === undefined ? '' : `\n       ${mend}`}`

async function examine(variables: Variables): Promise<Finding[]> {
  const read = readConfig(variables)
  if (read.kind === 'faults') {
    return read.faults.map((line) =>
      fault('configuration', line, 'Correct the variable; docs/settings.md lists them all.'),
    )
  }
  const { config } = read
  const certificate = config.tls && readCertificate(config.tls.cert)
  const told = [ok('configuration', 'it can be read'), ...examineConfig(config, certificate, systemClock())]
  return [...told, ...(await examineStored(config))]
}

async function examineStored(config: Config): Promise<Finding[]> {
  const opened = await openReachable(config, openLog('silent'))
  if (opened.kind !== 'open') {
    const what = opened.kind === 'refused' ? opened.reason : opened.faults.join('; ')
    return [fault('database', what, 'Start it, or correct ANTIPHON_DATABASE_URL.')]
  }
  const { process } = opened
  try {
    const { isCurrent, findings } = await examineDatabase(process.deps, whole, examineCountedKeys)
    return isCurrent ? [...findings, ...(await examineApplications(process.deps))] : findings
  } catch (error) {
    if (!isTrouble(error)) throw error
    return [fault('database', `it has trouble: ${describeFault(error) ?? error}`, 'Run doctor again once it answers.')]
  } finally {
    await process.close()
  }
}

async function examineApplications(deps: Deps): Promise<Finding[]> {
  const apps = await listApplications(deps.db)
  return (await Promise.all(apps.map((app) => examineApplication(deps, app, whole, true)))).flat()
}
