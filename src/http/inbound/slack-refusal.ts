/** Why an answer through Slack changed nothing, in the words of whoever gave it. */

import type { Viewer } from '../../channels/card.ts';
import { catalogueOf } from '../../channels/catalogue.ts';
import { slackText } from '../../channels/catalogue-slack.ts';
import { standingOf } from '../../channels/standing.ts';
import type { SubmitResult } from '../../reviews/submit.ts';
import type { Telling } from './slack-tell.ts';

type Refused = Extract<SubmitResult, { ok: false }>;

/** Who won is named wherever somebody did. */
export function refusalOf({ problem, action, winner }: Refused, viewer: Viewer): Telling {
	const { language } = viewer.reviewer;
	const say = slackText(language);
	const { errors } = catalogueOf(language);
	const page = { url: viewer.links.open, label: say.open };
	switch (problem.code) {
		case 'changed_since_shown':
			return { lines: [say.changed] };
		case 'already_decided':
		case 'expired':
		case 'wrong_state': {
			if (action === null) return { lines: [say.lost] };
			// The deadline wins at its instant, even where the write that makes it so is still on its way.
			const standing = standingOf({ ...action, decision: winner ?? action.decision }, viewer);
			return { lines: [say.lost, standing.decision ?? standing.state, ...standing.notes] };
		}
		case 'reviewer_disabled':
		case 'reviewer_not_allowed':
		case 'storage_unavailable':
			return { lines: [errors[problem.code]] };
		case 'not_found':
			return { lines: [say.unknown] };
		default:
			// Too much for Slack alone, a second proof, a second person: the page says which, and how to go on.
			return { lines: [say.onThePage], page };
	}
}
