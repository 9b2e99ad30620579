/** `countersign doctor`: is this installation fit to be trusted with approvals? Looks, and changes nothing. */
import type { Command } from 'commander';
import type { Config } from '../config.ts';
import type { Finding } from '../domain/finding.ts';
import type { Registry } from '../execution/registry.ts';
import type { Policy } from '../policy/policy.ts';
import { inert, type Output, run } from './output.ts';

export function addDoctor(program: Command): void {
	program
		.command('doctor')
		.description('check Redis, what is stored, the policy, handlers, channels and addresses')
		.option('--i-know <codes>', 'codes that are accepted, joined by commas; COUNTERSIGN_I_KNOW besides')
		.option('--json', 'print one JSON object')
		.addHelpText('after', '\nExamples:\n  countersign doctor\n  countersign doctor --i-know redis_no_tls --json')
		.action((options: { iKnow?: string; json?: boolean }) =>
			run(options, async (output) => {
				const [{ accepting }, { Exit }] = await Promise.all([import('../domain/finding.ts'), import('./exit.ts')]);
				const { findings, accepted } = await examined();
				const told = accepting(findings, [...accepted, ...(options.iKnow ?? '').split(/[\s,]+/).filter(Boolean)]);
				print(told, output);
				const failed = told.filter(({ level }) => level === 'fail').length;
				if (failed > 0) throw new Exit('findings', `${failed} of ${told.length} checks fail`);
			}),
		);
}

function print(findings: readonly Finding[], output: Output): void {
	if (output.json) output.data({ findings });
	else
		for (const { check, level, code, message, fix } of findings) {
			output.line(`${level.padEnd(4)}  ${check}: ${inert(message, 300)}${code === null ? '' : ` (${code})`}`);
			if (level !== 'ok' && fix !== undefined) output.line(`      ${inert(fix, 300)}`);
		}
}

/** Everything that can be looked at: what fails early keeps only what needs it from being looked at. */
async function examined(): Promise<{ findings: Finding[]; accepted: readonly string[] }> {
	const { readConfig } = await import('../config.ts');
	let config: Config;
	try {
		config = readConfig(process.env);
	} catch (error) {
		return { findings: [failing('configuration', 'config_invalid', error)], accepted: [] };
	}
	const findings: Finding[] = [];
	const { policy, problem } = await policyOf(config);
	if (problem !== null) findings.push(problem);
	const [{ checkChannels }, checks] = await Promise.all([import('./doctor-channels.ts'), import('./doctor-checks.ts')]);
	const { journalFolder } = await import('../journal/journal.ts');
	findings.push(...(await ofRedis(config)));
	findings.push(await checks.checkJournal(journalFolder(`${config.dataFolder}/journal`, config.prefix)));
	if (policy !== null) {
		findings.push({
			check: 'policy',
			level: 'ok',
			code: null,
			message: `${config.policyPath} is valid (${policy.digest.slice(0, 12)})`,
		});
		findings.push(...(await ofHandlers(config, policy)));
	}
	findings.push(...(await checkChannels(config, policy)), await checks.checkPublicUrl(config));
	return { findings, accepted: config.accepted };
}

const failing = (check: string, code: string, error: unknown): Finding => ({
	check,
	level: 'fail',
	code,
	message: error instanceof Error ? error.message : String(error),
	fix: 'mend it; the message says where',
});

async function policyOf(config: Config): Promise<{ policy: Policy | null; problem: Finding | null }> {
	const [{ openPolicyFile }, { pino }] = await Promise.all([import('../policy-file.ts'), import('pino')]);
	try {
		const file = await openPolicyFile(config.policyPath, pino({ level: 'silent' }));
		file.close();
		return { policy: file.current(), problem: null };
	} catch (error) {
		return { policy: null, problem: failing('policy', 'policy_invalid', error) };
	}
}

async function ofHandlers(config: Config, policy: Policy): Promise<Finding[]> {
	const [{ registryFrom }, { checkHandlers }] = await Promise.all([import('../boot.ts'), import('./doctor-checks.ts')]);
	let registry: Registry;
	try {
		registry = await registryFrom(config.handlersPath);
	} catch (error) {
		return [failing('handlers', 'config_invalid', error)];
	}
	return checkHandlers(policy, { registry, config });
}

async function ofRedis(config: Config): Promise<Finding[]> {
	const [{ checkRedis }, { pingLatency }, { openQueues }, { withStore }, checks] = await Promise.all([
		import('../embedded/check-redis.ts'),
		import('../embedded/latency.ts'),
		import('../queues/queues.ts'),
		import('./operator.ts'),
		import('./doctor-checks.ts'),
	]);
	try {
		return await withStore(async ({ store, connect, url }) => {
			const queues = openQueues({ connection: connect(), prefix: config.prefix, onError: () => undefined });
			try {
				const [server, latencyMs, stored, readable] = await Promise.all([
					checkRedis(connect(), { url, production: config.production }),
					pingLatency(url),
					checks.checkStore(store),
					checks.checkQueues(queues),
				]);
				return [...server, latency(latencyMs), ...stored, readable];
			} finally {
				await queues.close();
			}
		});
	} catch (error) {
		return [failing('redis', 'storage_unavailable', error)];
	}
}

const latency = (ms: number): Finding =>
	ms < 10
		? { check: 'redis latency', level: 'ok', code: null, message: `PING takes ${ms.toFixed(1)} ms` }
		: {
				check: 'redis latency',
				level: 'warn',
				code: 'redis_slow',
				message: `PING takes ${ms.toFixed(1)} ms`,
				fix: 'put Redis near: every action asks it a dozen times',
			};
