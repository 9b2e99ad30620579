import type { Action } from '../domain/action.ts';

/** The key under which the outside may deduplicate: one per approved payload. */
export const idempotencyKeyOf = (action: Action): string => `${action.id}.${action.revision}`;
