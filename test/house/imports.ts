import type { Answer, TestApp } from '../builders.ts'

export const NDJSON = { 'content-type': 'application/x-ndjson' }

export const putLines = (app: TestApp, id: string, offset: number, body: Uint8Array): Promise<Answer> =>
  app.manage(`/imports/${id}/lines?offset=${offset}`, { method: 'PUT', headers: NDJSON, body })
