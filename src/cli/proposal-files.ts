/** The files of a calibration. The names are fixed, and none of them is the live policy. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { reliabilityDiagram } from '../learning/reliability-diagram.ts';
import type { CalibrationResult } from './calibrate-work.ts';
import { calibrationPage } from './calibration-report.ts';
import { Exit } from './exit.ts';
import { diffOf } from './policy-edit.ts';

/** Writes them into a folder, which is made where it is missing. */
export async function writeProposal(folder: string, result: CalibrationResult): Promise<void> {
	const { check, map, options, proposal } = result;
	const files: Record<string, string> = {
		'report.md': calibrationPage(result),
		'reliability.svg': reliabilityDiagram(check.before, check.after),
		'confidence-map.json': `${JSON.stringify(map)}\n`,
		...(proposal !== null && {
			'policy.yaml': proposal.text,
			'policy.diff': diffOf(proposal.before, proposal.text, { before: options.policy ?? 'policy.yaml', after: 'policy.yaml' }),
		}),
	};
	if (options.policy !== undefined && resolve(options.policy) === resolve(folder, 'policy.yaml'))
		throw new Exit('usage', '--out would overwrite the live policy; choose another folder', { code: 'usage' });
	await mkdir(folder, { recursive: true });
	await Promise.all(Object.entries(files).map(([name, text]) => writeFile(join(folder, name), text)));
}
