import { z } from 'zod'
import type { Application } from '../../core/applications/application.ts'
import { rfc3339 } from '../../platform/clock.ts'

export const APPS_PATH = '/v2/session/apps'
export const APP_PATH = '/v2/session/apps/{appID}'
export const TAG = 'Applications'

export const appParams = z.object({ appID: z.string() })

export const applicationView = z
  .object({
    id: z.string(),
    name: z.string(),
    mode: z.enum(['dev', 'prod']),
    public_origins: z
      .array(z.string())
      .meta({ description: 'Origins that clients reach the application at, besides the one made of its id.' }),
    allowed_origins: z.array(z.string()).meta({ description: 'Other origins whose pages may call it.' }),
    redirect_uris: z
      .array(z.string())
      .meta({ description: 'Where a login through another party may return to, exactly.' }),
    created_at: z.iso.datetime(),
  })
  .meta({ id: 'Application' })

export const applicationResponse = z.object({ application: applicationView }).meta({ id: 'ApplicationResponse' })

export const viewOf = (app: Application) => ({
  id: app.id,
  name: app.name,
  mode: app.mode,
  public_origins: [...app.publicOrigins],
  allowed_origins: [...app.allowedOrigins],
  redirect_uris: [...app.redirectUris],
  created_at: rfc3339(app.createdAt),
})
