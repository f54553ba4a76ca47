/** One step of an exchange, for whoever wants to know why it ends as it does. */
export interface Step {
  readonly step:
    | 'configuration'
    | 'refresh'
    | 'form'
    | 'issuer'
    | 'type'
    | 'acting'
    | 'recipient'
    | 'claims'
    | 'times'
    | 'signature'
    | 'hook'
    | 'record'
    | 'session'
    | 'user'
  /** `doubt`: nobody can tell now. `would`: what an exchange would do here and a rehearsal does not. */
  readonly result: 'passed' | 'refused' | 'doubt' | 'would'
  readonly detail: string
}

export const passed = (step: Step['step'], detail: string): Step => ({ step, result: 'passed', detail })
export const refused = (step: Step['step'], detail: string): Step => ({ step, result: 'refused', detail })
export const doubted = (step: Step['step'], detail: string): Step => ({ step, result: 'doubt', detail })
