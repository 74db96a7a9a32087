/** The key tab of the console with one key. Defines `loadKeyTab` and `makeKey` for the app. */
export const keyTabScript = String.raw`
  var names = cfg.drift === 'button'
    ? { create: '新建访问令牌', reset: '更换访问令牌', title: '访问令牌' }
    : { create: '创建API密钥', reset: '重置API密钥', title: 'API密钥' };
  var current = null, fresh = null;

  // The page accepts both names of each field in the answer.
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

  function tag(dead) {
    return el('span', { class: 'tag_g6Dc' + (dead ? ' dead_u7Fv' : '') }, [dead ? '已过期' : '有效']);
  }

  function loadKeyTab() {
    return call('GET', '/api/openapi/apikey').then(function (answer) {
      if (!answer.success) throw new Error(answer.message);
      current = readKey(answer.data);
      renderKeyPage();
    });
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

  function openCreate() {
    openDialog('创建API密钥', [
      el('p', {}, ['生成密钥前，请阅读并同意开放平台服务协议。']),
      el('div', { class: 'terms_o4Bk' }, ['一、密钥仅限本人使用，不得转让或公开。二、密钥自生成起 7 天内有效，到期需重置。三、平台有权对异常调用采取限制措施。'])
    ], '同意协议并生成', function (close) { close(); makeKey(); });
  }

  function pressReset() {
    if (!cfg.confirmDialog) { makeKey(); return; }
    openDialog('重置API密钥', [el('p', {}, ['重置后，原密钥将立即失效，使用该密钥的应用需要更新。确定要重置吗？'])],
      '确定', function (close) { close(); makeKey(); });
  }

  function makeKey() {
    var button = document.getElementById('reset');
    if (button) button.classList.add('busy_h2Oq');
    var free = function () { if (button) button.classList.remove('busy_h2Oq'); };
    return call('POST', '/api/openapi/apikey', { name: current ? current.name : user.phone }).then(function (answer) {
      free();
      if (answer.code === 'FoundRiskAndDoubleConfirm') return askAgain(answer.data, makeKey);
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
`;
