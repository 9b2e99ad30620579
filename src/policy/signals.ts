/** Signals: facts of the conversation that policy asks about, sent along by the agent or found in the texts. */
import type { Proposal } from '../domain/action.ts';
import type { PolicyDocument } from './document.ts';
import { mayHoldSensitive, sensitiveIn } from './sensitive.ts';
import { signalPatterns } from './signal-data.ts';
import { type Texts, textsOf } from './texts.ts';
import type { SensitiveKind } from './vocabulary.ts';
import { fold, type WordFinder, wordFinder } from './word-finder.ts';

/** What was sent or found. Sent signals count like found ones. */
export interface Signals {
	readonly names: readonly string[];
	/** What `sensitive_data` was found to be; never the data itself. */
	readonly sensitive: readonly SensitiveKind[];
	/** Whether there was too much text to search all of it. */
	readonly cut: boolean;
}

/** One pattern and whose texts it reads. */
interface Pattern {
	readonly signal: string;
	readonly expression: RegExp;
	readonly customer: boolean;
	readonly prose: boolean;
}

/** Compiled signals of one policy. */
export interface SignalDetector {
	detect(proposal: Proposal): Signals;
}

const escaped = (word: string): string => word.replace(/[\\^$.*+?()[\]{}|]/g, '\\$&');
/** At the start of a word, and for `whole` at its end as well. Chinese has no such edges. */
const edged = (word: string, whole: boolean): string =>
	`${/^[a-z0-9]/.test(word) ? '(?<![a-z0-9])' : ''}${escaped(word)}${whole && /[a-z0-9]$/.test(word) ? '(?![a-z0-9])' : ''}`;

/** Compiles what a policy looks for. `wanted` limits the built-in signals to those that something in the policy asks about. */
export function compileSignals(document: PolicyDocument, wanted: ReadonlySet<string>): SignalDetector {
	const triggers: string[] = [];
	const patterns: Pattern[] = [];
	const patternOf: number[] = [];
	const add = (pattern: Pattern, words: readonly string[]): void => {
		for (const word of words) {
			triggers.push(word);
			patternOf.push(patterns.length);
		}
		patterns.push(pattern);
	};
	for (const { signal, where, triggers: words, pattern } of signalPatterns) {
		if (!wanted.has(signal)) continue;
		const expression = new RegExp(pattern ?? words.map((word) => edged(word, false)).join('|'));
		add({ signal, expression, customer: where !== 'prose', prose: where !== 'customer' }, words);
	}
	for (const [signal, { phrases }] of Object.entries(document.signals)) {
		if (phrases.length === 0 || !wanted.has(signal)) continue;
		const words = phrases.map(fold);
		add({ signal, expression: new RegExp(words.map((word) => edged(word, true)).join('|')), customer: true, prose: true }, words);
	}
	const search = { finder: triggers.length === 0 ? null : wordFinder(triggers), patterns, patternOf };
	const kinds = wanted.has('sensitive_data') ? document.sensitive : [];
	const scan = new Set(document.scan);
	return {
		detect(proposal) {
			const texts = textsOf(proposal, scan);
			const found = new Set(proposal.signals);
			searchWords(texts, search, found);
			const sensitive = searchSensitive(texts, kinds);
			if (sensitive.length > 0) found.add('sensitive_data');
			return { names: found.size === 0 ? none : [...found], sensitive, cut: texts.cut };
		},
	};
}

const none: readonly never[] = [];

interface Search {
	readonly finder: WordFinder | null;
	readonly patterns: readonly Pattern[];
	/** Trigger -> pattern. */
	readonly patternOf: readonly number[];
}

function searchWords(texts: Texts, { finder, patterns, patternOf }: Search, found: Set<string>): void {
	if (finder === null) return;
	let due: Set<number> | undefined;
	const note = (trigger: number): void => {
		due ??= new Set();
		due.add(patternOf[trigger] as number);
	};
	for (const author of ['customer', 'prose'] as const) {
		for (const text of texts[author]) {
			finder.find(text, note);
			if (due === undefined || due.size === 0) continue;
			const folded = fold(text);
			for (const index of due) {
				const pattern = patterns[index] as Pattern;
				if (pattern[author] && !found.has(pattern.signal) && pattern.expression.test(folded)) found.add(pattern.signal);
			}
			due.clear();
		}
	}
}

function searchSensitive(texts: Texts, kinds: readonly SensitiveKind[]): readonly SensitiveKind[] {
	if (kinds.length === 0) return none;
	let found: Set<SensitiveKind> | undefined;
	for (const author of ['customer', 'prose', 'other'] as const) {
		for (const text of texts[author]) {
			if (!mayHoldSensitive(text)) continue;
			for (const kind of sensitiveIn(fold(text), kinds)) {
				found ??= new Set();
				found.add(kind);
			}
		}
	}
	return found === undefined ? none : [...found];
}
