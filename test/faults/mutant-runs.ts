/** Short runs of the plant with one planted bug each. */
import { openAudit } from '../../src/audit/audit.ts';
import type { Fault } from '../../src/audit/story.ts';
import { campaign } from './campaign.ts';
import type { Mutant } from './mutants.ts';
import type { Plot } from './traffic.ts';

export interface Caught {
	readonly name: string;
	readonly caught: boolean;
	readonly faults: Readonly<Record<Fault, number>>;
}

/** Runs at once: each is mostly waiting. */
const atOnce = 2;

export async function runMutants(
	mutants: readonly Mutant[],
	{ seed, say }: { seed: number; say: (text: string) => void },
): Promise<Caught[]> {
	const left = [...mutants];
	const results: Caught[] = [];
	const lane = async (): Promise<void> => {
		for (let mutant = left.shift(); mutant !== undefined; mutant = left.shift()) {
			const result = await run(mutant, seed);
			results.push(result);
			const found = Object.entries(result.faults).filter(([, number]) => number > 0);
			say(
				`${result.caught ? 'caught' : 'NOT CAUGHT'} ${mutant.name}: ${mutant.bug} (${found.map(([fault, number]) => `${fault} ${number}`).join(', ') || 'nothing found'})`,
			);
		}
	};
	await Promise.all(Array.from({ length: atOnce }, lane));
	say(`${results.filter(({ caught }) => caught).length} of ${mutants.length} planted bugs caught`);
	return results;
}

async function run(mutant: Mutant, seed: number): Promise<Caught> {
	const audit = openAudit({ now: Date.now(), graceMs: 60_000, ended: true });
	await campaign(
		{
			seed,
			actions: 60,
			races: 0,
			faults: { kill: mutant.kills ?? 3 },
			workers: 2,
			quick: true,
			drainMs: 10_000,
			edits: mutant.edits,
			plots: mutant.plots as readonly Plot[],
			...(mutant.point !== undefined && { point: mutant.point }),
		},
		audit,
	);
	const { faults } = audit.report();
	return { name: mutant.name, caught: mutant.caughtAs.some((fault) => faults[fault] > 0), faults };
}
