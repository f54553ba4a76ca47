import type { Words } from '../../platform/words.ts'
import { APP, CHANGED, idOf, MADE } from '../cast.ts'

/** How the instance does, and what is to be mended. */
export const instance: Words = {
  jobID: ['Id of the job.', idOf('job')],
  'listParkedJobs.after': ['Go on behind this one: `next` of the page before.', idOf('job')],

  'HealthResponse.version': ['Of Antiphon.', '0.1.0'],
  'HealthResponse.node': ['The version of Node.js.', 'v26.10.0'],
  'HealthResponse.processes': ['How many share the address beneath a supervisor.', 4],
  'HealthResponse.database': ['How the database does.'],
  'HealthResponse.jobs': ['How background jobs do.'],
  'HealthResponse.clock': ['How the clock of the process does.'],
  'HealthResponse.master_keys': ['What hangs on which master key.'],
  'HealthResponse.certificate': ['Of the main listener.'],
  'HealthOfDatabase.kind': ['Which one it is.', 'postgres'],
  'HealthOfDatabase.pending_migrations': ['What its schema lacks of this release.', []],
  'HealthOfJobs.waiting': ['Due, and nobody is at them.', 0],
  'HealthOfJobs.oldest_waiting_since': ['Since when the first of them is due.', null],
  'HealthOfJobs.parked': ['Given up after their last try.', 1],
  'HealthOfClock.skew_ms': ['How far the database’s clock is ahead.', 3],
  'HealthOfMasterKeys.counted_at': ['When it was counted what hangs on them.', CHANGED],
  'HealthOfMasterKeys.keys': ['The newest first.'],
  'HealthOfMasterKey.id': ['Its id, by which nothing can be opened.', '5f3a9c01'],
  'HealthOfMasterKey.sealed': ['Stored values that are sealed under it.', 42],
  'HealthOfMasterKey.sessions': ['Sessions whose refresh token hangs on it.', 1337],
  'HealthOfCertificate.names': ['DNS names and addresses that it is for.', ['*.session.example.com']],
  'HealthOfCertificate.not_after': ['When it expires.', '2027-03-01T00:00:00Z'],

  'ListParkedJobsResponse.jobs': ['By id, which is the order in which they came.'],
  'ParkedJob.id': ['Id of the job.', idOf('job')],
  'ParkedJob.kind': ['What it is to do.', 'messages/send'],
  'ParkedJob.app_id': ['Whose it is.', APP],
  'ParkedJob.attempts': ['How often it was tried.', 12],
  'ParkedJob.last_error': ['Why its last try failed.', 'connect ECONNREFUSED'],
  'ParkedJob.request_id': ['Of the request that caused it.', 'req_Abcdefgh12345678'],
  'ParkedJob.since': ['When it was given up.', MADE],

  'FindingsResponse.findings': ['One for each thing that was looked at.'],
  'Finding.level': ['How it is.', 'fault'],
  'Finding.topic': ['What it is about.', 'application shop'],
  'Finding.what': ['What was found.', 'users log in by code, but nobody delivers by sms'],
  'Finding.mend': ['How to mend it.', 'Add a provider: config/messages/providers.'],
}
