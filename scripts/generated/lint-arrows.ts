import { files, parts } from '../arrows.ts';

/** Biome's side of the arrows: for every part, the parts it must not import and, for the pure ones, any foreign package. */
export function lintArrows(): string {
	const overrides = Object.entries(parts).map(([name, part]) => {
		const forbidden = Object.keys(parts).filter((other) => other !== name && !part.imports.includes(other));
		const patterns = [
			{
				group: forbidden.flatMap((other) =>
					files.includes(other) ? [`../${other}.ts`, `../../${other}.ts`] : [`**/${other}/**`],
				),
				message: `${name} may import ${part.imports.length === 0 ? 'no other part' : `only ${part.imports.join(', ')}`}: see scripts/arrows.ts`,
			},
		];
		if (part.packages !== undefined) {
			patterns.push({
				group: ['**', '!./**', '!../**', ...part.packages.flatMap((allowed) => [`!${allowed}`, `!${allowed}/**`])],
				message: `${name} is pure and uses only ${part.packages.join(', ')}`,
			});
		}
		return {
			includes: [files.includes(name) ? `src/${name}.ts` : `src/${name}/**`],
			linter: { rules: { style: { noRestrictedImports: { level: 'error', options: { patterns } } } } },
		};
	});
	return `${JSON.stringify({ overrides }, null, 2)}\n`;
}
