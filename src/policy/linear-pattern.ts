/**
 * Which regular expressions a policy may hold. Node's engine backtracks, so a pattern such as `^(a+)+$` in a policy would
 * let one crafted argument stop a worker. Accepted is a small language for which the work has a bound of `choices` times the
 * length of the text: no look-around, no back-references, no repeated group without an upper bound, and at most one
 * unbounded repetition, which then must be anchored.
 */

const maxChoices = 1000;
/** Of an anchored pattern without an unbounded repetition, which sees only the beginning of a text. */
const maxAnchoredChoices = 100_000;
/** Beyond this a bound is as good as none. */
const maxRepeat = 1000;

const tooMany = 'could match in too many ways; make it simpler';

class Refused extends Error {}

interface Shape {
	/** Upper bound of the ways to match at one position. */
	choices: number;
	/** How many `*`, `+` or `{n,}`. */
	unbounded: number;
}

/** What is wrong with a pattern, or null where it is valid and linear. */
export function patternProblem(pattern: string): string | null {
	try {
		new RegExp(pattern);
	} catch {
		return 'is not a valid regular expression';
	}
	try {
		const reader = new PatternReader(pattern);
		const shape = reader.alternatives(0);
		if (shape.unbounded > 0 && (!pattern.startsWith('^') || reader.splitsAtTop)) {
			return 'repeats without a bound and so must begin with `^` and have no `|` outside a group';
		}
		const brief = pattern.startsWith('^') && !reader.splitsAtTop && shape.unbounded === 0;
		return brief || shape.choices <= maxChoices ? null : tooMany;
	} catch (error) {
		if (error instanceof Refused) return error.message;
		throw error;
	}
}

class PatternReader {
	/** Whether there is a `|` outside of all groups. */
	splitsAtTop = false;
	#at = 0;
	readonly #text: string;

	constructor(text: string) {
		this.#text = text;
	}

	alternatives(depth: number): Shape {
		if (depth > 10) throw new Refused('nests groups deeper than 10');
		let total = this.#sequence(depth);
		while (this.#text[this.#at] === '|') {
			this.#at++;
			if (depth === 0) this.splitsAtTop = true;
			const next = this.#sequence(depth);
			total = bounded(total.choices + next.choices, total.unbounded + next.unbounded);
		}
		return total;
	}

	#sequence(depth: number): Shape {
		let total: Shape = { choices: 1, unbounded: 0 };
		while (this.#at < this.#text.length && this.#text[this.#at] !== '|' && this.#text[this.#at] !== ')') {
			const atom = this.#atom(depth);
			const part = this.#repeated(atom.shape, atom.group);
			total = bounded(total.choices * part.choices, total.unbounded + part.unbounded);
		}
		return total;
	}

	#atom(depth: number): { shape: Shape; group: boolean } {
		const single = { shape: { choices: 1, unbounded: 0 }, group: false };
		const character = this.#text[this.#at++];
		if (character === '[') {
			while (this.#text[this.#at] !== ']') this.#at += this.#text[this.#at] === '\\' ? 2 : 1;
			this.#at++;
			return single;
		}
		if (character === '\\') {
			const escaped = this.#text[this.#at++] ?? '';
			if (/[1-9k]/.test(escaped)) throw new Refused('refers back to a group, which cannot be matched in linear time');
			return single;
		}
		if (character !== '(') return single;
		if (this.#text[this.#at] === '?') {
			if (this.#text[this.#at + 1] !== ':') throw new Refused('uses look-around or a named group; use plain groups only');
			this.#at += 2;
		}
		const shape = this.alternatives(depth + 1);
		this.#at++;
		return { shape, group: true };
	}

	#repeated(shape: Shape, group: boolean): Shape {
		const [least, most, length] = this.#quantifier();
		if (length === 0) return shape;
		this.#at += length;
		if (this.#text[this.#at] === '?') this.#at++;
		if (most === Number.POSITIVE_INFINITY) {
			if (group) throw new Refused('repeats a group without a bound; give it one, such as `{0,10}`');
			return bounded(shape.choices, 1);
		}
		if (most > maxRepeat) throw new Refused(`repeats more than ${maxRepeat} times`);
		if (shape.unbounded > 0) throw new Refused('repeats something that is itself unbounded');
		return bounded(shape.choices ** Math.max(1, most) * (most - least + 1), 0);
	}

	#quantifier(): [least: number, most: number, length: number] {
		const character = this.#text[this.#at];
		if (character === '*') return [0, Number.POSITIVE_INFINITY, 1];
		if (character === '+') return [1, Number.POSITIVE_INFINITY, 1];
		if (character === '?') return [0, 1, 1];
		if (character !== '{') return [1, 1, 0];
		const match = /^\{(\d+)(,?)(\d*)\}/.exec(this.#text.slice(this.#at, this.#at + 24));
		if (match === null) return [1, 1, 0];
		const least = Number(match[1]);
		if (match[2] === '') return [least, least, match[0].length];
		return [least, match[3] === '' ? Number.POSITIVE_INFINITY : Number(match[3]), match[0].length];
	}
}

function bounded(choices: number, unbounded: number): Shape {
	if (unbounded > 1) throw new Refused('repeats without a bound more than once; give all but one a bound, such as `{0,50}`');
	if (!(choices <= maxAnchoredChoices)) throw new Refused(tooMany);
	return { choices, unbounded };
}
