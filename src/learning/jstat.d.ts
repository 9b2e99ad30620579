/** The one function of jStat that is used here. */
declare module 'jstat' {
	const jstat: { readonly beta: { inv(probability: number, alpha: number, beta: number): number } };
	export = jstat;
}
