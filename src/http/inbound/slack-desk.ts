/**
 * What people do in Slack: press a button on a card, send in the form of an edit. Every interaction is bound to the message it stands
 * on, which was sent to one reviewer about one revision; anybody else's changes nothing. Shared by the webhook and Socket Mode.
 */
import { linksTo, type Viewer } from '../../channels/card.ts';
import { catalogueOf } from '../../channels/catalogue.ts';
import { slackText } from '../../channels/catalogue-slack.ts';
import { copyOf } from '../../channels/copy.ts';
import type { SlackChannel } from '../../channels/slack.ts';
import { editForm, readForm } from '../../channels/slack-form.ts';
import { isFor, readValue } from '../../channels/slack-value.ts';
import type { Action } from '../../domain/action.ts';
import type { Reviewer } from '../../domain/review.ts';
import type { Engine } from '../../engine/engine.ts';
import { reviewerOf } from '../../policy/reviewers.ts';
import { type Answering, type SubmitResult, submit } from '../../reviews/submit.ts';
import type { Link } from '../../store/links.ts';
import { anySender, type Interaction, interaction, type Press, type Submission, valuesOf } from './slack-payload.ts';
import { refusalOf } from './slack-refusal.ts';
import { type Hearer, type Telling, tellerOn } from './slack-tell.ts';

export interface SlackDeskDeps {
	readonly engine: Engine;
	readonly publicUrl: string;
	/** The app whose interactions are ours (`api_app_id`). */
	readonly appId: string;
	readonly channel: SlackChannel;
	/** What a `response_url` may begin with; Slack's own where absent. */
	readonly responseOrigins?: readonly string[];
}

/** What Slack is answered. `body`: what a form should do. */
export interface Ack {
	readonly status: 200 | 401;
	readonly body?: Readonly<Record<string, unknown>>;
}

export interface SlackDesk {
	/** Deals with one payload. Resolves when the answer is recorded, or after two seconds; throws where the store failed before. */
	receive(payload: unknown): Promise<Ack>;
	/** Resolves when everybody has been told. */
	settled(): Promise<void>;
}

/** Slack waits for three seconds. */
const ackWithinMs = 2000;
const pressed = ['approve', 'reject', 'take_over', 'own'] as const;

/** A message that an interaction stands on, and who did it. */
interface Standing {
	readonly token: string;
	readonly link: Link;
	readonly person: Reviewer;
	readonly viewer: Viewer;
	readonly hearer: Hearer;
	/** The message, as receipts name it. */
	readonly copyId: string;
}

/** Who acts on which message. */
interface Acting {
	readonly sender: Interaction;
	readonly hearer: Hearer;
	readonly copyId: string;
}

const done: Ack = { status: 200 };

export function slackDesk({ engine, publicUrl, appId, channel, ...deps }: SlackDeskDeps): SlackDesk {
	const { store, log } = engine;
	const teller = tellerOn(channel.api, deps.responseOrigins ?? ['https://hooks.slack.com'], log);
	const open = new Set<Promise<void>>();
	/** Work that nobody waits for; its failures are said in the log. */
	const later = (work: () => Promise<void>): void => {
		const running = work()
			.catch((error: unknown) => log.warn({ err: error }, 'slack: after an answer'))
			.finally(() => open.delete(running));
		open.add(running);
	};
	const tellLater = (hearer: Hearer, telling: Telling): void => later(() => teller.tell(hearer, telling));

	/** The message and the reviewer it was sent to, where it is this very person who acts on it. */
	const find = async (value: string, { sender, hearer, copyId }: Acting): Promise<Standing | null> => {
		const read = readValue(value);
		const link = read === null ? null : await store.links.find(read.token);
		const person = link === null ? null : reviewerOf(engine.policy(), link.reviewer);
		if (read === null || link === null || person === null || link.channel !== 'slack') {
			tellLater(hearer, { lines: [slackText('en').unknown] });
			return null;
		}
		const { slack, language } = person;
		const { team, user } = sender;
		if (slack === undefined || slack.user !== user.id || slack.team !== team.id || (user.team_id ?? team.id) !== team.id) {
			log.warn(
				{ id: link.actionId, reviewer: link.reviewer, slackTeam: team.id, slackUser: user.id },
				'slack: an answer to a message that was sent to somebody else',
			);
			tellLater(hearer, { lines: [slackText(language).notYours] });
			return null;
		}
		if (!isFor(read, link.payloadDigest)) {
			log.warn({ id: link.actionId, reviewer: link.reviewer }, 'slack: changed_since_shown');
			tellLater(hearer, { lines: [slackText(language).changed] });
			return null;
		}
		const nameOf = (id: string): string | undefined => reviewerOf(engine.policy(), id)?.name;
		const now = await store.now();
		const links = linksTo(`${publicUrl}/r/${read.token}`);
		return {
			token: read.token,
			link,
			person,
			hearer,
			copyId,
			viewer: { id: link.reviewer, reviewer: person, now, links, nameOf },
		};
	};

	/** Makes the message that was acted on say how things stand: it may be a copy that nothing else knows of. */
	const refresh = async ({ link, viewer, copyId }: Standing, action: Action): Promise<void> => {
		const copy = copyOf(action, { ...viewer, now: await store.now() }, link);
		if (copy.kind !== 'live') await channel.update?.(copyId, copy);
	};

	const answer = async (standing: Standing, answering: Pick<Answering, 'answer' | 'edit'>): Promise<void> => {
		const { link, hearer, viewer, person } = standing;
		const result: SubmitResult = await submit(engine, {
			actionId: link.actionId,
			revision: link.revision,
			payloadDigest: link.payloadDigest,
			reviewer: link.reviewer,
			channel: 'slack',
			...answering,
		});
		later(async () => {
			const now = await store.now();
			if (!result.ok) await teller.tell(hearer, refusalOf(result, { ...viewer, now }));
			else if (result.event === 'reply_recorded') await teller.tell(hearer, { lines: [slackText(person.language).answered] });
			else if (result.event === 'edited')
				await teller.tell(hearer, { lines: [catalogueOf(person.language).page.receiptNext.edit] });
			if (!result.ok && result.action !== null) await refresh(standing, result.action);
		});
	};

	/** Waits for the record, but no longer than Slack does; what takes longer goes on, and its failure is told. */
	const recorded = async (standing: Standing, work: Promise<void>): Promise<Ack> => {
		let timer: NodeJS.Timeout | undefined;
		const late = new Promise<'late'>((resolve) => {
			timer = setTimeout(() => resolve('late'), ackWithinMs);
		});
		try {
			if ((await Promise.race([work, late])) === 'late')
				later(() =>
					work.catch((error: unknown) => {
						log.error({ err: error, id: standing.link.actionId }, 'slack: an answer was not recorded');
						const { errors } = catalogueOf(standing.person.language);
						return teller.tell(standing.hearer, { lines: [errors.storage_unavailable] });
					}),
				);
		} finally {
			clearTimeout(timer);
		}
		return done;
	};

	const press = async (given: Press): Promise<Ack> => {
		const [action] = given.actions;
		const { channel_id: place, message_ts: ts } = given.container;
		const known = pressed.find((each) => each === action?.action_id);
		// A button that opens a page is announced as well.
		if (action === undefined || (known === undefined && action.action_id !== 'edit')) return done;
		const hearer = { channel: place, user: given.user.id, responseUrl: given.response_url };
		const standing = await find(action.value ?? '', { sender: given, hearer, copyId: `${place}/${ts}` });
		if (standing === null) return done;
		if (known !== undefined) return recorded(standing, answer(standing, { answer: known }));
		later(() => openForm(standing, given.trigger_id, action.value ?? ''));
		return done;
	};

	const openForm = async (standing: Standing, trigger: string, value: string): Promise<void> => {
		const { link, person, viewer, hearer, copyId } = standing;
		const say = slackText(person.language);
		const action = await store.actions.get(link.actionId);
		if (action === null || action.revision !== link.revision || action.state !== 'in_review') {
			const problem = {
				code: action?.revision === link.revision ? 'already_decided' : 'changed_since_shown',
				message: '',
			} as const;
			await teller.tell(hearer, refusalOf({ ok: false, problem, winner: action?.decision ?? null, action }, viewer));
			if (action !== null) await refresh(standing, action);
			return;
		}
		const receipt = await channel.api.openForm(trigger, editForm(action, person.language, `${value} ${copyId}`));
		if (receipt.ok) return;
		log.warn({ id: action.id, reason: receipt.reason }, 'slack: form not opened');
		await teller.tell(hearer, { lines: [say.noModal], page: { url: viewer.links.open, label: say.open } });
	};

	const submitted = async (given: Submission): Promise<Ack> => {
		const [value = '', copyId = ''] = given.view.private_metadata.split(' ');
		const hearer = { channel: copyId.split('/')[0] ?? '', user: given.user.id };
		const standing = await find(value, { sender: given, hearer, copyId });
		if (standing === null) return done;
		const action = await store.actions.get(standing.link.actionId);
		// What the form showed is of the link's revision; `submit` refuses it for any other.
		if (action === null || action.payloadDigest !== standing.link.payloadDigest)
			return recorded(standing, answer(standing, { answer: 'edit', edit: {} }));
		const read = readForm(action, valuesOf(given), standing.person.language);
		if ('errors' in read) return { status: 200, body: { response_action: 'errors', errors: read.errors } };
		return recorded(standing, answer(standing, { answer: 'edit', edit: read.edit }));
	};

	return {
		async receive(payload) {
			const sender = anySender.safeParse(payload);
			// An app that is installed for a whole enterprise names no workspace: then nobody vouches for who is meant.
			if (!sender.success || sender.data.api_app_id !== appId || typeof sender.data.team?.id !== 'string') {
				log.warn(
					{ app: sender.data?.api_app_id, team: sender.data?.team?.id },
					'slack: an interaction of another app or of none',
				);
				return { status: 401 };
			}
			const read = interaction.safeParse(payload);
			if (!read.success) return done;
			return read.data.type === 'block_actions' ? press(read.data) : submitted(read.data);
		},
		async settled() {
			while (open.size > 0) await Promise.all(open);
		},
	};
}
