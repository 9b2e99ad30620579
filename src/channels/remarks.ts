/** What people wrote in replies that decided nothing: shown to whoever decides, as theirs. */

import type { Viewer } from './card.ts';
import { nameIn } from './case-card.ts';
import { shortText } from './instant-text.ts';
import { showBlock } from './untrusted.ts';

/** A comment as it was kept. */
export interface Kept {
	/** ms since the epoch. */
	readonly at: number;
	/** Reviewer id. */
	readonly reviewer: string;
	readonly text: string;
}

export interface Remark {
	readonly who: string;
	/** `14:02 UTC+8`. */
	readonly at: string;
	readonly lines: readonly string[];
}

const most = 10;
const limits = { max: 500, lines: 12 } as const;

/** The last remarks for a reader, oldest first. */
export const remarksOf = (kept: readonly Kept[], viewer: Viewer): Remark[] =>
	kept.slice(-most).map(({ at, reviewer, text }) => ({
		who: nameIn(viewer, reviewer),
		at: shortText(at, viewer.now, viewer.reviewer),
		lines: showBlock(text, limits).lines,
	}));
