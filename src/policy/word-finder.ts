/**
 * Finds any of many words in one pass (Aho and Corasick), whatever their number. Letter case and full-width forms are folded on
 * the way and invisible characters are passed over, so most texts need no copy: this runs over every text of every action.
 */

/** A word may begin anywhere; whoever asks looks at the text again to see whether it stands alone. */
export interface WordFinder {
	/** Calls `found` with the index of each word that occurs, as often as it occurs. */
	find(text: string, found: (word: number) => void): void;
}

/** Classes fit a byte. */
export const mostCharacters = 250;

/** A finder of words that are `isFindable`, with at most `mostCharacters` different characters among them. */
export function wordFinder(words: readonly string[]): WordFinder {
	const { classes, width } = characterClasses(words);
	const { next, ends } = automaton(words, classes, width);
	return {
		find(text, found) {
			let state = 0;
			for (let i = 0; i < text.length; i++) {
				// Two look-ups a character and nothing else: a step to a state in which a word ends is negative.
				state = next[state + (classes[text.charCodeAt(i)] as number)] as number;
				if (state >= 0) continue;
				state = ~state;
				for (const word of ends.get(state) ?? []) found(word);
			}
		},
	};
}

/** Whether a finder can look for a word: no characters outside the basic plane, none that it passes over. */
export const isFindable = (word: string): boolean =>
	word !== '' && fold(word) === word && !/[\p{Cf}\p{Cs}]/u.test(word) && word.length === [...word].length;

/** What is compared: NFKC, lower case, every white space a space. */
export const fold = (text: string): string =>
	(isPlain(text) ? text : text.normalize('NFKC').replace(/\p{Cf}/gu, '')).toLowerCase().replace(/\s/g, ' ');

const isPlain = (text: string): boolean => /^\p{ASCII}*$/u.test(text);

/** Which code units fold to one; the same for every finder, so made once. The empty string stands for what is passed over. */
let unfolded: Map<string, number[]> | undefined;

function codeUnitsByFold(): Map<string, number[]> {
	if (unfolded !== undefined) return unfolded;
	unfolded = new Map();
	for (let unit = 0; unit < 0x10000; unit++) {
		// Han, Hangul, surrogates and private use fold to themselves, and are most of all code units.
		if (unit === 0x3400) unit = 0xf900;
		const folded = fold(String.fromCharCode(unit));
		if (folded.length > 1) continue;
		const units = unfolded.get(folded);
		if (units === undefined) unfolded.set(folded, [unit]);
		else units.push(unit);
	}
	return unfolded;
}

/**
 * Code unit -> class: 0 for what no word holds, the last one for what is passed over. Upper case and full-width forms share the
 * class of what they fold to. `width` is the number of classes.
 */
function characterClasses(words: readonly string[]): { readonly classes: Uint8Array; readonly width: number } {
	const classes = new Uint8Array(0x10000);
	const units = codeUnitsByFold();
	const characters = [...new Set(words.join(''))];
	for (const unit of units.get('') ?? []) classes[unit] = characters.length + 1;
	for (const [i, character] of characters.entries()) {
		classes[character.charCodeAt(0)] = i + 1;
		for (const unit of units.get(character) ?? []) classes[unit] = i + 1;
	}
	return { classes, width: characters.length + 2 };
}

/** Transition table with states multiplied by `width`, those in which words end as `~state`; and which words those are. */
function automaton(words: readonly string[], classes: Uint8Array, width: number) {
	const rows: number[][] = [new Array<number>(width).fill(-1)];
	const endings: number[][] = [[]];
	for (const [index, word] of words.entries()) {
		let state = 0;
		for (let i = 0; i < word.length; i++) {
			const kind = classes[word.charCodeAt(i)] as number;
			const row = rows[state] as number[];
			if (row[kind] === -1) {
				row[kind] = rows.length;
				rows.push(new Array<number>(width).fill(-1));
				endings.push([]);
			}
			state = row[kind] as number;
		}
		if (state !== 0) endings[state]?.push(index);
	}
	const fallback = new Int32Array(rows.length);
	const open: number[] = [0];
	for (const state of open) {
		const row = rows[state] as number[];
		const other = rows[fallback[state] as number] as number[];
		for (let kind = 0; kind < width; kind++) {
			const child = row[kind] as number;
			if (child === -1) {
				row[kind] = state === 0 ? 0 : (other[kind] as number);
				continue;
			}
			fallback[child] = state === 0 ? 0 : (other[kind] as number);
			endings[child]?.push(...(endings[fallback[child] as number] ?? []));
			open.push(child);
		}
	}
	const next = new Int32Array(rows.length * width);
	const ends = new Map<number, readonly number[]>();
	const step = (target: number): number => ((endings[target] as number[]).length === 0 ? target * width : ~(target * width));
	for (const [state, row] of rows.entries()) {
		next.set(row.map(step), state * width);
		// What is passed over leaves the state as it is.
		next[(state + 1) * width - 1] = state * width;
		const hits = endings[state] as number[];
		if (hits.length > 0) ends.set(state * width, hits);
	}
	return { next, ends };
}
