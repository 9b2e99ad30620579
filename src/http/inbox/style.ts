/** What the inbox adds to the style sheet of the pages, and the headers of its pages. */
import { createHash } from 'node:crypto';
import { pageHeaders, pageStyle } from '../pages/style.ts';
import { inboxScript } from './script.ts';

/** The whole style sheet of the inbox. */
export const inboxStyle =
	pageStyle +
	`
.wide header,.wide main{max-width:1020px}
.wide header{align-items:center;padding-top:12px}
.skip{position:absolute;left:8px;top:-60px;z-index:9;padding:10px 14px;background:var(--card);border-radius:8px}
.skip:focus{top:8px}
nav{display:flex;flex-wrap:wrap;gap:4px}
nav a{display:inline-flex;align-items:center;gap:6px;min-height:44px;padding:6px 12px;border-radius:10px;color:var(--text);text-decoration:none;font-weight:600;font-size:15px}
nav a[aria-current]{background:var(--card);box-shadow:var(--shade);border:1px solid var(--line)}
nav a:hover{background:var(--quote)}
.count{min-width:22px;padding:0 6px;border-radius:999px;background:var(--text);color:var(--card);font-size:12.5px;line-height:20px;text-align:center}
.who{margin-left:auto;display:flex;flex-wrap:wrap;align-items:center;gap:0 12px}
.plain:hover{background:var(--quote)}
.slim{border:0;background:none;color:var(--link);padding:6px 0}
.top{display:flex;flex-wrap:wrap;gap:8px 16px;align-items:center;justify-content:space-between;margin:8px 0 12px}
.top h1{font-size:22px;font-weight:700}
.find{display:flex;gap:8px;flex:0 1 340px}
.find .line{min-height:44px}
.rows{list-style:none;margin:0 0 12px;padding:0;background:var(--card);border:1px solid var(--line);border-radius:14px;box-shadow:var(--shade);overflow:hidden}
.rows>li{display:grid;grid-template-columns:auto minmax(0,1fr) auto;gap:0 12px;align-items:start;padding:0 16px 0 6px;border-top:1px solid var(--line)}
.rows>li:first-child{border-top:0}
.rows>li:focus-within{background:var(--quote)}
.pick{display:flex;align-items:center;justify-content:center;width:44px;min-height:56px;cursor:pointer}
.pick input{width:20px;height:20px;margin:0}
.open{display:block;padding:10px 0 11px;color:inherit;text-decoration:none;min-height:56px}
.open strong{font-size:16.5px}
.open:hover strong{text-decoration:underline}
.open .small{display:block}
.side{padding:11px 0;text-align:right;font-size:14px;white-space:nowrap}
.side .tag{margin-left:4px}
.soon{color:var(--no);font-weight:650}
.tag.high{color:var(--no)}.tag.medium{color:var(--own)}
.group{margin:0 0 6px 4px;font-size:14px;color:var(--muted);font-weight:600}
.pages{display:flex;gap:12px;align-items:center;justify-content:center;margin:4px 0 16px}
.float{position:sticky;bottom:10px;z-index:2;display:none;margin:0 0 12px}
form:has(.pick :checked) .float{display:block}
@supports not selector(:has(*)){.float{display:block}}
.groups{display:grid;gap:8px;grid-template-columns:repeat(auto-fill,minmax(270px,1fr))}
.groups a{display:block;padding:12px 14px;border:1px solid var(--line);border-radius:12px;color:inherit;text-decoration:none;min-height:44px}
.groups a:hover{border-color:var(--link)}
.cols{display:grid;grid-template-columns:minmax(0,1fr);gap:0 16px;align-items:start}
.trail{list-style:none;margin:0;padding:0}
.trail li{padding:7px 0;border-top:1px solid var(--line);font-size:15px}
.trail li:first-child{border-top:0}
.inline{display:flex;flex-wrap:wrap;gap:8px;align-items:end}
.inline>div{flex:1 1 150px}
.inline .plain{min-height:48px}
select.line{appearance:auto}
.mono{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans CJK SC",monospace;font-size:14px}
textarea.mono{min-height:220px}
pre{margin:0;white-space:pre-wrap}
dialog{max-width:440px;width:calc(100% - 24px);border:1px solid var(--line);border-radius:14px;background:var(--card);color:var(--text);padding:18px 20px}
dialog::backdrop{background:#0008}
kbd{display:inline-block;min-width:26px;padding:1px 6px;border:1px solid var(--muted);border-radius:6px;font:600 14px/1.5 ui-monospace,Menlo,Consolas,monospace;text-align:center}
dialog td:first-child{white-space:nowrap;padding-right:14px}
.keyed{display:none}
.js .keyed{display:inline-flex}
figure{margin:0}figure svg{display:block;width:100%;height:auto;font-size:12px;font-variant-numeric:tabular-nums}figure text{fill:var(--muted)}figure text.name{fill:var(--text);font-weight:600}
figcaption{display:flex;flex-wrap:wrap;gap:4px 16px;margin-top:8px;font-size:14px}.key{display:inline-flex;gap:6px;align-items:center}.key svg{width:14px;height:14px}
.c-auto{fill:var(--ok)}.c-notify{fill:var(--ok);fill-opacity:.5}.c-ask{fill:var(--link)}.c-hand{fill:var(--no)}
.grid{stroke:var(--line)}.track{stroke:var(--line);stroke-width:2}.span{stroke:var(--link);stroke-width:5;stroke-linecap:round}.dot{fill:var(--card);stroke:var(--link);stroke-width:3}
.figures th,.figures td{width:auto;padding:6px 10px 6px 0;white-space:nowrap}.figures td{font-variant-numeric:tabular-nums}.figures thead th{font-weight:600;font-size:13.5px}.figures.headline td{white-space:normal}p.pages{justify-content:flex-start}.scroll.wide{max-height:none;overflow-x:auto}.plain[aria-current]{background:var(--text);color:var(--card)}
.judge{display:flex;gap:8px}.plain.ok{color:var(--ok);border-color:currentcolor}.plain.no{color:var(--no);border-color:currentcolor}
.check{display:flex;gap:10px;align-items:center;min-height:44px}
.check input{width:20px;height:20px}
[hidden]{display:none!important}
@media (max-width:640px){figure>svg{overflow:visible}figure>svg text{font-size:22px}.js .keyed{display:none}.wide header{gap:2px 10px}.rows>li{grid-template-columns:auto minmax(0,1fr);padding-right:12px}.side{grid-column:2;text-align:left;padding:0 0 11px;margin-top:-4px;white-space:normal}.side .tag{margin:0 4px 0 0}.find{flex:1 1 100%}nav{order:3;width:100%;gap:0}nav a{white-space:nowrap;padding:6px 8px;font-size:14px;gap:4px}.rows span.pick{width:10px}}
`.replaceAll('\n', '');

const hashOf = (text: string): string => `'sha256-${createHash('sha256').update(text).digest('base64')}'`;
const policy = [
	`default-src 'none'`,
	`style-src ${hashOf(inboxStyle)}`,
	`script-src 'self' ${hashOf(inboxScript)}`,
	`connect-src 'self'`,
	`form-action 'self'`,
	`frame-ancestors 'none'`,
	`base-uri 'none'`,
].join('; ');

/** Headers of every page of the inbox: those of all pages, and our own scripts besides. */
export const inboxHeaders = (): Readonly<Record<string, string>> => ({ ...pageHeaders(), 'Content-Security-Policy': policy });
