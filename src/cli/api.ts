/** `countersign api`: the HTTP side alone: API, review pages, probes. */
import type { Command } from 'commander';
import { run } from './output.ts';
import { stopped } from './stopped.ts';

export function addApi(program: Command, portOf: (text: string) => number): void {
	program
		.command('api')
		.description('serve the HTTP API and the review pages')
		.option('-p, --port <port>', 'port; PORT by default', portOf)
		.option('--host <address>', 'address to listen on; HOST by default')
		.option('--json', 'print the address as one JSON line')
		.addHelpText('after', '\nExamples:\n  REDIS_URL=redis://localhost:6379 countersign api --host 0.0.0.0 --port 4400')
		.action((options: { port?: number; host?: string; json?: boolean }) =>
			run(options, async (output) => {
				const stop = stopped();
				const [{ alertsOf, boot }, { httpRoutes, serveOn }, { entrancesOf }] = await Promise.all([
					import('../boot.ts'),
					import('../http/server.ts'),
					import('../entrances/entrances.ts'),
				]);
				const brought = {
					...(options.port !== undefined && { port: options.port }),
					...(options.host !== undefined && { host: options.host }),
				};
				// Nothing runs here: handlers are the workers' business. Of the channels, the inbox sends its sign-in links by mail.
				const { app, config, close } = await boot(process.env, {
					config: brought,
					registry: { operations: {}, fallbacks: {} },
				});
				let draining = false;
				const { parts, front } = app;
				const replies = entrancesOf({ engine: front, settings: config });
				const routes = httpRoutes({
					engine: front,
					connect: app.connect,
					apiKeys: config.apiKeys,
					publicUrl: parts.publicUrl,
					signIn: { mail: parts.channels.email ?? null, oidc: config.oidc },
					trustedProxies: config.trustedProxies,
					...(config.slack !== null && { slack: config.slack }),
					...(config.webhook?.allowPrivate && { callbackHosts: ['*'] }),
					replies,
					unready: () => (draining ? 'draining' : null),
					alerts: () => alertsOf(app),
					isFull: app.storage.isFull,
				});
				await app.storage.start();
				try {
					const server = await serveOn(routes.app, { host: config.host, port: config.port });
					const mail = await replies.listen();
					if (output.json) output.data({ url: server.url });
					else output.line(`listening on ${server.url}`);
					await stop;
					// Told to go before the doors close, a load balancer sends nobody to a closed door.
					draining = true;
					routes.close();
					await Promise.all([server.close(), mail?.close()]);
				} catch (error) {
					routes.close();
					throw error;
				} finally {
					await close();
				}
			}),
		);
}
