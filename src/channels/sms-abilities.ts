/**
 * What a text message can do where it goes. In some countries nobody can answer one, addresses of web pages are filtered out of
 * them, or only texts that the provider has approved are let through: the plan of a review must not count on what cannot happen.
 */
import { z } from 'zod';

export interface SmsAbilities {
	/** The reader can answer. */
	readonly twoWay: boolean;
	/** The text may hold an address of a web page. */
	readonly links: boolean;
	/** Only texts from templates that the provider knows are sent. */
	readonly templatesOnly: boolean;
}

const region = z.strictObject({ twoWay: z.boolean(), links: z.boolean(), templatesOnly: z.boolean() }).partial();

/** Countries where the provider says that less is possible than elsewhere, by the beginning of the number. */
const shippedRegions: Readonly<Record<string, Partial<SmsAbilities>>> = {
	// Mainland China: no two-way messages, no addresses of web pages, and only registered texts.
	'+86': { twoWay: false, links: false },
};

/** The abilities of an account, and of regions by the beginning of the number (`+86`); the longest beginning counts. */
export const smsAbilities = z.strictObject({
	twoWay: z.boolean().default(true),
	links: z.boolean().default(true),
	templatesOnly: z.boolean().default(false),
	regions: z
		.record(z.string().regex(/^\+\d{1,15}$/, 'must be the beginning of a number, such as +86'), region)
		.default(shippedRegions),
});
export type SmsAbilitiesConfig = z.output<typeof smsAbilities>;

/** What a message to this number can do. */
export function abilitiesFor({ regions, ...general }: SmsAbilitiesConfig, number: string): SmsAbilities {
	const [closest] = Object.keys(regions)
		.filter((start) => number.startsWith(start))
		.sort((a, b) => b.length - a.length);
	return { ...general, ...(closest !== undefined && regions[closest]) };
}

/** Everything: a stand-in, and a telephone in most countries. */
export const everything: SmsAbilities = { twoWay: true, links: true, templatesOnly: false };

/** Whether a question makes sense there: it can be answered, or it leads to where it can be. */
export const canAsk = ({ twoWay, links }: SmsAbilities): boolean => twoWay || links;
