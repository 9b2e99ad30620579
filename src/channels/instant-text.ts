/** Instants for people: absolute in the reader's zone with its name and offset, and relative to now. Never a bare "CST". */
import type { Language } from '../domain/verdict.ts';
import { catalogueOf } from './catalogue.ts';

/** Where and in which language somebody reads. `timeZone` is an IANA name; one that the platform does not know counts as UTC. */
export interface Reading {
	readonly language: Language;
	readonly timeZone: string;
}

/** A formatter costs far more than a format: one per language and zone is kept. Zones come from policy, so there are few. */
const formats = new Map<string, Format>();

interface Format {
	readonly zone: string;
	readonly format: Intl.DateTimeFormat;
	/** Parts of the minutes asked for last: a card asks for the same two several times. */
	readonly recent: Map<number, Parts>;
}

function formatOf({ language, timeZone }: Reading): Format {
	const key = `${language} ${timeZone}`;
	let known = formats.get(key);
	if (known === undefined) {
		const options: Intl.DateTimeFormatOptions = {
			weekday: 'short',
			day: 'numeric',
			month: 'short',
			hour: '2-digit',
			minute: '2-digit',
			hourCycle: 'h23',
			timeZoneName: 'shortOffset',
		};
		const locale = language === 'en' ? 'en-GB' : language;
		try {
			known = { zone: timeZone, recent: new Map(), format: new Intl.DateTimeFormat(locale, { ...options, timeZone }) };
		} catch {
			known = { zone: 'UTC', recent: new Map(), format: new Intl.DateTimeFormat(locale, { ...options, timeZone: 'UTC' }) };
		}
		formats.set(key, known);
	}
	return known;
}

interface Parts {
	readonly date: string;
	readonly time: string;
	readonly offset: string;
	readonly zone: string;
}

function partsOf(at: number, reading: Reading): Parts {
	const { format, zone, recent } = formatOf(reading);
	const minute = Math.floor(at / 60_000);
	const before = recent.get(minute);
	if (before !== undefined) return before;
	const found: Record<string, string> = {};
	for (const part of format.formatToParts(at)) found[part.type] = part.value;
	const { weekday = '', day = '', month = '', hour = '', timeZoneName = '' } = found;
	const date = reading.language === 'en' ? `${weekday} ${day} ${month}` : `${month}月${day}日${weekday}`;
	const offset = timeZoneName.replace('GMT', 'UTC');
	const parts = { date, time: `${hour}:${found.minute}`, offset: offset === 'UTC+0' ? 'UTC' : offset, zone };
	if (recent.size >= 32) recent.clear();
	recent.set(minute, parts);
	return parts;
}

/** `Sun 22 Nov, 14:30 (UTC+8, Asia/Shanghai)`. */
export function absoluteText(at: number, reading: Reading): string {
	const { date, time, offset, zone } = partsOf(at, reading);
	const where = zone === 'UTC' ? 'UTC' : `${offset}, ${zone}`;
	return reading.language === 'en' ? `${date}, ${time} (${where})` : `${date} ${time}（${where}）`;
}

/** As short as it can be without being ambiguous: `14:30 UTC+8`, with the date when it is not today for the reader. */
export function shortText(at: number, now: number, reading: Reading): string {
	const then = partsOf(at, reading);
	const time = `${then.time} ${then.offset}`;
	return then.date === partsOf(now, reading).date && Math.abs(at - now) < 24 * 3600_000 ? time : `${then.date} ${time}`;
}

/** A length of time in its two largest units: `28 min`, `2 h 5 min`. Rounded down, because a promise may be kept early but not late. */
export function spanText(ms: number, language: Language): string {
	const { time } = catalogueOf(language);
	const minutes = Math.floor(ms / 60_000);
	if (minutes < 60) return time.minutes(minutes);
	const hours = Math.floor(minutes / 60);
	return hours < 48 ? time.hours(hours, minutes % 60) : time.days(Math.floor(hours / 24), hours % 24);
}

/** `in 28 min`, `5 min ago`, `just now`. */
export function relativeText(at: number, now: number, language: Language): string {
	const { time } = catalogueOf(language);
	const distance = at - now;
	if (Math.abs(distance) < 60_000) return distance > 0 ? time.soon : time.justNow;
	return distance > 0 ? time.in(spanText(distance, language)) : time.ago(spanText(-distance, language));
}
