/** The person in front of the simulated Slack: what they press and send in reaches us as Slack would send it, signed. */
import { createHmac } from 'node:crypto';
import { type SlackEvent, slackWorkspace } from './slack.ts';

export interface SlackHandParts {
	/** Where our interactions endpoint is. */
	readonly hookUrl: string;
	/** Where the stand-in is served, for `response_url`. */
	readonly slackUrl: string;
	readonly signingSecret?: string;
	readonly now?: () => number;
}

/** Who presses; and what is not as Slack would have it, for tests of bad input. */
export interface Pressing {
	readonly user: string;
	readonly team?: string;
	/** Replaces fields of the payload. */
	readonly payload?: Readonly<Record<string, unknown>>;
	/** Replaces the button's value. */
	readonly value?: string;
}

/** Replaces what a correctly signed request would have. */
export interface Sending {
	readonly timestamp?: string;
	readonly signature?: (correct: string) => string;
	/** Null: without this header. */
	readonly headers?: Readonly<Record<string, string | null>>;
	/** Changes the body after it was signed. */
	readonly reencode?: (body: string) => string;
}

export interface SlackHand {
	/** Presses a button of a message; resolves with our answer to Slack. */
	press(message: SlackEvent, button: string, pressing: Pressing): Promise<Response>;
	/** Sends in a form with the values by block; the others stay as they were shown. */
	sendIn(form: SlackEvent, values: Readonly<Record<string, string>>, pressing: Pressing): Promise<Response>;
	/** Sends any body. */
	send(body: string, sending?: Sending): Promise<Response>;
}

/** The button of a message, by its `action_id`; null where it has none. */
export const buttonOf = ({ blocks }: Pick<SlackEvent, 'blocks'>, id: string) =>
	blocks.flatMap(({ elements = [] }) => elements).find(({ action_id }) => action_id === id) ?? null;

/** The body of a press, as Slack encodes it. */
export const encoded = (payload: unknown): string => `payload=${encodeURIComponent(JSON.stringify(payload))}`;

export function slackHand({ hookUrl, slackUrl, ...parts }: SlackHandParts): SlackHand {
	const now = parts.now ?? Date.now;
	const secret = parts.signingSecret ?? slackWorkspace.signingSecret;
	let count = 0;
	const sender = ({ user, team = slackWorkspace.team }: Pressing) => ({
		api_app_id: slackWorkspace.appId,
		team: { id: team, domain: 'local' },
		user: { id: user, name: 'whoever', team_id: team },
	});
	const send = (body: string, { timestamp, signature, headers, reencode }: Sending = {}): Promise<Response> => {
		const at = timestamp ?? String(Math.floor(now() / 1000));
		const correct = `v0=${createHmac('sha256', secret).update(`v0:${at}:${body}`).digest('hex')}`;
		const wanted: Record<string, string | null> = {
			'content-type': 'application/x-www-form-urlencoded',
			'x-slack-request-timestamp': at,
			'x-slack-signature': signature?.(correct) ?? correct,
			...headers,
		};
		const given = Object.entries(wanted).filter((each): each is [string, string] => each[1] !== null);
		return fetch(hookUrl, {
			method: 'POST',
			headers: given,
			body: reencode?.(body) ?? body,
		});
	};
	return {
		send,
		press(message, button, pressing) {
			const found = buttonOf(message, button);
			count += 1;
			return send(
				encoded({
					type: 'block_actions',
					...sender(pressing),
					trigger_id: `trigger.${count}`,
					response_url: `${slackUrl}/respond/${message.channel}/${pressing.user}`,
					container: { type: 'message', channel_id: message.channel, message_ts: message.ts },
					channel: { id: message.channel },
					actions: [
						{
							type: 'button',
							action_id: button,
							value: pressing.value ?? found?.value,
							action_ts: `${now() / 1000}.${count}`,
						},
					],
					...pressing.payload,
				}),
			);
		},
		sendIn(form, values, pressing) {
			const { view } = form.asked as { view: { blocks: { block_id?: string; element?: InputElement }[] } & object };
			const state = Object.fromEntries(
				view.blocks.flatMap(({ block_id: block = '', element }) =>
					element === undefined ? [] : [[block, { [element.action_id]: inputOf(element, values[block]) }]],
				),
			);
			count += 1;
			return send(
				encoded({
					type: 'view_submission',
					...sender(pressing),
					trigger_id: `trigger.${count}`,
					view: { id: `V${count}`, hash: `${count}`, ...view, state: { values: state } },
					...pressing.payload,
				}),
			);
		},
	};
}

interface InputElement {
	readonly type: 'plain_text_input' | 'static_select';
	readonly action_id: string;
	readonly initial_value?: string;
	readonly initial_option?: { readonly value: string };
}

const inputOf = ({ type, initial_value, initial_option }: InputElement, value: string | undefined) =>
	type === 'plain_text_input'
		? { type, value: value ?? initial_value ?? null }
		: { type, selected_option: { value: value ?? initial_option?.value } };
