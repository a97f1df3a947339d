import { CALLBACK_ATTEMPTS } from '../domain/callback.ts'

/**
 * SQL: the callbacks of the invocations in the CTE `source`, which have just come to an end at its column `at`: for those whose action names
 * a callbackUrl, in the transaction that ends them.
 */
export const callBack = (source: string, at: string, where = 'true'): string => `
insert into callbacks (invocation_id, project_id, url, max_attempts, run_at, created_at)
select e.id, e.project_id, a.callback_url, ${CALLBACK_ATTEMPTS}, e.${at}, e.${at}
from ${source} e join actions a on a.id = e.action_id
where a.callback_url is not null and ${where}
on conflict (invocation_id) do nothing`
