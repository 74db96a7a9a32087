import { htmlPage } from './layout.js';

export interface PunishOptions {
  readonly action: 'captcha' | 'wait' | 'deny';
  readonly challenge: string;
  /** The page is served under the requested address instead of its own. */
  readonly inPlace?: boolean;
}

const titles = { captcha: '验证码拦截', wait: '系统正忙', deny: '访问被拒绝' } as const;

/** Returns risk control's page, for a whole document or the dialog's frame. It uses the slider's public markup. */
export function punishPage(options: PunishOptions): string {
  return `<!--rgv587_flag:sm-->${htmlPage({
    title: titles[options.action],
    css,
    body: bodies[options.action],
    config: { action: options.action, challenge: options.challenge, inPlace: options.inPlace === true },
    script: options.action === 'captcha' ? script : '',
  })}`;
}

const shell = (action: string, inner: string) =>
  `<div id="baxia-punish" class="baxia-punish ${action} pc">${inner}<div class="feedback">点我反馈 &gt;</div></div>`;

const bodies = {
  captcha: shell(
    'captcha',
    `<div class="captcha-tips"><div class="warnning-text">亲，请拖动下方滑块完成验证</div><div class="sub-text">通过验证以确保正常访问</div></div>
<form id="nc-verify-form" onsubmit="return false"><div id="nocaptcha" class="nc-container"></div></form>`,
  ),
  wait: shell('wait', '<div class="warnning-text">亲，网络拥堵 请稍后重试</div>'),
  deny: shell(
    'deny',
    '<div class="warnning-text">亲，访问被拒绝</div><div class="sub-text">请检查是否使用了代理软件或 VPN 哦~</div>',
  ),
};

const css = `
body{background:#fff}
.baxia-punish{min-height:100vh;display:flex;flex-direction:column;align-items:center;justify-content:center;padding:24px 20px;text-align:center}
@media(min-height:420px){body{background:#f2f3f8}.baxia-punish{width:440px;max-width:calc(100vw - 24px);min-height:280px;margin:18vh auto 0;background:#fff;border-radius:14px;box-shadow:0 16px 50px rgba(40,44,90,.12)}}
.warnning-text{font-size:17px;font-weight:600;color:#2b2f42}
.sub-text{color:#8a90a7;margin-top:4px}
.captcha-tips{margin-bottom:22px}
.feedback{margin-top:22px;font-size:12px;color:#a2a7bb}
.nc-container{width:320px;max-width:calc(100vw - 60px);min-height:44px}
.nc_scale{position:relative;height:44px;border-radius:8px;background:#eceef5;overflow:hidden;user-select:none;touch-action:none}
.nc_bg{position:absolute;left:0;top:0;height:100%;width:0;background:linear-gradient(90deg,#7ad7a0,#37c077)}
.scale_text{position:absolute;inset:0;line-height:44px;color:#6b7188;font-size:13px;pointer-events:none}
.nc_ok .scale_text{color:#fff}
.btn_slide,.btn_ok{position:absolute;left:0;top:0;width:48px;height:44px;border-radius:8px;background:#fff;border:1px solid #d5d9e8;box-shadow:0 2px 6px rgba(40,44,90,.16);cursor:grab;display:flex;align-items:center;justify-content:center;font:600 24px/1 Arial,"DejaVu Sans",sans-serif;color:#5b4dfa;z-index:2;touch-action:none}
.btn_ok{color:#37c077;cursor:default}
.errloading{height:44px;line-height:44px;border-radius:8px;background:#fdecee;color:#d0314a;font-size:13px;cursor:pointer}
.icon_warn,.btn_refresh{margin:0 6px;font-style:normal}
.hidden{display:none}
`;

// The handle reacts only to trusted pointer events. The server checks the recorded moves.
const script = String.raw`
(function () {
  var cfg = window.__CONFIG__;
  if (cfg.inPlace) { try { sessionStorage.x5referer = window.location.href; } catch (e) {} }
  window._config_ = { action: cfg.action, url: '/_____tmd_____/punish' };
  var box = document.getElementById('nocaptcha');
  var track = [], grabX = 0, pressed = false, done = false;

  function build() {
    done = false;
    box.setAttribute('data-nc-idx', '1');
    box.removeAttribute('data-nc-status');
    box.innerHTML =
      '<div id="nc_1_wrapper" class="nc_wrapper"><div id="nc_1_n1t" class="nc_scale">' +
      '<div id="nc_1__bg" class="nc_bg"></div>' +
      '<span id="nc_1_n1z" class="nc_iconfont btn_slide" role="slider" aria-label="滑块" aria-valuemin="0" aria-valuemax="100" aria-valuenow="0" tabindex="0">»</span>' +
      '<div id="nc_1__scale_text" class="scale_text slidetounlock"><span class="nc-lang-cnt" data-nc-lang="_startTEXT">请按住滑块，拖动到最右边</span></div>' +
      '<div id="nc_1_clickCaptcha" class="clickCaptcha hidden"></div>' +
      '<div id="nc_1_imgCaptcha" class="imgCaptcha hidden"><input id="nc_1_captcha_input" maxlength="6" type="text" tabindex="-1"></div>' +
      '</div></div>';
    var handle = document.getElementById('nc_1_n1z');
    handle.addEventListener('pointerdown', function (event) {
      if (!event.isTrusted || done) return;
      pressed = true;
      grabX = event.clientX;
      track = [[0, Math.round(event.timeStamp)]];
      handle.setPointerCapture(event.pointerId);
      event.preventDefault();
    });
    handle.addEventListener('pointermove', function (event) {
      if (!pressed || done || !event.isTrusted) return;
      var far = distance();
      var x = Math.max(0, Math.min(far, event.clientX - grabX));
      track.push([Math.round(x * 10) / 10, Math.round(event.timeStamp)]);
      show(x);
      if (x >= far - 1) { pressed = false; done = true; verify(far); }
    });
    handle.addEventListener('pointerup', release);
    handle.addEventListener('pointercancel', release);
  }
  function distance() {
    return document.getElementById('nc_1_n1t').clientWidth - document.getElementById('nc_1_n1z').offsetWidth;
  }
  function show(x) {
    var handle = document.getElementById('nc_1_n1z');
    handle.style.left = x + 'px';
    handle.setAttribute('aria-valuenow', String(Math.round((x / distance()) * 100)));
    document.getElementById('nc_1__bg').style.width = x + 'px';
  }
  function release() {
    if (!pressed) return;
    pressed = false;
    show(0);
  }
  function verify(far) {
    text('<span class="nc-lang-cnt" data-nc-lang="_Loading">加载中</span>');
    fetch('/_____tmd_____/verify', {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ x5secdata: cfg.challenge, distance: far, track: track })
    }).then(function (answer) { return answer.json(); }).then(function (answer) {
      if (answer.code === 'passed') return passed(answer);
      if (answer.code === 'expired') return failed('哎呀，出错了，点击刷新再来一次', '300');
      failed('验证失败，点击框体重试(error:' + answer.error + ')', answer.error);
    }, function () { failed('网络不给力，请点击刷新', 'Network'); });
  }
  function text(html) { document.getElementById('nc_1__scale_text').innerHTML = html; }
  function failed(message, code) {
    box.setAttribute('data-nc-status', 'error');
    box.innerHTML = '<div class="errloading"><i class="nc_iconfont icon_warn">!</i><span class="nc-lang-cnt" data-nc-lang="_error' + code + '">' + message + '</span><i id="nc_1_refresh1" class="nc_iconfont btn_refresh">↻</i></div>';
    box.firstChild.addEventListener('click', build);
  }
  function passed(answer) {
    var handle = document.getElementById('nc_1_n1z');
    handle.className = 'nc_iconfont btn_ok';
    handle.textContent = '✓';
    document.getElementById('nc_1_n1t').classList.add('nc_ok');
    text('<span class="nc-lang-cnt" data-nc-lang="_yesTEXT"><b>验证通过</b></span>');
    setTimeout(function () {
      if (window.parent !== window) {
        window.parent.postMessage({ type: 'baxia-passed', reissue: answer.reissue }, window.location.origin);
        return;
      }
      if (answer.reissue) sessionStorage.setItem('checkPassed', '1');
      if (cfg.inPlace) window.location.reload();
      else window.location.replace(sessionStorage.x5referer || '/profile?tab=apiKey');
    }, 400);
  }
  // As with the vendor's script, which loads after the page, the slider appears with a short delay.
  setTimeout(build, 350);
})();
`;
