/** Functions for the console's pages: elements, dialogs, requests, and the risk control's dialog. Runs in the page. */
export const clientScript = String.raw`
  var cfg = window.__CONFIG__, root = document.getElementById('root'), seq = 0;

  function el(name, attributes, children) {
    var node = document.createElement(name);
    Object.keys(attributes).forEach(function (key) {
      if (typeof attributes[key] === 'function') node.addEventListener(key.slice(2), attributes[key]);
      else if (attributes[key] !== '') node.setAttribute(key, attributes[key]);
    });
    (children || []).forEach(function (child) { node.append(child); });
    return node;
  }

  function toast(message) {
    var node = el('div', { class: 'toast_m3Vh', role: 'status' }, [message]);
    document.body.append(node);
    setTimeout(function () { node.remove(); }, 2500);
  }

  // If leave is null, the dialog has no cancel button.
  function openDialog(title, content, action, onAction, leave) {
    var mask = el('div', { class: 'mask_p6Xe' }, []);
    var close = function () { mask.remove(); };
    mask.append(el('div', { class: 'dialog_r1Cs', role: 'dialog', 'aria-modal': 'true', 'aria-label': title },
      [el('h2', {}, [title])].concat(content, el('div', { class: 'buttons_i7Tg' },
        (leave === null ? [] : [el('button', { class: 'plain', type: 'button', onclick: close }, [leave || '取消'])]).concat(
        el('button', { class: 'primary', type: 'button', onclick: function () { onAction(close); } }, [action])
      )))));
    document.body.append(mask);
    return close;
  }

  function cookie(name) {
    var found = document.cookie.split('; ').find(function (part) { return part.indexOf(name + '=') === 0; });
    return found ? decodeURIComponent(found.slice(name.length + 1)) : '';
  }

  function goToLogin() {
    localStorage.removeItem('iflow_token');
    location.replace('/login?redirect=' + encodeURIComponent(location.pathname + location.search));
    return new Promise(function () {});
  }

  // Sends a request. Handles a refusal by risk control, so callers get only the final answer.
  function call(method, path, body) {
    var headers = { accept: 'application/json, text/plain, */*', 'bx-v': '2.5.36', 'bx-ua': cfg.pageToken + '!' + ++seq };
    var token = localStorage.getItem('iflow_token');
    if (token) headers['x-auth-token'] = token;
    if (method !== 'GET') {
      headers['content-type'] = 'application/json';
      headers['x-xsrf-token'] = cookie('XSRF-TOKEN');
    }
    return fetch(path, { method: method, headers: headers, body: body ? JSON.stringify(body) : undefined, credentials: 'same-origin' })
      .then(function (answer) {
        if (answer.redirected) { location.href = answer.url; return new Promise(function () {}); }
        if (answer.status === 429) throw new Error('请求过于频繁，请稍后再试');
        if (answer.status >= 500) throw new Error('服务开小差了，请稍后重试');
        return answer.text();
      }, function () { throw new Error('网络异常，请稍后重试'); })
      .then(function (text) {
        var json;
        try { json = JSON.parse(text); } catch (error) { throw new Error('数据加载失败，请稍后重试'); }
        if (json.ret && /RGV587|FAIL_SYS_USER_VALIDATE/.test(String(json.ret))) return punished(json.data, method, path, body);
        if (json.success === false && json.code === '40101') return goToLogin();
        return json;
      });
  }

  function punished(data, method, path, body) {
    if (!data.dialogSize) {
      if (method === 'POST') sessionStorage.setItem('pendingReset', JSON.stringify(body));
      sessionStorage.setItem('x5referer', location.href);
      location.href = data.url;
      return new Promise(function () {});
    }
    return new Promise(function (resolve, reject) {
      var frame = el('iframe', { id: 'baxia-dialog-content', src: data.url, width: data.dialogSize.width, height: data.dialogSize.height }, []);
      var close = el('div', { class: 'baxia-dialog-close' }, ['×']);
      var widget = el('div', { class: 'J_MIDDLEWARE_FRAME_WIDGET' }, [
        el('div', { class: 'baxia-dialog-mask' }, []), el('div', { class: 'baxia-dialog' }, [close, frame])
      ]);
      function finish() { window.removeEventListener('message', heard); widget.remove(); }
      function heard(event) {
        if (event.origin !== location.origin || event.source !== frame.contentWindow || !event.data || event.data.type !== 'baxia-passed') return;
        finish();
        if (event.data.reissue) { call(method, path, body).then(resolve, reject); return; }
        if (method === 'GET') { location.reload(); return; }
        reject(new Error('验证通过，请重新操作'));
      }
      close.addEventListener('click', function () { finish(); reject(new Error('操作已取消')); });
      window.addEventListener('message', heard);
      document.body.append(widget);
    });
  }

  // Asks for the password or the SMS code that the console requires, then repeats the request for the key.
  function askAgain(wanted, onConfirmed) {
    return wanted.verifyType === 'password' ? askPassword(onConfirmed) : askSms(cfg, user.phone, onConfirmed);
  }

  function askPassword(onConfirmed) {
    var isOne = cfg.kind === 'one-key';
    var title = isOne ? '请验证登录密码' : 'Confirm your password';
    var wrong = el('div', { class: 'wrong_a6Ft', role: 'alert' }, []);
    var password = el('input', { type: 'password', autocomplete: 'current-password', 'aria-label': isOne ? '登录密码' : 'Password' }, []);
    openDialog(title, [
      el('p', {}, [isOne ? '为了您的账号安全，请再次输入登录密码。' : 'Please enter your password again to continue.']),
      el('div', { class: 'code_y2Nd' }, [password]), wrong
    ], isOne ? '确定' : 'Confirm', function (close) {
      call('POST', '/api/user/password/verify', { password: password.value }).then(function (answer) {
        if (!answer.success) { wrong.textContent = isOne ? answer.message : 'That password is not right.'; return; }
        close();
        onConfirmed();
      }, function (problem) { wrong.textContent = problem.message; });
    }, isOne ? undefined : 'Cancel');
    password.focus();
  }

  // Asks for the SMS code before a reset. Opening the dialog sends the code. Then onConfirmed repeats the reset.
  function askSms(cfg, phone, onConfirmed) {
    var boxes = cfg.smsInput === 'boxes';
    var inputs = Array.from({ length: boxes ? 6 : 1 }, function (_, i) {
      return el('input', {
        inputmode: 'numeric', maxlength: boxes ? '1' : '6', autocomplete: i === 0 ? 'one-time-code' : 'off',
        'aria-label': boxes ? '验证码第 ' + (i + 1) + ' 位' : '短信验证码', placeholder: boxes ? '' : '请输入 6 位验证码'
      }, []);
    });
    inputs.forEach(function (input, i) {
      if (!boxes) return;
      input.addEventListener('input', function () { if (input.value && inputs[i + 1]) inputs[i + 1].focus(); });
      input.addEventListener('keydown', function (event) {
        if (event.key === 'Backspace' && !input.value && inputs[i - 1]) inputs[i - 1].focus();
      });
    });
    var wrong = el('div', { class: 'wrong_a6Ft', role: 'alert' }, []);
    var resend = el('button', { class: 'resend_c5Iv', type: 'button', onclick: send }, ['重新发送']);
    function send() {
      resend.disabled = true;
      call('POST', '/api/user/sms/send', { scene: 'reset' }).then(function (answer) {
        if (!answer.success) { wrong.textContent = answer.message; resend.disabled = false; return; }
        var left = Math.ceil(answer.data.resendAfterMs / 1000);
        (function tick() {
          resend.disabled = left > 0;
          resend.textContent = left > 0 ? left + 's 后重新发送' : '重新发送';
          if (left-- > 0) setTimeout(tick, 1000);
        })();
      }, function (problem) { wrong.textContent = problem.message; resend.disabled = false; });
    }
    openDialog('安全验证', [
      el('p', {}, ['为了您的账号安全，请输入发送至 ' + phone + ' 的短信验证码。']),
      el('div', { class: 'code_y2Nd' + (boxes ? ' boxes_k9Wr' : '') }, inputs.concat(boxes ? [] : resend)),
      wrong
    ].concat(boxes ? resend : []), '确定', function (close) {
      var code = inputs.map(function (input) { return input.value; }).join('');
      if (!/^\d{6}$/.test(code)) { wrong.textContent = '请输入 6 位验证码'; return; }
      call('POST', '/api/user/sms/verify', { code: code }).then(function (answer) {
        if (!answer.success) { wrong.textContent = answer.message; return; }
        close();
        onConfirmed();
      }, function (problem) { wrong.textContent = problem.message; });
    });
    send();
    inputs[0].focus();
  }
`;
