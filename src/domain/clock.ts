/** Time as milliseconds since the epoch (UTC). Decisions use Redis `TIME` inside the one write; this port is for everything else. */
export interface Clock {
	now(): number;
}

export const systemClock: Clock = { now: () => Date.now() };
