/** What a benchmark gives back, and how rounds of both sides become it. */
import { type Bed, makeBed } from './bed.ts';
import { type SideName, sideNames } from './side.ts';
import { median } from './statistics.ts';

/** How large a run is. */
export interface Size {
	/** Short runs take fewer of everything, and say so in the table. */
	readonly short: boolean;
	/** Told what is going on. */
	readonly say: (line: string) => void;
}

/** What has to hold. `ratio` is ours to the floor's; `value` is ours alone. */
export type Goal =
	| { readonly of: 'ratio'; readonly atLeast: number }
	| { readonly of: 'ratio'; readonly atMost: number }
	| { readonly of: 'value'; readonly atLeast: number }
	| { readonly of: 'value'; readonly atMost: number };

/** One line of the table. Values are medians of the rounds. */
export interface Figure {
	readonly name: string;
	readonly unit: string;
	/** Null where the floor has nothing to compare with. */
	readonly floor: number | null;
	readonly ours: number;
	/** The rounds behind the medians, in their order. */
	readonly rounds: { readonly floor: readonly number[]; readonly ours: readonly number[] };
	readonly goal: Goal | null;
	readonly met: boolean | null;
}

export interface Benchmark {
	readonly name: string;
	/** Only runs where it is named: it takes long, or fetches something. */
	readonly onlyNamed?: boolean;
	run(size: Size): Promise<Figure[]>;
}

/** What one round of one side measured, by figure. */
export type Measured<K extends string> = Readonly<Record<K, number>>;

/** How the figures of a benchmark are shown and what is asked of them. */
export type Describing<K extends string> = Readonly<
	Record<K, { readonly name: string; readonly unit: string; readonly goal?: Goal }>
>;

/** Rounds of both sides in turn, each on a fresh bed, the side that goes first changing, so that a busy minute hits both. */
export async function inRounds<K extends string>(
	describing: Describing<K>,
	measure: (bed: Bed) => Promise<Measured<K>>,
	size: Size & { readonly rounds: number },
): Promise<Figure[]> {
	const measured: Record<SideName, Measured<K>[]> = { floor: [], ours: [] };
	for (let round = 0; round < size.rounds; round++) {
		for (const name of round % 2 === 0 ? sideNames : [...sideNames].reverse()) {
			size.say(`round ${round + 1} of ${size.rounds}, ${name}`);
			const bed = await makeBed(name);
			try {
				measured[name].push(await measure(bed));
			} finally {
				await bed.close();
			}
		}
	}
	return (Object.keys(describing) as K[]).map((key) => {
		const { name, unit, goal } = describing[key];
		const rounds = { floor: measured.floor.map((each) => each[key]), ours: measured.ours.map((each) => each[key]) };
		return figureOf({ name, unit, rounds, goal: goal ?? null });
	});
}

/** The figure of what was measured in rounds. */
export function figureOf({ name, unit, rounds, goal }: Pick<Figure, 'name' | 'unit' | 'rounds' | 'goal'>): Figure {
	const floor = rounds.floor.length === 0 ? null : median(rounds.floor);
	const ours = median(rounds.ours);
	return { name, unit, floor, ours, rounds, goal, met: goal === null ? null : meets(goal, ours, floor) };
}

function meets(goal: Goal, ours: number, floor: number | null): boolean {
	const value = goal.of === 'value' ? ours : ours / (floor ?? Number.NaN);
	// Written so that NaN meets nothing.
	return 'atLeast' in goal ? value >= goal.atLeast : value <= goal.atMost;
}
