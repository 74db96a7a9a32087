/** The viewer's style: portrait first. In landscape the bars are beside the picture. */
export const viewerCss = `
*{box-sizing:border-box;-webkit-tap-highlight-color:transparent}
html{height:100%;overflow:hidden;overscroll-behavior:none;background:#14161f}
body{margin:0;height:100dvh;overflow:hidden;overscroll-behavior:none;background:#14161f;color:#f2f3f8;font:16px/1.45 -apple-system,BlinkMacSystemFont,"PingFang SC","HarmonyOS Sans SC","Noto Sans CJK SC","Noto Sans SC","Microsoft YaHei","WenQuanYi Zen Hei",Roboto,system-ui,sans-serif;-webkit-text-size-adjust:100%;user-select:none;-webkit-user-select:none}
[hidden]{display:none!important}
button{font:inherit;color:inherit;border:0;border-radius:12px;background:#2a2e3d;min-height:48px;padding:0 14px;touch-action:manipulation;cursor:pointer}
button:active{background:#3a3f53}
button:focus-visible,input:focus-visible{outline:2px solid #8fa8ff;outline-offset:2px}
button[aria-pressed=true]{background:#3b4f9e}
button:disabled{opacity:.55}
button.main{background:#3f7cf4;color:#fff;font-weight:600}
button.main:active{background:#3369d6}
body>section{display:none;height:100%}
body[data-screen=start]>#start-screen,body[data-screen=end]>#end-screen{display:flex}
body[data-screen=work]>#work-screen{display:flex;flex-direction:column}

.card-screen{align-items:center;justify-content:center;padding:24px}
.card{width:100%;max-width:380px;background:#1e2130;border-radius:22px;padding:30px 24px 24px;text-align:center;user-select:text;-webkit-user-select:text}
.mark{width:56px;height:56px;margin:0 auto 16px;border-radius:17px;background:#2b3350;color:#9db4ff;display:flex;align-items:center;justify-content:center}
.mark svg{width:30px;height:30px}
.card h1{font-size:21px;line-height:1.35;margin:0 0 10px}
.card p{margin:0 0 22px;color:#b6bbcc;overflow-wrap:anywhere;text-wrap:pretty}
.card h1{text-wrap:balance}
.card p:has(+button[hidden]){margin-bottom:6px}
.card button{width:100%;min-height:54px;font-size:17px}

header{padding:calc(8px + env(safe-area-inset-top)) calc(14px + env(safe-area-inset-right)) 8px calc(14px + env(safe-area-inset-left));background:#1b1e2b;cursor:pointer}
.line{display:flex;align-items:baseline;gap:8px}
#who{flex:1;min-width:0;font-size:15px;font-weight:600;overflow:hidden;text-overflow:ellipsis;white-space:nowrap}
#left{font-size:13px;color:#b6bbcc;font-variant-numeric:tabular-nums;white-space:nowrap}
#left.soon{color:#ffb454}
.second{padding-left:18px;font-size:13px;color:#ffd28a}
#detail{display:none;margin:6px 0 2px;padding-left:18px;font-size:13px;color:#b6bbcc;overflow-wrap:anywhere}
.detailed #detail{display:block}
.dot{flex:none;width:10px;height:10px;border-radius:50%;background:#ffb454;align-self:center}
[data-connection=open] .dot{background:#43c983}
[data-connection=lost] .dot{background:#f0616d}

main{position:relative;flex:1;min-height:0;background:#0c0d13}
#canvas{position:absolute;inset:0;width:100%;height:100%;display:block;touch-action:none}
[data-connection=lost] #canvas{opacity:.55}
#banner{position:absolute;left:12px;right:12px;top:10px;padding:10px 14px;border-radius:12px;background:#5a3a12;color:#ffe2b8;font-size:14px;text-align:center;pointer-events:none}
#banner:empty{display:none}
#toast{position:absolute;left:12px;right:12px;bottom:12px;margin:0 auto;max-width:520px;padding:11px 15px;border-radius:14px;background:#f2f3f8;color:#1b1e2b;font-size:14px;text-align:center;box-shadow:0 6px 24px #0008;pointer-events:none}

#typing{background:#1b1e2b;padding:8px 10px}
.field{position:relative}
.field input{width:100%;height:48px;border:1px solid #4a5170;border-radius:12px;background:#10121a;color:#f2f3f8;padding:0 14px;font-size:16px;user-select:text;-webkit-user-select:text}
.field input:focus-visible{outline-offset:-1px}
.hint{position:absolute;left:15px;right:15px;top:0;line-height:48px;color:#7d849c;font-size:14px;pointer-events:none;white-space:nowrap;overflow:hidden;text-overflow:ellipsis}
.keys{display:flex;gap:6px;margin-top:7px}
.keys button{flex:1;min-height:44px;padding:0 4px;font-size:14px;white-space:nowrap;display:flex;align-items:center;justify-content:center}

footer{display:flex;flex-direction:column;gap:8px;padding:8px calc(10px + env(safe-area-inset-right)) calc(10px + env(safe-area-inset-bottom)) calc(10px + env(safe-area-inset-left));background:#1b1e2b}
.tools,.ends{display:flex;gap:8px}
.tools button{flex:1;min-height:46px;padding:0 6px;display:flex;align-items:center;justify-content:center;gap:7px;font-size:14px;white-space:nowrap}
.ends button{min-height:52px;font-size:17px}
#give-up{flex:1;background:transparent;border:1px solid #474d63;color:#d5d8e4}
#done{flex:2}
.is-typing .tools{display:none}
.is-typing .ends button{min-height:44px}

#sheet{position:fixed;inset:0;z-index:5;display:flex;align-items:flex-end;justify-content:center;background:#0009}
.sheet{width:100%;max-width:560px;max-height:80dvh;display:flex;flex-direction:column;background:#1e2130;border-radius:22px 22px 0 0;padding:20px 16px calc(16px + env(safe-area-inset-bottom))}
.sheet h2{font-size:17px;margin:0 4px 8px}
#sheet-body{margin:0 4px 14px;color:#d5d8e4;white-space:pre-wrap;overflow:auto;overflow-wrap:anywhere;max-height:34dvh;user-select:text;-webkit-user-select:text}
#sheet-input{height:50px;border:1px solid #4a5170;border-radius:12px;background:#10121a;color:#f2f3f8;padding:0 14px;font-size:16px;margin-bottom:14px;user-select:text;-webkit-user-select:text}
#sheet-list{display:flex;flex-direction:column;gap:6px;overflow:auto;margin-bottom:12px;-webkit-overflow-scrolling:touch}
#sheet-list button{flex:none;min-height:50px;text-align:left;overflow-wrap:anywhere;padding:8px 16px}
#sheet-list button[aria-selected=true]{background:#3b4f9e}
#sheet-buttons{display:flex;gap:8px}
#sheet-buttons button{flex:1;min-height:52px}

@media(orientation:landscape) and (max-height:520px){
body[data-screen=work]>#work-screen{display:grid;grid-template:auto 1fr auto/1fr 168px}
main{grid-area:1/1/4/2}
header{grid-area:1/2/2/3;padding-left:12px}
header .line{flex-wrap:wrap}
#who{flex-basis:100%;white-space:normal;font-size:14px;order:2}
.dot{order:0}#left{order:1}
.second{padding-left:0}#detail{padding-left:0}
footer{grid-area:2/2/3/3;justify-content:flex-end;padding-left:10px}
.tools{flex-direction:column}
.tools button{min-height:40px}
.ends{flex-direction:column-reverse}
.ends button{flex:none!important;width:100%;min-height:46px}
body.is-typing[data-screen=work]>#work-screen{grid-template:1fr auto/1fr}
.is-typing main{grid-area:1/1/2/2}
.is-typing header,.is-typing footer{display:none}
#typing{grid-area:2/1/3/2;display:flex;gap:6px}
.field{flex:1}
.keys{margin:0}
.keys button{flex:none;padding:0 12px}
.sheet{border-radius:22px 22px 0 0}
}
@media(orientation:landscape) and (max-height:420px){
footer{gap:6px}
.tools{flex-direction:row;gap:6px}
.tools span{font-size:0}
.tools button{gap:0;padding:0}
}
`;
