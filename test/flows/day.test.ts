/**
 * A simulated day: 450 actions with the routes of the field report, and 520 after tuning; three reviewers on duty. Each gets at
 * most twelve messages that interrupt. The counts are printed, beside those of a policy that tells everybody everything at once.
 */
import { expect, test } from 'vitest';
import { testRedis } from '../support/redis.ts';
import { type DayPlan, type DayResult, dayPolicy, playDay, total } from './working-day.ts';

const redis = testRedis();

/** 62 % by themselves, 28 % asked, 10 % handed over; and 78, 15 and 7 %. */
const atFirst: DayPlan = { auto: 225, notify: 54, approval: 120, large: 6, unsure: 39, legal: 6 };
const tuned: DayPlan = { auto: 340, notify: 66, approval: 74, large: 4, unsure: 31, legal: 5 };

const calm = dayPolicy(`
schedules: { days: { for: [everyone], time_zone: Europe/Berlin, weekly: [{ days: [mon, tue, wed, thu, fri], from: "08:00", to: "19:00" }] } }
interruptions: { per_hour: 1, per_day: 2, bundle_every: 30m }
plans:
  - { route: approval, deadline: 90m, tiers: [{ after: 0s, to: [everyone], channels: [email], tell: needed }, { after: 1h, to: [everyone], channels: [email] }] }
  - { route: approval, above: "1000.00", deadline: 1h, tiers: [{ after: 0s, to: [everyone], channels: [sms], tell: needed, urgent: true }, { after: 30m, to: [everyone], channels: [sms] }] }
  - { route: escalation, deadline: 4h, tiers: [{ after: 0s, to: [everyone], channels: [email], tell: needed }, { after: 2h, to: [everyone], channels: [email] }] }
notify_digest: { to: [everyone], at: "18:30" }
`);

const naive = dayPolicy(`
interruptions: false
plans:
  - { route: approval, deadline: 90m, tiers: [{ after: 0s, to: [everyone], channels: [email] }] }
  - { route: approval, above: "1000.00", deadline: 1h, tiers: [{ after: 0s, to: [everyone], channels: [sms] }] }
  - { route: escalation, deadline: 4h, tiers: [{ after: 0s, to: [everyone], channels: [email] }] }
notify_digest: { to: [everyone], every: 1s }
`);

const shown = (counts: Readonly<Record<string, number>>): string =>
	Object.entries(counts)
		.map(([who, count]) => `${who} ${count}`)
		.join(', ');
const mean = (numbers: readonly number[]): string =>
	(numbers.reduce((sum, number) => sum + number, 0) / numbers.length).toFixed(1);

function say(name: string, plan: DayPlan, result: DayResult): void {
	console.log(
		`${name}, ${total(plan)} actions: interrupting ${shown(result.interrupting)}; all ${shown(result.all)}; ` +
			`mean wait ${mean(result.waits)} min, longest ${Math.max(...result.waits).toFixed(0)} min; ${shown(result.ends)}`,
	);
}

function expectWhole(plan: DayPlan, result: DayResult): void {
	const asked = plan.approval + plan.large + plan.unsure + plan.legal;
	// Nothing was missed, nothing ran out of time.
	expect(result.waits).toHaveLength(asked);
	expect(Object.values(result.ends).reduce((sum, count) => sum + count, 0)).toBe(total(plan));
	expect(Object.keys(result.ends).sort()).toEqual(['executed', 'rejected', 'resolved']);
	expect(result.onRecord).toEqual(result.interrupting);
}

test.each([
	['the first day', atFirst, 450],
	['after tuning', tuned, 520],
] as const)('%s: at most twelve messages interrupt each of three reviewers', { timeout: 60_000 }, async (name, plan, count) => {
	expect(total(plan)).toBe(count);
	const result = await playDay(redis, calm, { plan, stepMinutes: 3 });
	say(name, plan, result);
	expectWhole(plan, result);
	for (const interruptions of Object.values(result.interrupting)) expect(interruptions).toBeLessThanOrEqual(12);
});

test('told everybody everything at once, each of them would get hundreds', { timeout: 60_000 }, async () => {
	const result = await playDay(redis, naive, { plan: atFirst, stepMinutes: 15 });
	// How long things wait says nothing here: the clock goes in steps of a quarter of an hour.
	console.log(`naive, ${total(atFirst)} actions: interrupting ${shown(result.interrupting)}; all ${shown(result.all)}`);
	for (const interruptions of Object.values(result.interrupting)) expect(interruptions).toBeGreaterThan(150);
});
