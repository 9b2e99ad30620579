/** What Slack sends: as much of its payloads as we read. Unknown fields are Slack's business; missing ones make it none of ours. */
import { z } from 'zod';
import { formCallback } from '../../channels/slack-form.ts';

const id = z.string().min(1).max(64);
const short = z.string().max(3000);
const person = z.looseObject({ id, team_id: id.optional() });
const sender = {
	api_app_id: id,
	/** Null where the app is installed for a whole enterprise: then nobody says which workspace speaks. */
	team: z.looseObject({ id }),
	user: person,
};

const press = z.looseObject({
	type: z.literal('block_actions'),
	...sender,
	trigger_id: short.default(''),
	response_url: short.optional(),
	container: z.looseObject({ channel_id: id, message_ts: id }),
	actions: z
		.array(z.looseObject({ action_id: z.string().max(255), value: short.optional() }))
		.min(1)
		.max(25),
});

const inputState = z.union([
	z.looseObject({ type: z.literal('plain_text_input'), value: short.nullish() }),
	z.looseObject({ type: z.literal('static_select'), selected_option: z.looseObject({ value: short }).nullish() }),
]);

const submission = z.looseObject({
	type: z.literal('view_submission'),
	...sender,
	view: z.looseObject({
		callback_id: z.literal(formCallback),
		private_metadata: short,
		state: z.looseObject({ values: z.record(z.string().max(255), z.record(z.string().max(255), inputState)) }),
	}),
});

export const interaction = z.discriminatedUnion('type', [press, submission]);
export type Interaction = z.output<typeof interaction>;
export type Press = z.output<typeof press>;
export type Submission = z.output<typeof submission>;

/** The Events API asks once whether the address is ours. The challenge is sent back, so it must be short. */
export const challenge = z.looseObject({ type: z.literal('url_verification'), challenge: z.string().min(1).max(200) });

/** Who sent a payload, where that is all that can be read of it. */
export const anySender = z.looseObject({ api_app_id: id.optional(), team: z.looseObject({ id: id.optional() }).nullish() });

/** What a form holds, by block. */
export function valuesOf({ view }: Submission): Record<string, string> {
	const found: Record<string, string> = {};
	for (const [block, inputs] of Object.entries(view.state.values))
		for (const input of Object.values(inputs))
			found[block] = input.type === 'plain_text_input' ? (input.value ?? '') : (input.selected_option?.value ?? '');
	return found;
}
