import { brand, footnote, htmlPage } from './layout.js';

export function loginPage(config: { pageToken: string }): string {
  return htmlPage({ title: '登录 - 心流', body, css, config, script });
}

const body = `
<main class="login">
  <section class="pitch">
    ${brand}
    <h1>让思考自然流动</h1>
    <p>模型、搜索与知识库接口，一个密钥即可调用。</p>
    <ul><li>OpenAI 兼容接口</li><li>密钥有效期 7 天，可随时重置</li><li>按账号隔离的用量统计</li></ul>
  </section>
  <form class="card" id="login-form" novalidate>
    <h2>手机号登录</h2>
    <p class="sub">未注册的手机号验证后将自动创建账号</p>
    <label for="phone">手机号</label>
    <div class="field"><span class="prefix">+86</span><input id="phone" name="phone" type="tel" inputmode="numeric" maxlength="11" autocomplete="tel-national" placeholder="请输入手机号"></div>
    <label for="sms-code">验证码</label>
    <div class="field"><input id="sms-code" name="code" inputmode="numeric" maxlength="6" autocomplete="one-time-code" placeholder="请输入短信验证码"><button type="button" class="link" id="send-code">获取验证码</button></div>
    <p class="error" role="alert" id="login-error"></p>
    <button type="submit" class="primary wide">登录</button>
    <p class="agree">登录即表示同意《用户协议》和《隐私政策》</p>
  </form>
</main>
${footnote}`;

const css = `
.login{min-height:calc(100vh - 56px);display:flex;align-items:center;justify-content:center;gap:72px;padding:32px}
body{min-height:100vh;background:radial-gradient(900px 500px at 12% 0,#e6e3ff 0,transparent 65%) no-repeat,radial-gradient(800px 520px at 100% 100%,#d8f1fd 0,transparent 60%) no-repeat #f5f6fb}
.pitch{max-width:360px}
.pitch h1{font-size:34px;line-height:1.3;margin:28px 0 10px;font-weight:600}
.pitch p{color:#5d637b;font-size:15px;margin:0 0 18px}
.pitch ul{list-style:none;margin:0;padding:0;color:#5d637b}
.pitch li{padding:4px 0 4px 22px;position:relative}
.pitch li:before{content:"";position:absolute;left:2px;top:12px;width:8px;height:8px;border-radius:50%;background:#5b4dfa}
.card{width:380px;background:#fff;border-radius:18px;padding:34px 34px 26px;box-shadow:0 20px 60px rgba(60,56,140,.14)}
.card h2{margin:0;font-size:22px;font-weight:600}
.card .sub{margin:4px 0 20px;color:#8a90a7;font-size:13px}
.card label{display:block;margin:14px 0 6px;color:#4a5068;font-size:13px}
.field{display:flex;align-items:center;border:1px solid #dcdfec;border-radius:10px;height:44px;padding:0 12px;background:#fff}
.field:focus-within{border-color:#5b4dfa;box-shadow:0 0 0 3px rgba(91,77,250,.12)}
.field input{flex:1;min-width:0;border:0;outline:0;background:none;height:100%}
.prefix{color:#5d637b;padding-right:10px;margin-right:10px;border-right:1px solid #e6e8f2}
.link{border:0;background:none;color:#5b4dfa;cursor:pointer;padding:0 0 0 12px;white-space:nowrap}
.link[disabled]{color:#a9aec2;cursor:default}
.error{color:#e0364c;font-size:13px;min-height:20px;margin:8px 0}
.wide{width:100%;height:44px}
.agree{color:#a2a7bb;font-size:12px;text-align:center;margin:14px 0 0}
@media(max-width:860px){.login{flex-direction:column;gap:28px}.pitch ul,.pitch p{display:none}.pitch h1{font-size:24px;margin:12px 0 0}.pitch{text-align:center}.card{width:100%;max-width:400px;padding:26px 22px}}
`;

const script = String.raw`
(function () {
  var cfg = window.__CONFIG__, seq = 0;
  var phone = document.getElementById('phone'), code = document.getElementById('sms-code');
  var send = document.getElementById('send-code'), error = document.getElementById('login-error');
  function post(path, body) {
    return fetch(path, {
      method: 'POST',
      headers: { accept: 'application/json, text/plain, */*', 'content-type': 'application/json', 'bx-v': '2.5.36', 'bx-ua': cfg.pageToken + '!' + ++seq },
      body: JSON.stringify(body)
    }).then(function (answer) { return answer.json(); });
  }
  function target() {
    var wanted = new URLSearchParams(location.search).get('redirect') || '';
    return /^\/[^\/\\]/.test(wanted) ? wanted : '/profile?tab=apiKey';
  }
  function countDown(ms) {
    var left = Math.ceil(ms / 1000);
    (function tick() {
      send.disabled = left > 0;
      send.textContent = left > 0 ? left + 's 后重新发送' : '重新发送';
      if (left-- > 0) setTimeout(tick, 1000);
    })();
  }
  send.addEventListener('click', function () {
    error.textContent = '';
    post('/api/user/sms/send', { phone: phone.value.trim(), scene: 'login' }).then(function (answer) {
      if (!answer.success) { error.textContent = answer.message; return; }
      code.focus();
      countDown(answer.data.resendAfterMs);
    }, function () { error.textContent = '网络异常，请稍后重试'; });
  });
  document.getElementById('login-form').addEventListener('submit', function (event) {
    event.preventDefault();
    error.textContent = '';
    if (!/^\d{6}$/.test(code.value.trim())) { error.textContent = '请输入 6 位验证码'; return; }
    post('/api/user/login', { phone: phone.value.trim(), code: code.value.trim() }).then(function (answer) {
      if (!answer.success) { error.textContent = answer.message; return; }
      if (answer.data.token) localStorage.setItem('iflow_token', answer.data.token);
      location.replace(target());
    }, function () { error.textContent = '网络异常，请稍后重试'; });
  });
})();
`;
