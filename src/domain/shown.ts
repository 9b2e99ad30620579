/** How input is named and quoted in messages: at most 100 characters of it, and nothing that a terminal or a page would obey. */

/** A path into a JSON value, outermost first. */
export type JsonPath = readonly (string | number)[];

/** `['a', 0, 'b c']` as `a[0]["b c"]`. */
export function pathText(path: JsonPath): string {
	let text = '';
	for (const step of path) {
		if (typeof step === 'number') text += `[${step}]`;
		else if (/^[A-Za-z_$][\w$-]{0,59}$/.test(step)) text += text === '' ? step : `.${step}`;
		else text += `["${excerpt(step, 60)}"]`;
	}
	return cut(text, 100);
}

/** Text as a message may carry it: control, invisible and bidirectional characters spelled out, backticks too. */
export function excerpt(text: string, length = 100): string {
	// Only the beginning is looked at: a refusal must not cost more than the input did.
	const escaped = JSON.stringify(text.slice(0, length + 1)).slice(1, -1);
	const inert = escaped.replace(
		/[\p{Cc}\p{Cf}\p{Co}\p{Cs}\p{Zl}\p{Zp}`]/gu,
		(found) => `\\u{${found.codePointAt(0)?.toString(16)}}`,
	);
	return cut(inert, length);
}

/** Any input, in backticks, as a message may carry it: strings and numbers themselves, containers by their kind. */
export function shown(input: unknown): string {
	if (typeof input === 'string') return `\`"${excerpt(input, 98)}"\``;
	if (Array.isArray(input)) return `an array of ${input.length}`;
	if (typeof input === 'object' && input !== null) return 'an object';
	if (typeof input === 'function' || typeof input === 'symbol') return `a ${typeof input}`;
	return `\`${cut(String(input), 100)}\``;
}

const cut = (text: string, length: number): string =>
	text.length > length ? `${text.slice(0, length - 1).toWellFormed()}…` : text;
