import { clientScript } from './client-script.js';

/** The console's single-page app: routes by `?tab=`, talks to the key endpoint, raises dialogs. */
export const profileScript = String.raw`
(function () {
${clientScript}
  var names = cfg.drift === 'button'
    ? { create: '新建访问令牌', reset: '更换访问令牌', title: '访问令牌' }
    : { create: '创建API密钥', reset: '重置API密钥', title: 'API密钥' };
  var user = null, current = null, fresh = null;

  // The answer's fields have had more than one name; the page knows them all.
  function readKey(data) {
    if (!data) return null;
    return {
      plain: data.apiKey || data.secret || '',
      mask: data.apiKeyMask || data.secretPreview || '',
      name: data.name || data.title || '',
      until: data.expireTime || data.validUntil || '',
      dead: Boolean(data.hasExpired || data.invalid)
    };
  }

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
  function tag(dead) {
    return el('span', { class: 'tag_g6Dc' + (dead ? ' dead_u7Fv' : '') }, [dead ? '已过期' : '有效']);
  }

  function renderKeyPage() {
    var head = [
      el('h1', {}, [names.title + '管理']),
      el('p', { class: 'lead_v6Gf' }, ['用于调用开放平台接口，有效期 7 天，请勿分享给他人。'])
    ];
    if (!current) {
      frame(head.concat(el('div', { class: 'empty_f0Rv' }, [
        el('div', {}, ['您还没有创建密钥']),
        el('button', { class: 'btn_ib1Q', type: 'button', onclick: openCreate }, [names.create])
      ])));
      return;
    }
    var shown = fresh || current.plain || current.mask;
    var note = fresh ? [el('p', { class: 'fresh_b3Ue' }, ['新密钥已生成，请立即复制并妥善保存，离开页面后将无法再次查看。'])] : [];
    var copy = el('button', { class: 'copy_y4Zb', type: 'button', onclick: function () { toast('已复制'); } }, ['复制']);
    if (cfg.drift === 'layout') {
      frame([
        el('h1', {}, ['访问凭证']), el('p', { class: 'lead_v6Gf' }, ['凭证由平台统一轮换与审计。'])
      ].concat(note, el('table', { class: 'table_l8Jn' }, [
        el('thead', {}, [el('tr', {}, ['名称', '凭证', '有效期至', '操作'].map(function (t) { return el('th', {}, [t]); }))]),
        el('tbody', {}, [el('tr', {}, [
          el('td', {}, [current.name]), el('td', {}, [el('code', { class: 'secretCell_q4Jm' }, [shown])]),
          el('td', {}, [current.until]), el('td', {}, [el('button', { class: 'copy_y4Zb', type: 'button', onclick: pressReset }, ['轮换'])])
        ])])
      ])));
      return;
    }
    frame(head.concat(note, [
      el('div', { class: 'panel_x8Qc' }, [
        row('API Key', [el('span', { class: 'value_x3Qp' }, [shown])].concat(fresh || current.plain ? copy : [])),
        row('名称', [el('span', {}, [current.name])]),
        row('有效期至', [el('span', { class: 'expire_d7Ly' }, [current.until]), tag(current.dead)])
      ]),
      el('div', { class: 'actions_s9La' }, [
        el('div', { class: 'btn_ib1Q', id: 'reset', onclick: pressReset }, [names.reset]),
        el('span', { class: 'hint_z5Mw' }, ['重置后原密钥立即失效'])
      ])
    ]));
  }

  function renderOther(tab) {
    frame(tab === 'usage'
      ? [el('h1', {}, ['用量统计']), el('p', { class: 'lead_v6Gf' }, ['最近 7 天没有调用记录。'])]
      : [el('h1', {}, ['个人信息']), el('p', { class: 'lead_v6Gf' }, ['账号资料与绑定信息。']), el('div', { class: 'panel_x8Qc' }, [
          row('昵称', [el('span', {}, [user.nickname])]), row('手机号', [el('span', {}, [user.phone])]), row('邮箱', [el('span', {}, ['未绑定'])])
        ])]);
  }

  function openCreate() {
    openDialog('创建API密钥', [
      el('p', {}, ['生成密钥前，请阅读并同意开放平台服务协议。']),
      el('div', { class: 'terms_o4Bk' }, ['一、密钥仅限本人使用，不得转让或公开。二、密钥自生成起 7 天内有效，到期需重置。三、平台有权对异常调用采取限制措施。'])
    ], '同意协议并生成', function (close) { close(); replaceKey(); });
  }

  function pressReset() {
    if (!cfg.confirmDialog) { replaceKey(); return; }
    openDialog('重置API密钥', [el('p', {}, ['重置后，原密钥将立即失效，使用该密钥的应用需要更新。确定要重置吗？'])],
      '确定', function (close) { close(); replaceKey(); });
  }

  function replaceKey() {
    var button = document.getElementById('reset');
    if (button) button.classList.add('busy_h2Oq');
    var free = function () { if (button) button.classList.remove('busy_h2Oq'); };
    return call('POST', '/api/openapi/apikey', { name: current ? current.name : user.phone }).then(function (answer) {
      free();
      if (answer.code === 'FoundRiskAndDoubleConfirm') return askSms(cfg, user.phone, replaceKey);
      if (!answer.success) { toast(answer.message); return; }
      current = readKey(answer.data);
      var extra = answer.extra || {};
      if (extra.display === 'ticket') {
        return call('GET', '/api/openapi/apikey/plain?ticket=' + extra.ticket).then(function (revealed) {
          fresh = revealed.success ? revealed.data.plain : null;
          renderKeyPage();
        });
      }
      fresh = extra.display === 'plain' ? current.plain : null;
      if (!fresh) current.plain = '';
      renderKeyPage();
      toast('操作成功');
    }, function (problem) { free(); toast(problem.message); });
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
      return call('GET', '/api/openapi/apikey').then(function (answer) {
        if (!answer.success) throw new Error(answer.message);
        current = readKey(answer.data);
        renderKeyPage();
        // A reset that risk control took the whole page away from goes on when the person has passed.
        var goesOn = sessionStorage.getItem('pendingReset') && sessionStorage.getItem('checkPassed');
        sessionStorage.removeItem('pendingReset');
        sessionStorage.removeItem('checkPassed');
        if (goesOn) replaceKey();
      });
    }).catch(showProblem);
  }
  setTimeout(start, cfg.renderDelayMs);
})();
`;
