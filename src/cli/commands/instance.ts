import type { Command } from 'commander'
import type { Variables } from '../../platform/config.ts'
import { type DeclaredGroup, declareGroup } from '../api/declared.ts'

const INSTANCE: DeclaredGroup = {
  name: 'instance',
  description: 'how a running server does, with an instance key',
  commands: [
    {
      usage: 'health',
      operation: 'getHealth',
      does: 'versions, jobs, clock, keys and certificate, as the server sees them',
      examples: ['instance health', 'instance health --url https://auth.example.com --json'],
    },
    {
      usage: 'findings',
      operation: 'listInstanceFindings',
      does: 'what `doctor` finds of the instance, asked of the server',
      columns: ['level', 'topic', 'what', 'mend'],
      examples: ['instance findings'],
    },
    {
      usage: 'jobs',
      operation: 'listParkedJobs',
      columns: ['id', 'app_id', 'kind', 'attempts', 'since', 'last_error'],
      examples: ['instance jobs'],
    },
    {
      usage: 'retry-job <job>',
      operation: 'retryJob',
      examples: ['instance retry-job job_01jr0z5w2seq998trz7ftbb9rj'],
    },
  ],
}

/** `antiphon instance` */
export function addInstance(program: Command, variables: Variables): void {
  declareGroup(program, variables, INSTANCE)
}
