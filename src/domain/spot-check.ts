/** A spot check: a person is asked after the fact whether something that ran by itself was right. It holds nothing up and changes nothing. */

/** What is known of an action when it is drawn, before anybody knows how it ends. */
export interface Drawn {
	readonly actionId: string;
	readonly tenant: string;
	readonly operation: string;
	readonly agent: string;
	/** Band of the confidence that was reported. */
	readonly band: string;
	readonly route: 'auto' | 'notify';
	readonly policyDigest: string;
	/** Conversation or end user: checks of one share their mistakes. */
	readonly cluster: string;
	/** The chance that the action had of being drawn: its weight is the inverse. */
	readonly probability: number;
	/** When policy let it run, in ms since the epoch. */
	readonly ranAt: number;
}

/** What a person said. */
export interface CheckAnswer {
	readonly right: boolean;
	readonly reviewer: string;
	readonly at: number;
}

/** A check that was asked; `answer` is null until somebody says. */
export interface SpotCheck extends Drawn {
	readonly answer: CheckAnswer | null;
}
