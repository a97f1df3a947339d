/**
 * SQL: the use that column `at` notes is to be noted anew. To five minutes: who asks a hundred times a second writes no hundred rows.
 */
export const unnoted = (at: string): string => `(${at} is null or ${at} < clock_timestamp() - interval '5 minutes')`
