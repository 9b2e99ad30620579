/** The one style sheet of the pages, and the headers that allow it and nothing else. */
import { createHash } from 'node:crypto';

/**
 * Colours meet AA in both schemes (axe checks it in a test). Meaning is never by colour alone: every state has a word, every
 * choice a radio button. No fonts, images or scripts from anywhere.
 */
export const pageStyle = `
:root{color-scheme:light dark;--bg:#eef1f5;--card:#fff;--text:#1a222d;--muted:#55606e;--line:#d9e0e8;--link:#1d5ba6;
--ok:#17693f;--no:#a8321f;--own:#27517f;--on:#fff;--warn:#fff4d6;--warnline:#dcae35;--warntext:#573f00;--quote:#f4f6f9;--shade:0 1px 2px #1a222d14,0 8px 24px #1a222d0f}
@media (prefers-color-scheme:dark){:root{--bg:#11151b;--card:#1a2029;--text:#e8edf3;--muted:#a3aebb;--line:#313a46;--link:#8fbcf5;
--ok:#62c692;--no:#f2917f;--own:#8fbcf5;--on:#0c1015;--warn:#372c0e;--warnline:#8a6d1f;--warntext:#ffdf8a;--quote:#141a21;--shade:none}}
*{box-sizing:border-box}
html{-webkit-text-size-adjust:100%}
body{margin:0;background:var(--bg);color:var(--text);font:400 16px/1.5 -apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,system-ui,"PingFang SC","Hiragino Sans GB","Microsoft YaHei","Noto Sans CJK SC",sans-serif;overflow-wrap:anywhere}
header,main{width:100%;max-width:700px;margin:0 auto;padding:0 14px}
header{display:flex;flex-wrap:wrap;gap:0 12px;align-items:baseline;padding-top:10px;padding-bottom:8px;font-size:14px;color:var(--muted)}
header b{color:var(--text)}
.brand{font-weight:700;color:var(--text);letter-spacing:-.2px}
.brand::before{content:"";display:inline-block;width:10px;height:10px;margin-right:7px;border:3px solid var(--ok);border-radius:50%}
main{padding-bottom:24px}
p:has(>.button){margin:0 0 12px}section h2+p:has(.tag)~h1{margin-top:10px}section,.card{background:var(--card);border:1px solid var(--line);border-radius:14px;padding:16px 18px;margin:0 0 12px;box-shadow:var(--shade)}
h1{margin:0;font-size:18px;line-height:1.35;font-weight:600}
h1 .amount{display:block;font-size:38px;line-height:1.15;font-weight:750;letter-spacing:-1px;font-variant-numeric:tabular-nums}
h2{margin:0 0 6px;font-size:14px;line-height:1.4;font-weight:600;color:var(--muted)}
p{margin:0 0 6px}p:last-child{margin-bottom:0}
ul{margin:0;padding-left:20px}
.whom{font-size:17px}
.due{margin-top:10px;padding-top:10px;border-top:1px solid var(--line)}
.small,.due small{font-size:14px;color:var(--muted)}
.due small{display:block}
.warn{background:var(--warn);border:1px solid var(--warnline);color:var(--warntext);border-radius:10px;padding:9px 12px;margin:10px 0 0;font-weight:600;font-size:15px}
section.warn{margin:0 0 12px;box-shadow:none}p.warn.card{margin:0 0 12px}.warn+p,.quote+.small{margin-top:10px}h1+p{margin-top:6px}form+section{margin-top:12px}
.warn h2{color:inherit}.warn ul{padding-left:18px}
.quote{margin:0;padding:10px 14px;background:var(--quote);border:1px dashed var(--muted);border-radius:10px;font-size:15px}
.quote p{margin:0;min-height:1.5em}
.tag{display:inline-block;padding:1px 8px;border:1px solid currentcolor;border-radius:999px;font-size:13px;font-weight:600}
table{width:100%;border-collapse:collapse;font-size:15px}
th,td{padding:5px 0;text-align:left;vertical-align:top;border-top:1px solid var(--line)}
tr:first-child>*{border-top:0}
th{width:38%;padding-right:12px;font-weight:400;color:var(--muted)}
.mono th{width:44%}.mono td,.mono th{font-family:ui-monospace,SFMono-Regular,Menlo,Consolas,"Noto Sans CJK SC",monospace;font-size:14px}
.scroll{max-height:340px;overflow:auto}
summary{min-height:44px;display:flex;align-items:center;cursor:pointer;color:var(--link);font-weight:600}
a{color:var(--link)}
.button{display:block;width:100%;min-height:52px;padding:13px 16px;border:0;border-radius:12px;background:var(--text);color:var(--card);font:inherit;font-weight:650;font-size:17px;line-height:26px;text-align:center;text-decoration:none;cursor:pointer}
.plain{flex:none;min-height:44px;white-space:nowrap;padding:6px 12px;border:1px solid var(--muted);border-radius:10px;background:var(--card);color:var(--text);font:inherit;font-weight:600;font-size:15px;cursor:pointer;text-decoration:none;display:inline-flex;align-items:center}
:focus-visible{outline:3px solid var(--link);outline-offset:2px}
label.field{display:block;font-weight:600;font-size:15px;margin-bottom:6px}
textarea,.line{display:block;width:100%;min-height:48px;padding:10px 12px;border:1px solid var(--muted);border-radius:10px;background:var(--card);color:inherit;font:inherit}
textarea{min-height:76px}
fieldset{border:0;margin:0;padding:0;min-width:0}
legend{padding:0;font-weight:600;font-size:15px}
.hide{position:absolute;width:1px;height:1px;overflow:hidden;clip-path:inset(50%);white-space:nowrap}
.bar{position:sticky;bottom:-1px;z-index:2;margin:0 -14px;padding:10px 14px calc(12px + env(safe-area-inset-bottom));background:var(--card);border-top:1px solid var(--line);box-shadow:0 -6px 20px #1a222d1a}
.tiles{display:grid;grid-template-columns:repeat(3,1fr);gap:8px}
.tiles.list{grid-template-columns:1fr}
.tile{display:flex;flex-direction:column;align-items:center;justify-content:center;gap:3px;min-height:58px;padding:5px 6px;border:2px solid var(--line);border-radius:12px;background:var(--card);font-weight:650;text-align:center;line-height:1.2;cursor:pointer}
.list .tile{flex-direction:row;justify-content:flex-start;gap:12px;text-align:left;padding:10px 14px}
.list .tile small{display:block;font-weight:400;font-size:14px;color:var(--muted)}
.tile input,.chip input{flex:none;width:19px;height:19px;margin:0;color:inherit;accent-color:currentcolor;cursor:pointer}
.tile input:focus-visible,.chip input:focus-visible{outline:0}
.tile:focus-within,.chip:focus-within{outline:3px solid var(--link);outline-offset:2px}
.tile.no{color:var(--no)}.tile.ok{color:var(--ok)}.tile.own{color:var(--own)}
.tile.came{border-style:dashed;border-color:currentcolor}
.tile:has(:checked){border-style:solid;border-color:currentcolor;background:var(--quote)}
.hint{min-height:21px;margin:7px 0;font-size:14px;line-height:21px;color:var(--muted);text-align:center}
.when{display:none}
form:has(.no :checked) .when.no,form:has(.ok :checked) .when.ok,form:has(.own :checked) .when.own{display:inline}
form:has(.tile :checked) .unless{display:none}
form:has(.no :checked) .button{background:var(--no);color:var(--on)}
form:has(.ok :checked) .button{background:var(--ok);color:var(--on)}
form:has(.own :checked) .button{background:var(--own);color:var(--on)}
.typed{display:none;margin:10px 0}form:has(.ok :checked) .typed{display:block}
.chips{display:none;margin:10px 0 0}
form:has(.no :checked) .chips{display:block}
.chips div{display:flex;gap:8px;overflow-x:auto;padding:6px 2px}
.chip{flex:none;display:flex;align-items:center;gap:8px;min-height:44px;padding:4px 14px;border:1px solid var(--muted);border-radius:999px;font-size:15px;cursor:pointer}
.chip:has(:checked){border-color:currentcolor;background:var(--quote);font-weight:650}
@supports not selector(:has(*)){.when,.chips,.typed{display:block}}
@media (max-height:520px){.bar{position:static}}
@media (min-width:720px){h1 .amount{font-size:46px}.bar{margin:0;border:1px solid var(--line);border-radius:14px 14px 0 0;padding:14px 18px}}
del{color:var(--no);text-decoration-thickness:1px}ins{color:var(--ok);text-decoration:none;font-weight:600}.diff td,.diff th{width:auto;min-width:90px}.diff thead th{font-weight:600}
.say{margin:10px 0 0}.say.customer .quote{border-style:solid}
.done h1{font-size:26px;font-weight:700}
.mark{font-size:30px;line-height:1}
@media print{.bar{position:static}}
`.replaceAll('\n', '');

/** The name of the style sheet in a Content-Security-Policy. */
const styleHash = (): string => `'sha256-${createHash('sha256').update(pageStyle).digest('base64')}'`;

/** Headers of every page: nothing cached, nothing embedded, no third party, only our own style sheet, forms only to ourselves (R-L9, R-W2). */
export const pageHeaders = (): Readonly<Record<string, string>> => ({
	'Content-Type': 'text/html; charset=UTF-8',
	'Cache-Control': 'no-store',
	'Content-Security-Policy': `default-src 'none'; style-src ${styleHash()}; form-action 'self'; frame-ancestors 'none'; base-uri 'none'`,
	'Referrer-Policy': 'no-referrer',
	'X-Robots-Tag': 'noindex, nofollow',
	'X-Frame-Options': 'DENY',
	'X-Content-Type-Options': 'nosniff',
	'Cross-Origin-Opener-Policy': 'same-origin',
	'Permissions-Policy': 'camera=(), microphone=(), geolocation=()',
});
