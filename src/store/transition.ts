/**
 * The one write. Every change of every action goes through `transition`, which turns a `Change` into one run of
 * transition.lua. A lost race is a result that names the winner, not an exception.
 */
import type { Redis } from 'ioredis';
import { actionIdForm, newId } from '../domain/ids.ts';
import { type Effect, type Event, effects, events, isEnd, row, type State } from '../domain/lifecycle.ts';
import type { Outcome } from '../domain/outcome.ts';
import type { Decision } from '../domain/review.ts';
import type { Keys } from './keys.ts';
import type { MarkStore } from './mark.ts';
import { type Body, type Fields, fieldText } from './record.ts';
import { type Script, scriptNamed } from './script.ts';
import type { TermsStore } from './terms.ts';

/** One event of a change, with who caused it and what the history should keep. */
export interface Step {
	readonly event: Event | 'received';
	/** Reviewer id, agent, worker, `policy` or `clock`. */
	readonly by: string;
	readonly detail?: unknown;
	/** Digest of the payload that starts; that of a decision comes with the decision. */
	readonly digest?: string;
}

/** A fact to write with the change; the key comes from `Keys.fact`. `@now` as an argument stands for Redis time. */
export type FactWrite = readonly [command: string, key: string, ...args: (string | number)[]];

/** What to do to one action, all of it or nothing. Several steps are several events in one write. */
export interface Change {
	readonly id: string;
	readonly tenant: string;
	readonly steps: readonly [Step, ...Step[]];
	/** Creates the record; refused as `exists` where there is one. Every field of `Body` is written. */
	readonly create?: Body;
	/** Replaces the proposal (an edit). */
	readonly body?: Body;
	/** Fences: `version` for people and the classifier, `arm` for timers, `token` for executions, `revision` for links. */
	readonly version?: number;
	readonly arm?: string;
	readonly token?: string;
	readonly revision?: number;
	/** `before`: only while the state's deadline has not passed. `after`: only once it has. */
	readonly deadline?: 'before' | 'after';
	/** Only where the decision and the payload carry the same digest (INVARIANT I1). */
	readonly bound?: boolean;
	readonly set?: Partial<Fields>;
	readonly drop?: readonly (keyof Fields | 'decision' | 'outcome' | 'deadlineAt' | 'dueAt')[];
	/** Ends the review, or lets the action run without one. */
	readonly decision?: Omit<Decision, 'at'>;
	readonly outcome?: Omit<Outcome, 'at'>;
	/** When somebody must look next, relative or absolute, in ms; `exact` where people wait for it. Ends clear it by themselves. */
	readonly due?: { readonly inMs?: number; readonly at?: number; readonly exact?: boolean };
	/** The instant of this state's own deadline; with both, the earlier. */
	readonly deadlineAt?: { readonly inMs?: number; readonly at?: number };
	/** Effects of the last step that need no job this time. */
	readonly without?: readonly Effect[];
	readonly facts?: readonly FactWrite[];
	/**
	 * Runs something, or lets it run: refused as `held` while the system is paused or Redis has gone back in time. `start` is refused as
	 * `check` after such a time, until whoever runs it has asked the journal outside Redis (`checked`).
	 */
	readonly gate?: 'route' | 'start' | 'checked';
	/** Only if the user's approvals since `since` still number `count`: else the facts are stale. */
	readonly guard?: { readonly key: string; readonly since: number; readonly count: number };
}

/** Why a change was not made. */
export type Refusal =
	| 'exists'
	| 'missing'
	| 'state'
	| 'version'
	| 'arm'
	| 'token'
	| 'revision'
	| 'too_late'
	| 'too_early'
	| 'unbound'
	| 'guard'
	| 'held'
	| 'check';

/** A follow-up that the write has put into the outbox. */
export interface OutboxEntry {
	readonly event: Event | 'received';
	readonly effect: Effect;
	readonly id: string;
	readonly version: number;
}

export type TransitionResult =
	| {
			readonly ok: true;
			readonly state: State;
			readonly version: number;
			readonly at: number;
			readonly outbox: readonly OutboxEntry[];
	  }
	| {
			readonly ok: false;
			readonly why: Refusal;
			readonly state: State | null;
			readonly version: number;
			readonly revision: number;
			/** What decided the action, where something has. */
			readonly winner: Decision | null;
			readonly deadlineAt: number | null;
			readonly at: number;
	  };

/** `event/effect/id/version`: an entry of the outbox as text. */
export const outboxText = (entry: OutboxEntry): string => `${entry.event}/${entry.effect}/${entry.id}/${entry.version}`;

const knownEvents: ReadonlySet<string> = new Set([...events, 'received']);
const knownEffects: ReadonlySet<string> = new Set(effects);

/** The entry of a text, or null where it is none of ours: one strange entry must not stop the sweeper at all the others. */
export function outboxEntry(text: string): OutboxEntry | null {
	const [event = '', effect = '', id = '', version = '', ...more] = text.split('/');
	if (
		!knownEvents.has(event) ||
		!knownEffects.has(effect) ||
		!actionIdForm.test(id) ||
		!/^\d{1,15}$/.test(version) ||
		more.length > 0
	)
		return null;
	return { event: event as OutboxEntry['event'], effect: effect as Effect, id, version: Number(version) };
}

/** Settings of the store that bear on every write. */
export interface TransitionSettings {
	/** How long an ended action stays readable, in ms. */
	readonly keepMs: number;
	/** Honour the clock offset: development and tests only. */
	readonly devClock: boolean;
	/** What verdicts have in common. */
	readonly terms: TermsStore;
	/** Tells a Redis that has gone back in time. */
	readonly mark: MarkStore;
}

export type Transition = (change: Change) => Promise<TransitionResult>;

/** Fields that mean nothing once an action has ended. */
const timers = ['dueAt', 'deadlineAt', 'armId'] as const;

const creation = { to: 'received', effects: ['classify'] } as const;

/** Where the steps lead, checked against the table: a change that the table does not know is a fault of the program. */
function follow(steps: Change['steps'], created: boolean): { from: readonly State[]; to: State; effects: readonly Effect[] } {
	let from: readonly State[] = [];
	let last: { to: State; effects: readonly Effect[] } | undefined;
	for (const step of steps) {
		const next = step.event === 'received' ? creation : row(step.event);
		if (step.event !== 'received') {
			const allowed = row(step.event).from as readonly State[];
			if (last === undefined) from = allowed;
			else if (!allowed.includes(last.to)) throw new Error(`no \`${step.event}\` from \`${last.to}\``);
		} else if (!created || last !== undefined) throw new Error('only a new action is `received`');
		last = next;
	}
	if (last === undefined) throw new Error('a change needs a step');
	return { from, to: last.to, effects: last.effects };
}

/** The text after the opening brace, for the script to put its time first. */
const unbraced = (value: object): string => JSON.stringify(value).slice(1);

/** An instant or a span for the script. What is no number must stop here: in the script it would fail half-way. */
function ms(value: number | undefined): number | '' {
	if (value === undefined) return '';
	if (!Number.isFinite(value)) throw new RangeError(`\`${value}\` is no instant`);
	return Math.round(value);
}

/** Binds the one write to a store. */
export function transitionOn(redis: Redis, keys: Keys, settings: TransitionSettings): Transition {
	const script: Script = scriptNamed('transition');
	return async (change) => {
		const { from, to, effects } = follow(change.steps, change.create !== undefined);
		const lastEvent = (change.steps.at(-1) as Step).event;
		const wanted = effects.filter((effect) => !change.without?.includes(effect));
		const body = change.create ?? change.body;
		const facts = change.facts ?? [];
		const ended = isEnd(to);
		const { verdict, ...fields } = change.set ?? {};
		const set = Object.entries(fields).flatMap(([field, value]) => [field, fieldText(value)]);
		const parted = verdict === undefined ? null : settings.terms.part(verdict);
		if (verdict !== undefined) set.push('verdict', parted?.record ?? fieldText(verdict));
		if (body !== undefined) set.push('body', JSON.stringify(body));
		const stamped: string[] = [];
		if (change.decision !== undefined) stamped.push('decision', unbraced(change.decision));
		if (change.decision?.event === 'edited') stamped.push('edit', unbraced(change.decision));
		if (change.outcome !== undefined) stamped.push('outcome', unbraced(change.outcome));
		const dropped = ended ? [...(change.drop ?? []), ...timers] : (change.drop ?? []);
		const steps = change.steps.map((step, i) =>
			unbraced({
				event: step.event,
				to: step.event === 'received' ? creation.to : row(step.event).to,
				by: step.by,
				detail: step.detail,
				digest: step.digest ?? (i === change.steps.length - 1 ? change.decision?.payloadDigest : undefined),
			}),
		);
		const args = (terms: string, known: number): (string | number)[] => [
			change.id,
			newId('exe').slice(4, 16),
			change.create === undefined ? `,${from.join(',')},` : '',
			to,
			change.version ?? '',
			change.arm ?? '',
			change.token ?? '',
			change.revision ?? '',
			change.deadline ?? '',
			change.bound ? '1' : '',
			change.guard?.since ?? '',
			change.guard?.count ?? '',
			ms(change.due?.inMs),
			ms(change.due?.at),
			ms(change.deadlineAt?.inMs),
			ms(change.deadlineAt?.at),
			ended ? '1' : '',
			ended ? settings.keepMs : '',
			keys.index(change.tenant),
			keys.changes,
			settings.devClock ? '1' : '',
			terms,
			known,
			change.gate ?? '',
			set.length / 2,
			...set,
			stamped.length / 2,
			...stamped,
			dropped.length,
			...dropped,
			steps.length,
			...steps,
			wanted.length,
			...wanted.map((effect) => `${lastEvent}/${effect}/${change.id}`),
			facts.length,
			...facts.flatMap(([command, , ...words]) => [words.length + 1, command, ...words]),
		];
		const record = keys.action(change.id);
		const write = async (terms: string): Promise<Answer> => {
			const named = [change.guard?.key ?? record, parted?.key ?? record, keys.mark, ...facts.map(([, key]) => key)];
			const own = [record, keys.history(change.id), keys.due, keys.outbox, keys.clockOffset];
			// As it was when this was sent: what is answered to a later question may arrive first, by another connection.
			const known = settings.mark.sequence.known();
			const answer = (await script.run(redis, [...own, ...named], args(terms, known))) as Answer;
			settings.mark.saw(Number(answer.at(-1)), known);
			return answer;
		};
		let answer = await write('');
		// The first record that names them brings them along.
		if (answer[1] === 'terms' && parted !== null) answer = await write(parted.terms);
		return answer[0] === 1 ? made(answer, { to, wanted, change, lastEvent }) : refused(answer, change);
	};
}

/** What the script answers: 1 and the new version, or 0 and why not. */
type Answer = readonly [number, ...(string | number)[]];

function made(
	answer: Answer,
	about: { to: State; wanted: readonly Effect[]; change: Change; lastEvent: Step['event'] },
): TransitionResult {
	const version = Number(answer[1]);
	const outbox = about.wanted.map((effect) => ({ event: about.lastEvent, effect, id: about.change.id, version }));
	return { ok: true, state: about.to, version, at: Number(answer[2]), outbox };
}

function refused(answer: Answer, change: Change): TransitionResult {
	const [, why, state, version, decision, edit, deadlineAt, revision, now] = answer.map(String);
	// Who held an older revision lost to the edit, whatever was decided about the new one since.
	const stale = change.revision !== undefined && change.revision < Number(revision) && edit !== '';
	const winner = stale ? edit : decision;
	return {
		ok: false,
		why: why as Refusal,
		state: state === '' ? null : (state as State),
		version: Number(version),
		revision: Number(revision),
		winner: winner === '' || winner === undefined ? null : (JSON.parse(winner) as Decision),
		deadlineAt: deadlineAt === '' ? null : Number(deadlineAt),
		at: Number(now),
	};
}
