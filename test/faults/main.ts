/** `npm run faults`: runs the plant under faults, checks everything that was recorded, and prints one table. */
import { writeFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { openAudit, percentile } from '../../src/audit/audit.ts';
import { tableLines, tableOf } from '../../src/audit/table.ts';
import { type Campaign, type CampaignOptions, campaign } from './campaign.ts';
import type { FaultKind } from './chaos.ts';
import { runMutants } from './mutant-runs.ts';
import { mutants } from './mutants.ts';

const { values } = parseArgs({
	options: {
		seed: { type: 'string', default: '1' },
		actions: { type: 'string', default: '2000' },
		kills: { type: 'string', default: '20' },
		'redis-kills': { type: 'string', default: '4' },
		stops: { type: 'string', default: '4' },
		terms: { type: 'string', default: '0' },
		races: { type: 'string', default: '400' },
		minutes: { type: 'string', default: '60' },
		workers: { type: 'string', default: '3' },
		'round-actions': { type: 'string', default: '10000' },
		json: { type: 'string' },
		history: { type: 'string' },
		mutant: { type: 'string' },
		mutants: { type: 'boolean', default: false },
		quick: { type: 'boolean', default: false },
	},
});
const count = (
	name: 'seed' | 'actions' | 'kills' | 'redis-kills' | 'stops' | 'terms' | 'races' | 'minutes' | 'workers' | 'round-actions',
): number => {
	const number = Number(values[name]);
	if (!Number.isFinite(number) || number < 0) throw new Error(`--${name} must be a number`);
	return number;
};
const say = (text: string): void => console.log(text);
const begun = Date.now();

let ok = true;
const asked =
	values.mutant === undefined ? (values.mutants ? mutants : []) : mutants.filter(({ name }) => name === values.mutant);
if (values.mutant !== undefined && asked.length === 0)
	throw new Error(`there is no mutant \`${values.mutant}\`: ${mutants.map(({ name }) => name).join(', ')}`);
if (count('actions') > 0 && values.mutant === undefined) ok = await clean();
if (asked.length > 0) {
	const caught = await runMutants(asked, { seed: count('seed'), say });
	ok &&= caught.every((each) => each.caught);
}
say(`${((Date.now() - begun) / 1000).toFixed(0)} s`);
process.exitCode = ok ? 0 : 1;

/** The product as it is, in rounds of a Redis each. */
async function clean(): Promise<boolean> {
	const totals = {
		...{ kill: count('kills'), redisKill: count('redis-kills'), stop: count('stops'), terminate: count('terms') },
		...{ scriptFlush: Math.ceil(count('actions') / 2_000), dropReply: Math.ceil(count('actions') / 500) },
		...{ deleteJob: Math.ceil(count('actions') / 1_000), forgeJob: Math.ceil(count('actions') / 1_000) },
		...{ fullMemory: Math.ceil(count('actions') / 5_000) },
	} satisfies Record<FaultKind, number>;
	const rounds = Math.max(1, Math.ceil(count('actions') / count('round-actions')));
	const audit = openAudit({ now: Date.now(), graceMs: 60_000, ended: true });
	const share = (total: number, round: number): number =>
		Math.floor((total * (round + 1)) / rounds) - Math.floor((total * round) / rounds);
	const runs: Promise<Campaign>[] = [];
	let round = 0;
	for (; round < rounds && Date.now() - begun < count('minutes') * 60_000; round++) {
		const number = round + 1;
		const options: CampaignOptions = {
			seed: count('seed') + round,
			actions: share(count('actions'), round),
			races: share(count('races'), round),
			faults: Object.fromEntries(Object.entries(totals).map(([kind, total]) => [kind, share(total, round)])),
			workers: count('workers'),
			quick: values.quick,
			...(values.history !== undefined && { history: values.history }),
			say: (text) => say(`round ${number} of ${rounds}: ${text}`),
		};
		// The next one starts while this one waits for its end.
		const loaded = Promise.withResolvers<void>();
		const run = campaign({ ...options, onLoaded: loaded.resolve }, audit);
		runs.push(run);
		await Promise.race([loaded.promise, run]);
	}
	const done = await Promise.all(runs);
	const report = audit.report();
	const rows = tableOf(report);
	const sum = (of: (each: Campaign) => number): number => done.reduce((total, each) => total + of(each), 0);
	const recoveries = done.flatMap((each) => each.recoveries).sort((a, b) => a - b);
	const outages = done.flatMap((each) => each.outages).sort((a, b) => a - b);
	const kills = done.flatMap((each) => each.kills);
	const faults = Object.fromEntries(Object.keys(totals).map((kind) => [kind, sum((each) => each.done[kind as FaultKind])]));
	const byPoint = Object.entries(Object.groupBy(kills, ({ point }) => point ?? 'anywhere')).map(([point, at]) => [
		point,
		at?.length ?? 0,
	]);
	say(`\nseed ${values.seed}, ${round} of ${rounds} rounds, ${values.quick ? 'short' : "the product's own"} locks\n`);
	for (const line of tableLines(rows)) say(line);
	say(
		`\nfaults: ${Object.entries(faults)
			.map(([kind, number]) => `${kind} ${number}`)
			.join(', ')}, replies lost ${sum((each) => each.lostReplies)}`,
	);
	say(`actions a second while they came: ${done.map(({ rate }) => rate.toFixed(0)).join(', ')}`);
	say(`killed at: ${byPoint.map(([point, number]) => `${point} ${number}`).join('; ')}`);
	say(`Redis away: ${outages.length} times, p50 ${percentile(outages, 0.5)} ms, max ${outages.at(-1) ?? 0} ms`);
	say(
		`from a kill until its actions moved: ${recoveries.length} actions, p50 ${percentile(recoveries, 0.5)} ms, p99 ${percentile(recoveries, 0.99)} ms, max ${recoveries.at(-1) ?? 0} ms`,
	);
	say(`proposals set aside after two kills, and driven again: ${sum((each) => each.redriven)}`);
	for (const { fault, id, what } of report.findings.slice(0, 40)) say(`${fault} ${id}: ${what}`);
	if (values.json !== undefined) {
		const recovery = {
			actions: recoveries.length,
			p50: percentile(recoveries, 0.5),
			p99: percentile(recoveries, 0.99),
			max: recoveries.at(-1),
		};
		writeFileSync(
			values.json,
			`${JSON.stringify({ options: values, ok: report.ok, rows, report, faults, byPoint: Object.fromEntries(byPoint), recovery, outages }, null, 1)}\n`,
		);
	}
	return report.ok && done.every(({ left }) => left === 0);
}
