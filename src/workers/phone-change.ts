/** Somebody's number was changed in policy: they are told by mail, at the old number and at the new one, and it waits before it decides. */
import { phoneMail, phoneText } from '../channels/phone-notice.ts';
import type { Reviewer } from '../domain/review.ts';
import type { WorkerDeps } from './deps.ts';

/** Looks at the numbers of the policy that is in force. */
export async function followPhones(deps: WorkerDeps): Promise<void> {
	const { store, policy } = deps.engine;
	for (const [reviewer, person] of Object.entries(policy().document.reviewers)) {
		if (person.phone === undefined) continue;
		const known = await store.phones.find(reviewer);
		if (known?.number === person.phone) continue;
		// Before it is kept: a crash in between tells twice rather than never.
		if (known !== null) await tellOfChange(deps, reviewer, { person, before: known.number });
		await store.phones.keep(reviewer, person.phone);
	}
}

async function tellOfChange(
	{ engine, channels, signal }: WorkerDeps,
	reviewer: string,
	{ person, before }: { readonly person: Reviewer; readonly before: string },
): Promise<void> {
	engine.log.error({ reviewer }, 'alert: the number of a reviewer was changed; answers from it do not count yet');
	const deliveryId = `phone.${engine.policy().digest.slice(0, 16)}.${reviewer}`;
	const sent = await Promise.all([
		person.email === undefined ? undefined : channels.email?.sendMail?.({ ...phoneMail(person), deliveryId, to: person }),
		channels.sms?.sendText?.(before, phoneText(person)),
		channels.sms?.sendText?.(person.phone ?? '', phoneText(person)),
	]);
	for (const receipt of sent)
		if (receipt?.ok === false) engine.log.warn({ reviewer, reason: receipt.reason }, 'a change of number could not be told');
	signal('phone_changed', reviewer);
}
