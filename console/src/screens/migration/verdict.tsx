import { Trans, useLingui } from '@lingui/react/macro'
import type { MigrationReport } from '../../api/operations.ts'
import { Badge } from '../../parts/badge.tsx'
import { Prose } from '../../parts/form/prose.tsx'
import { Time } from '../../parts/time.tsx'
import './migration.css'

type Condition = MigrationReport['conditions'][number]

const TONES = { met: 'good', failed: 'bad', unknown: 'warn' } as const

interface Props {
  readonly report: MigrationReport
  /** Whether to say what it rests on, too. */
  readonly isWhole: boolean
}

/** Whether the old system can be switched off, and what that rests on. */
export function Verdict({ report, isWhole }: Props) {
  const { verdict, sentence, conditions, made_at } = report
  return (
    <section className={`verdict verdict-${verdict}`}>
      <h2>{sentence}</h2>
      {isWhole && (
        <>
          <Conditions conditions={conditions} />
          <p className="quiet">
            <Trans>
              As of <Time at={made_at} />. The server judges in English.
            </Trans>
          </p>
          <Silence sentences={report.cannot_say} />
        </>
      )}
    </section>
  )
}

function Conditions({ conditions }: Pick<MigrationReport, 'conditions'>) {
  return (
    <ul className="plain-list">
      {conditions.map((one) => (
        <li key={one.condition} className="condition">
          <State state={one.state} />
          <div>
            <p>{capital(one.words)}.</p>
            {hasRemedy(one) && <Remedy condition={one.condition} />}
          </div>
        </li>
      ))}
    </ul>
  )
}

/** What is not known yet becomes known by an import; only that is worth saying then. */
const hasRemedy = ({ condition, state }: Condition): boolean =>
  state === 'failed' || (state === 'unknown' && (condition === 'sums_add_up' || condition === 'canaries_log_in'))

const capital = (words: string) => words.slice(0, 1).toUpperCase() + words.slice(1)

function State({ state }: Pick<Condition, 'state'>) {
  const { t } = useLingui()
  const words = { met: t`met`, failed: t`failed`, unknown: t`not known` }
  return <Badge tone={TONES[state]}>{words[state]}</Badge>
}

/** What to do about a condition that is not met. */
function Remedy({ condition }: Pick<Condition, 'condition'>) {
  const { t } = useLingui()
  const words: Record<Condition['condition'], string> = {
    sums_add_up: t`Import every user, correct the lines that were refused, and say how many the old system has.`,
    canaries_log_in: t`Name test accounts when you import, and have them tried.`,
    nobody_logged_out: t`Look at the events user.session.revoked, and at the setting migration.link.`,
    nobody_unknown: t`They signed up there since: import again.`,
    nobody_locked_out: t`Give them an address or a password, switch a login on, or block them.`,
    hardly_anybody_refused: t`Look at the refusals, and try such a token.`,
  }
  return <p className="quiet">{words[condition]}</p>
}

function Silence({ sentences }: { sentences: readonly string[] }) {
  if (sentences.length === 0) return null
  return (
    <details>
      <summary>
        <Trans>What this cannot say</Trans>
      </summary>
      <ul>
        {sentences.map((one) => (
          <li key={one}>
            <Prose text={one} />
          </li>
        ))}
      </ul>
    </details>
  )
}
