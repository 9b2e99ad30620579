import { describe, expect, it } from 'vitest';
import { absoluteText, relativeText, shortText, spanText } from '../../src/channels/instant-text.ts';

const at = Date.UTC(2026, 10, 22, 6, 30);
const minute = 60_000;

describe('instants', () => {
	it.each([
		['en', 'Asia/Shanghai', 'Sun 22 Nov, 14:30 (UTC+8, Asia/Shanghai)'],
		['en', 'America/New_York', 'Sun 22 Nov, 01:30 (UTC-5, America/New_York)'],
		['en', 'Asia/Kolkata', 'Sun 22 Nov, 12:00 (UTC+5:30, Asia/Kolkata)'],
		['en', 'UTC', 'Sun 22 Nov, 06:30 (UTC)'],
		['en', 'Nowhere/Land', 'Sun 22 Nov, 06:30 (UTC)'],
		['zh-CN', 'Asia/Shanghai', '11月22日周日 14:30（UTC+8, Asia/Shanghai）'],
		['zh-CN', 'UTC', '11月22日周日 06:30（UTC）'],
	] as const)('%s in %s: %s', (language, timeZone, wanted) => {
		expect(absoluteText(at, { language, timeZone })).toBe(wanted);
	});

	it('changes its offset with daylight saving time', () => {
		const reading = { language: 'en', timeZone: 'Europe/Berlin' } as const;
		expect(absoluteText(Date.UTC(2026, 9, 25, 0, 30), reading)).toBe('Sun 25 Oct, 02:30 (UTC+2, Europe/Berlin)');
		expect(absoluteText(Date.UTC(2026, 9, 25, 1, 30), reading)).toBe('Sun 25 Oct, 02:30 (UTC+1, Europe/Berlin)');
	});

	it('is short today, and has a date on any other day of the reader', () => {
		const reading = { language: 'en', timeZone: 'Asia/Shanghai' } as const;
		expect(shortText(at, at - 30 * minute, reading)).toBe('14:30 UTC+8');
		expect(shortText(at + 10 * 60 * minute, at, reading)).toBe('Mon 23 Nov 00:30 UTC+8');
		expect(shortText(at, at - 365 * 24 * 60 * minute, reading)).toBe('Sun 22 Nov 14:30 UTC+8');
	});

	it.each([
		[28 * minute + 59_999, 'in 28 min', '还剩 28 分钟'],
		[-5 * minute, '5 min ago', '5 分钟前'],
		[30_000, 'in less than a minute', '还剩不到 1 分钟'],
		[-30_000, 'just now', '刚刚'],
		[125 * minute, 'in 2 h 5 min', '还剩 2 小时 5 分钟'],
		[120 * minute, 'in 2 h', '还剩 2 小时'],
		[50 * 60 * minute, 'in 2 d 2 h', '还剩 2 天 2 小时'],
	])('relative: %d ms', (distance, en, zh) => {
		expect(relativeText(at + distance, at, 'en')).toBe(en);
		expect(relativeText(at + distance, at, 'zh-CN')).toBe(zh);
	});

	it('rounds spans down', () => {
		expect(spanText(59_999, 'en')).toBe('0 min');
		expect(spanText(3_599_999, 'en')).toBe('59 min');
	});
});
