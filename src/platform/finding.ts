/** One thing that was looked at. */
export interface Finding {
  /** A hint may be as it should be; a fault keeps somebody from using the server, or from using it safely. */
  readonly level: 'ok' | 'hint' | 'fault'
  /** What it is about: `database`, or `application demo`. */
  readonly topic: string
  readonly what: string
  /** How to mend it, one sentence. */
  readonly mend?: string
}

export const ok = (topic: string, what: string): Finding => ({ level: 'ok', topic, what })

export const hint = (topic: string, what: string, mend: string): Finding => ({ level: 'hint', topic, what, mend })

export const fault = (topic: string, what: string, mend: string): Finding => ({ level: 'fault', topic, what, mend })
