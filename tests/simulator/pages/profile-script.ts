import type { ConsoleKind } from '../console-types.js';
import { clientScript } from './client-script.js';
import { keyTabScript } from './key-tab-script.js';
import { keysTabScript } from './keys-tab-script.js';

/** The console's single-page app: routes by `?tab=`, calls the key endpoint, and opens dialogs. */
export const profileScript = (kind: ConsoleKind) => String.raw`
(function () {
${clientScript}
${kind === 'one-key' ? keyTabScript : keysTabScript}
  var user = null;

  function frame(content) {
    var tab = new URLSearchParams(location.search).get('tab') || 'profile';
    var link = function (id, label) {
      return el('a', { href: '/profile?tab=' + id, class: tab === id ? 'active_j3Sk' : '' }, [label]);
    };
    root.replaceChildren(
      el('header', { class: 'header_a8Rt' }, [
        document.getElementById('brand').content.cloneNode(true),
        el('div', { class: 'account_q1Lm' }, [
          el('span', { class: 'avatar_c0Wz' }, ['流']),
          el('span', { class: 'phone_b8Ks' }, [user.phone]),
          el('button', { class: 'logout_m7Hy', type: 'button', onclick: signOut }, ['退出登录'])
        ])
      ]),
      el('div', { class: 'shell_d4Nx' }, [
        el('nav', { class: 'side_t5Uo' }, [link('profile', '个人信息'), link('apiKey', 'API Key管理'), link('usage', '用量统计')]),
        el('main', { class: 'main_w9Eb' }, content)
      ]),
      document.getElementById('footnote').content.cloneNode(true)
    );
  }

  function row(label, children) {
    return el('div', { class: 'row_n2Yp' }, [el('span', { class: 'label_e1Ki' }, [label])].concat(children));
  }

  function renderOther(tab) {
    frame(tab === 'usage'
      ? [el('h1', {}, ['用量统计']), el('p', { class: 'lead_v6Gf' }, ['最近 7 天没有调用记录。'])]
      : [el('h1', {}, ['个人信息']), el('p', { class: 'lead_v6Gf' }, ['账号资料与绑定信息。']), el('div', { class: 'panel_x8Qc' }, [
          row('昵称', [el('span', {}, [user.nickname])]), row('手机号', [el('span', {}, [user.phone])]), row('邮箱', [el('span', {}, ['未绑定'])])
        ])]);
  }

  function signOut() {
    call('POST', '/api/user/logout').then(function () { localStorage.removeItem('iflow_token'); location.replace('/login'); });
  }

  function showProblem(problem) {
    root.replaceChildren(el('div', { class: 'loading_k2Vd' }, [el('div', { class: 'empty_f0Rv' }, [
      el('div', {}, [problem.message]),
      el('button', { class: 'btn_ib1Q', type: 'button', onclick: function () { location.reload(); } }, ['重新加载'])
    ])]));
  }

  function start() {
    var tab = new URLSearchParams(location.search).get('tab') || 'profile';
    call('GET', '/api/user/info').then(function (info) {
      if (!info.success) throw new Error(info.message);
      user = info.data;
      if (tab !== 'apiKey') { renderOther(tab); return; }
      return loadKeyTab().then(function () {
        // Continues a request that risk control interrupted by replacing the whole page.
        var pending = sessionStorage.getItem('checkPassed') && sessionStorage.getItem('pendingReset');
        sessionStorage.removeItem('pendingReset');
        sessionStorage.removeItem('checkPassed');
        if (pending) makeKey(JSON.parse(pending));
      });
    }).catch(showProblem);
  }
  setTimeout(start, cfg.renderDelayMs);
})();
`;
