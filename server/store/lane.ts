/**
 * SQL: the lane in which row `i` takes its turn, null when it needs none. Its action is `a`, the service that it calls is `s`, if any;
 * domain/lane.ts reads it.
 */
export const LANE_OF = `case when s.limited or a.concurrency_key is not null then concat(i.project_id, '/', s.id, '/', a.concurrency_key) end`
