import { expect, test } from 'vitest';
import { retryAfterMs } from '../../src/domain/retry-after.ts';

const now = Date.UTC(2026, 10, 22, 12);

test.each([
	['0', 0],
	['30', 30_000],
	['999999999', 999_999_999_000],
	['Sun, 22 Nov 2026 12:00:30 GMT', 30_000],
	['Sun, 22 Nov 2026 11:00:00 GMT', 0],
	[undefined, null],
	['', null],
	['soon', null],
	['9999999999', null],
])('%j asks to wait %j ms', (value, ms) => {
	expect(retryAfterMs(value, now)).toBe(ms);
});
