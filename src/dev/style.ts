/** The style sheet, the script and the content policy of the dev pages. */
import { createHash } from 'node:crypto';

export const devStyle = `
:root{color-scheme:light dark;--bg:#eef1f5;--card:#fff;--text:#1a222d;--muted:#55606e;--line:#d9e0e8;--link:#1d5ba6;--green:#17693f;--blue:#27517f;--amber:#7a5200;--red:#a8321f;--sms:#dcf0e3;--hover:#f4f6f9}
@media (prefers-color-scheme:dark){:root{--bg:#11151b;--card:#1a2029;--text:#e8edf3;--muted:#a3aebb;--line:#313a46;--link:#8fbcf5;--green:#63c592;--blue:#8fbcf5;--amber:#eec05f;--red:#f09583;--sms:#1d3a2a;--hover:#222a35}}
*{box-sizing:border-box}
body{margin:0;background:var(--bg);color:var(--text);font:400 15px/1.45 -apple-system,"Segoe UI",Roboto,"Helvetica Neue",Arial,"PingFang SC","Microsoft YaHei","Noto Sans CJK SC",system-ui,sans-serif;overflow-wrap:anywhere}
header{display:flex;flex-wrap:wrap;gap:4px 18px;align-items:baseline;padding:14px 20px 10px}
h1{margin:0;font-size:19px;letter-spacing:-.2px}
h1::before{content:"";display:inline-block;width:11px;height:11px;margin-right:8px;border:3px solid var(--green);border-radius:50%}
header form{display:inline-flex;flex-wrap:wrap;gap:6px;align-items:baseline;font-size:14px;color:var(--muted)}
button{min-height:34px;padding:4px 12px;border:1px solid var(--line);border-radius:9px;background:var(--card);color:var(--link);font:inherit;font-weight:600;cursor:pointer}
button:hover{background:var(--hover)}
header form:first-of-type{margin-left:auto}
header p{margin:0;color:var(--muted);font-size:14px}
main{display:grid;grid-template-columns:minmax(0,1.25fr) minmax(0,1fr) minmax(0,.85fr);gap:14px;padding:0 20px 24px;align-items:start}
@media (max-width:900px){main{grid-template-columns:minmax(0,1fr);padding:0 12px 20px}header{padding:12px}}
#guide{margin:0 20px 14px}#guide ol{display:grid;grid-template-columns:repeat(4,minmax(0,1fr));gap:8px 24px;margin:0;padding:6px 16px 14px 34px;font-size:14px}#guide li{padding:0 0 0 2px;border:0}#guide .over{color:var(--muted)}#guide .over b:last-child{color:var(--green);white-space:nowrap}
@media (max-width:900px){#guide{margin:0 12px 14px}#guide ol{grid-template-columns:minmax(0,1fr)}}
section{background:var(--card);border:1px solid var(--line);border-radius:14px;overflow:hidden}
h2{margin:0;padding:12px 16px 0;font-size:15px}
section>p{margin:0;padding:0 16px 10px;color:var(--muted);font-size:13px;border-bottom:1px solid var(--line)}
ul{list-style:none;margin:0;padding:0}
li{padding:11px 16px;border-top:1px solid var(--line)}
li:first-child{border-top:0}
li p{margin:0}
.row{display:flex;flex-wrap:wrap;gap:2px 10px;align-items:baseline;justify-content:space-between}
.small{font-size:13px;color:var(--muted)}
.tags{display:flex;flex-wrap:wrap;gap:6px;margin:4px 0 3px}
.tag{padding:0 8px;border:1px solid currentcolor;border-radius:999px;font-size:12.5px;font-weight:600;line-height:20px}
.auto,.executed,.approved,.resolved{color:var(--green)}.notify,.executing,.received{color:var(--blue)}
.approval,.in_review,.expired,.falling_back,.withdrawn{color:var(--amber)}.escalation,.escalated,.block,.rejected,.failed,.outcome_unknown,.unaccounted{color:var(--red)}
a{color:var(--link)}
.mail{display:block;padding:11px 16px;margin:-11px -16px;color:inherit;text-decoration:none}
.mail:hover{background:var(--hover)}
.mail strong{color:var(--link)}
.bubble{margin:5px 0 0;padding:9px 13px;background:var(--sms);border-radius:4px 16px 16px 16px;white-space:pre-wrap}
p.typed{margin-left:auto;width:fit-content;background:var(--hover);border:1px solid var(--line);border-radius:16px 4px 16px 16px}
.answer{display:flex;flex-wrap:wrap;gap:6px;align-items:center;margin-top:8px;font-size:14px;color:var(--muted)}
.answer input{flex:1 1 150px;min-width:0;min-height:34px;padding:4px 10px;border:1px solid var(--line);border-radius:9px;background:var(--card);color:var(--text);font:inherit}
.answer output{flex-basis:100%}
dl+.answer{margin:0;padding:0 16px 14px}
.empty{padding:22px 16px;color:var(--muted)}
:focus-visible{outline:3px solid var(--link);outline-offset:-2px}
iframe{display:block;width:100%;height:calc(100vh - 210px);min-height:560px;border:0;border-top:1px solid var(--line);background:#fff}
.one{grid-template-columns:minmax(0,1fr)}
.one section{max-width:900px;width:100%;margin:0 auto}
dl{display:grid;grid-template-columns:max-content 1fr;gap:2px 14px;margin:0;padding:14px 16px}
dt{color:var(--muted)}dd{margin:0}
details{border-top:1px solid var(--line);padding:0 16px}
summary{padding:12px 0;cursor:pointer;color:var(--link);min-height:44px}
pre{margin:0 0 14px;white-space:pre-wrap;font:13px/1.5 ui-monospace,Menlo,Consolas,"Noto Sans CJK SC",monospace}
`.replaceAll('\n', '');

/** Brings the lists up to date without losing the place on the page. Nothing else needs a script. */
export const devScript = `
const ids=['guide','actions','mails','texts','status'];
setInterval(async()=>{
if(document.hidden)return;
try{
const answer=await fetch(location.href,{headers:{accept:'text/html'}});
if(!answer.ok)return;
const fresh=new DOMParser().parseFromString(await answer.text(),'text/html');
for(const id of ids){const now=document.getElementById(id),next=fresh.getElementById(id);const typing=now&&[...now.querySelectorAll('input')].some(i=>i===document.activeElement||i.value);if(now&&next&&!typing&&now.innerHTML!==next.innerHTML)now.replaceWith(next)}
}catch{}
},1000);
`.replaceAll('\n', '');

/**
 * The policy of the dev pages, for a meta element. Inline styles are allowed because a mail in its frame inherits this policy
 * and mails are styled inline; scripts only ours, and none inside the frame, which is sandboxed.
 */
export const devPolicy = (): string =>
	`default-src 'none'; style-src 'unsafe-inline'; script-src 'sha256-${createHash('sha256').update(devScript).digest('base64')}'; connect-src 'self'; frame-src 'self'; form-action 'self'; base-uri 'self'`;
