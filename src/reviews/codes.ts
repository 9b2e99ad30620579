/**
 * Codes of text messages: four characters that say which request an answer is for. They are names and no secrets; who may
 * answer is decided by the number that the signed webhook names. Pure, but for the random numbers it is handed.
 */

/**
 * No look-alikes (0 O, 1 I L, 5 S, 8 B, 6 G, 2 Z, U V), no vowels, and no Y, which is an answer. With a digit in every code and
 * without a vowel, none is a word or an ordinary number.
 */
const letters = 'CDFHJKMNPQRTVWX';
const digits = '234679';
export const codeAlphabet = letters + digits;
export const codeLength = 4;

/** The form of what may be a code, for the edge: also of ones that were never issued. */
export const codeForm = /^[0-9A-Z]{4}$/;

/** A code. `random` gives whole numbers from 0 to below its argument. */
export function newCode(random: (below: number) => number): string {
	for (;;) {
		let code = '';
		while (code.length < codeLength) code += codeAlphabet[random(codeAlphabet.length)] ?? '';
		if (isGoodCode(code)) return code;
	}
}

/** Whether a code can be issued: our letters, at least one of them and at least one digit, and no digit that reads as a vowel between letters. */
export const isGoodCode = (code: string): boolean =>
	code.length === codeLength &&
	[...code].every((character) => codeAlphabet.includes(character)) &&
	/[A-Z]/.test(code) &&
	/\d/.test(code) &&
	// `D4MN` and `C3NT` can be read.
	!/[A-Z][34][A-Z]/.test(code);
