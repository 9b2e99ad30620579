/**
 * The inbox's own script: keyboard keys, and telling htmx when something changed. Nothing needs it. It never sends a form: the
 * keys mark an answer, and a press of the button decides (INVARIANT I8).
 */
export const inboxScript = `
(()=>{
const d=document,root=d.documentElement,store={get:k=>{try{return localStorage.getItem(k)}catch{return null}},set:(k,v)=>{try{localStorage.setItem(k,v)}catch{}}};
root.classList.add('js');
const dialog=d.getElementById('keys'),toggle=d.getElementById('keys-on');
if(toggle){toggle.checked=store.get('keys')!=='off';toggle.addEventListener('change',()=>store.set('keys',toggle.checked?'on':'off'))}
d.addEventListener('click',e=>{if(e.target.closest('[data-keys]'))dialog?.showModal();if(e.target.closest('[data-close]'))dialog?.close()});
const rows=()=>[...d.querySelectorAll('.rows a.open')];
const here=()=>d.activeElement?.closest('.rows>li');
const move=step=>{const all=rows();if(!all.length)return;const i=all.indexOf(here()?.querySelector('a.open'));const next=all[i<0?(step>0?0:all.length-1):Math.min(all.length-1,Math.max(0,i+step))];next.focus();next.scrollIntoView({block:'nearest'})};
const mark=answer=>{const link=here()?.querySelector('a.open');if(link){location.href=link.getAttribute('href')+'?answer='+answer;return}
const radio=d.querySelector('input[type=radio][name=answer][value='+answer+']');if(radio){radio.checked=true;radio.dispatchEvent(new Event('change',{bubbles:true}));radio.form.querySelector('button[type=submit]').focus()}};
const go=id=>{const link=d.getElementById(id);if(link)location.href=link.getAttribute('href')};
const keys={j:()=>move(1),k:()=>move(-1),a:()=>mark('approve'),r:()=>mark('reject'),e:()=>mark('take_over'),
m:()=>{const link=here()?.querySelector('a.open');if(link&&here().dataset.edit)location.href=link.getAttribute('href')+'/edit';else go('edit')},
x:()=>{const box=here()?.querySelector('.pick input');if(box)box.click()},'/':()=>d.getElementById('find')?.focus(),u:()=>go('back'),'?':()=>dialog?.showModal()};
d.addEventListener('keydown',e=>{
if(e.ctrlKey||e.metaKey||e.altKey||e.repeat||e.isComposing||dialog?.open||store.get('keys')==='off')return;
const at=e.target;if(at.closest('textarea,select,[contenteditable]')||(at.tagName==='INPUT'&&!['radio','checkbox'].includes(at.type)))return;
const act=Object.hasOwn(keys,e.key)?keys[e.key]:null;if(act){e.preventDefault();act()}});
if(root.dataset.live&&window.EventSource){
let waiting=null,last=0;const source=new EventSource('/inbox/events');
const refresh=()=>{waiting=null;last=Date.now();d.body.dispatchEvent(new CustomEvent('inbox-changed'))};
source.addEventListener('from',e=>{if(e.data!==root.dataset.live){root.dataset.live=e.data;refresh()}});
source.onmessage=e=>{const said=JSON.parse(e.data);
const note=d.getElementById('changed');if(note&&said.ids.includes(note.dataset.id)&&said.versions[said.ids.indexOf(note.dataset.id)]!==Number(note.dataset.version))note.hidden=false;
const badge=d.getElementById('count-mine');if(badge){badge.textContent=said.waiting;badge.hidden=said.waiting===0}
waiting??=setTimeout(refresh,Math.max(300,1500-(Date.now()-last)))};
addEventListener('pagehide',()=>source.close())}
})();
`.replaceAll('\n', '');
