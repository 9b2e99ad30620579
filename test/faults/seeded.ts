/** Numbers from 0 to 1 that a seed fixes (mulberry32). */
export type Chance = () => number;

export function seeded(seed: number): Chance {
	let state = seed | 0;
	return () => {
		state = (state + 0x6d2b79f5) | 0;
		let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
		mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
		return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
	};
}

/** One of several. */
export const oneOf = <T>(chance: Chance, among: readonly T[]): T => among[Math.floor(chance() * among.length)] as T;
