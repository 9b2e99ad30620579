/** The id of one message to one person: asked for twice, it is one. */
import type { Action } from '../domain/action.ts';
import type { Channel } from '../domain/verdict.ts';

/** The id of one message to one person. */
export const deliveryKey = (
	action: Pick<Action, 'id' | 'revision'>,
	push: { kind: string; tier: number; reviewer: string; channel: Channel },
): string =>
	[
		'deliver',
		action.id,
		action.revision,
		push.kind,
		push.tier,
		encodeURIComponent(push.reviewer).replaceAll('%', '~'),
		push.channel,
	].join('.');
