/** What a reported confidence is worth: learned from outcomes, asked by policy. */

/** Who reports a confidence, about what. */
export interface Reporter {
	readonly tenant: string;
	readonly agent: string;
	readonly operation: string;
}

/** A map from reported to empirical confidence. For one reporter, more reported never gives less. */
export interface ConfidenceMapping {
	/** What a policy names it by: SHA-256 over its content. */
	readonly digest: string;
	/** The confidence, 0 to 1, that a report of 0 to 1 deserves; null where the map does not speak for that tenant. */
	effective(reporter: Reporter, reported: number): number | null;
}
