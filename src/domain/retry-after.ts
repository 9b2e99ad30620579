/** How long a `Retry-After` asks to wait, in ms: seconds, or a date (RFC 9110, 10.2.3). Null where it is absent or neither. */
export function retryAfterMs(value: string | undefined, now: number): number | null {
	if (value === undefined) return null;
	const ms = /^\d{1,9}$/.test(value) ? Number(value) * 1000 : Date.parse(value) - now;
	return Number.isFinite(ms) ? Math.max(0, ms) : null;
}
